"""What the server keeps: experiments by uid, and counts that show after a while."""

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from alternative_server.habits import PLANS, Habits

Json: TypeAlias = dict[str, Any]

TYPES = ("ab_test", "smart_link", "scheduled")
MOVES = {"start": ("draft", "paused"), "pause": ("running",), "complete": ("running", "paused")}
GOALS = {"start": "running", "pause": "paused", "complete": "completed"}
SUMMARY = ("uid", "slug", "type", "name", "status", "createdAt", "updatedAt")
DEFAULTS: Json = {
    "goalConfig": {"type": "impressions_only"},
    "outputConfig": {"format": "png", "quality": 90},
    "minimumSampleSize": 1000,
    "minimumRunDays": 7,
    "winnerVariantId": None,
}
VARIANT_DEFAULTS: Json = {"variables": {}, "isDefault": False, "impressions": 0, "clicks": 0}


def now() -> str:
    """The second it is, in a notation of its own."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(timespec="microseconds")


@dataclass
class Experiment:
    """An experiment: what was sent, and what became of it."""

    team: "Team"
    sent: Json
    uid: str = field(default_factory=lambda: f"exp:{uuid.uuid4().hex}+==")
    status: str = "draft"
    created: str = field(default_factory=now)
    updated: str = field(default_factory=now)
    winner: Json = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: list[tuple[float, str, str]] = field(default_factory=list)

    def count(self, variant: str, counter: str, lag: float) -> None:
        """Count once, to be seen later."""
        self.waiting.append((time.monotonic() + lag, variant, counter))

    def settle(self) -> None:
        """Show what has waited long enough."""
        due = [each for each in self.waiting if each[0] <= time.monotonic()]
        self.waiting = [each for each in self.waiting if each not in due]
        for _, variant, counter in due:
            self.counts[variant, counter] = self.counts.get((variant, counter), 0) + 1
            self.updated = now()

    def move(self, name: str, winner: str = "") -> None:
        """Make a move that is allowed."""
        self.status, self.updated = GOALS[name], now()
        if winner:
            self.winner = {"winnerVariantId": winner, "winnerDeclaredAt": now()}

    def shown(self, habits: Habits, *, summary: bool = False) -> Json:
        """The experiment as an answer shows it."""
        self.settle()
        whole = {
            **(DEFAULTS if habits.defaults else {}),
            **self.sent,
            **self.winner,
            "status": self.status,
        }
        whole |= {"uid": self.uid, "createdAt": self.created, "updatedAt": self.updated}
        shown = {name: whole[name] for name in SUMMARY} if summary else whole
        shown["variants"] = [
            self._variant(row, habits, summary=summary) for row in self.sent["variants"]
        ]
        return {
            "object": "experiment",
            "owner": {"team": self.team.name},
            **shown,
            "readAt": time.time(),
        }

    def _variant(self, row: Json, habits: Habits, *, summary: bool) -> Json:
        known = {"id": row["id"], "weight": row["weight"]} if summary else row
        if habits.defaults:
            known = {**VARIANT_DEFAULTS, **known}
        counters = {
            name: self.counts[row["id"], name]
            for name in ("impressions", "clicks")
            if (row["id"], name) in self.counts
        }
        return {"href": f"#{row['id']}", **known, **counters}


@dataclass
class Team:
    """A team with its keys and its plan."""

    name: str
    api_key: str
    write_key: str
    plan: str

    @property
    def variants(self) -> int:
        """How many variants an experiment may have."""
        return PLANS[self.plan][3]


class State:
    """All experiments of all teams, the oldest first."""

    def __init__(self, teams: list[Team], habits: Habits) -> None:
        self.teams, self.habits = teams, habits
        self.experiments: dict[str, Experiment] = {}

    def of(self, team: Team) -> Iterator[Experiment]:
        """A team's experiments, the deleted ones included."""
        return (each for each in self.experiments.values() if each.team is team)

    def holder(self, slug: str) -> Experiment | None:
        """Whose the slug is: what runs holds it before all others."""
        found = [
            each
            for each in self.experiments.values()
            if each.sent["slug"] == slug and each.status != "archived"
        ]
        return min(found, key=lambda each: each.status != "running", default=None)

    def taken(self, slug: str, by: Experiment | None = None) -> bool:
        """Whether another experiment runs, or has paused, under this slug."""
        holder = self.holder(slug)
        return holder is not None and holder is not by and holder.status in ("running", "paused")

    def limit(self, team: Team, kind: str) -> int | None:
        """How many slots the plan has for a type."""
        limits: Any = PLANS[team.plan][TYPES.index(kind)]
        return None if limits is None else int(limits)

    def used(self, team: Team, kind: str) -> int:
        """How many of them are taken."""
        counted = (
            ("draft", "running", "paused", "completed")
            if self.habits.drafts_count
            else ("running", "paused")
        )
        return sum(each.sent["type"] == kind and each.status in counted for each in self.of(team))
