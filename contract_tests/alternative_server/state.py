"""Experiments by uid, with counters that lag behind."""

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from alternative_server.behaviour import PLANS, Behaviour

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
    """Return the current second, in a notation that differs from our mock's."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(timespec="microseconds")


@dataclass
class Experiment:
    """The fields that were sent, and the state of the experiment."""

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
        """Count once, visible after `lag` seconds."""
        self.waiting.append((time.monotonic() + lag, variant, counter))

    def settle(self) -> None:
        """Make the counts visible that have waited long enough."""
        due = [each for each in self.waiting if each[0] <= time.monotonic()]
        self.waiting = [each for each in self.waiting if each not in due]
        for _, variant, counter in due:
            self.counts[variant, counter] = self.counts.get((variant, counter), 0) + 1
            self.updated = now()

    def move(self, name: str, winner: str = "") -> None:
        """Make a legal transition."""
        self.status, self.updated = GOALS[name], now()
        if winner:
            self.winner = {"winnerVariantId": winner, "winnerDeclaredAt": now()}

    def shown(self, behaviour: Behaviour, *, summary: bool = False) -> Json:
        """Return the experiment as JSON."""
        self.settle()
        whole = {
            **(DEFAULTS if behaviour.defaults else {}),
            **self.sent,
            **self.winner,
            "status": self.status,
        }
        whole |= {"uid": self.uid, "createdAt": self.created, "updatedAt": self.updated}
        shown = {name: whole[name] for name in SUMMARY} if summary else whole
        shown["variants"] = [
            self._variant(row, behaviour, summary=summary) for row in self.sent["variants"]
        ]
        return {
            "object": "experiment",
            "owner": {"team": self.team.name},
            **shown,
            "readAt": time.time(),
        }

    def _variant(self, row: Json, behaviour: Behaviour, *, summary: bool) -> Json:
        known = {"id": row["id"], "weight": row["weight"]} if summary else row
        if behaviour.defaults:
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
        return PLANS[self.plan][3]


class State:
    """All experiments of all teams, the oldest first."""

    def __init__(self, teams: list[Team], behaviour: Behaviour) -> None:
        self.teams, self.behaviour = teams, behaviour
        self.experiments: dict[str, Experiment] = {}

    def of(self, team: Team) -> Iterator[Experiment]:
        """Yield the team's experiments, the deleted ones included."""
        return (each for each in self.experiments.values() if each.team is team)

    def holder(self, slug: str) -> Experiment | None:
        """Return the experiment that has the slug, the running one if several have it."""
        found = [
            each
            for each in self.experiments.values()
            if each.sent["slug"] == slug and each.status != "archived"
        ]
        return min(found, key=lambda each: each.status != "running", default=None)

    def taken(self, slug: str, by: Experiment | None = None) -> bool:
        """Return True if another experiment is running or paused under this slug."""
        holder = self.holder(slug)
        return holder is not None and holder is not by and holder.status in ("running", "paused")

    def limit(self, team: Team, kind: str) -> int | None:
        """Return the number of slots that the plan has for a type."""
        limits: Any = PLANS[team.plan][TYPES.index(kind)]
        return None if limits is None else int(limits)

    def used(self, team: Team, kind: str) -> int:
        """Return the number of slots that are taken."""
        counted = ["running", "paused"]
        if self.behaviour.drafts_count:
            counted += ["draft", "completed"]
        return sum(each.sent["type"] == kind and each.status in counted for each in self.of(team))
