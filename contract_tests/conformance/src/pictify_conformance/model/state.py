"""The reference model: what may be done with an experiment, and what it is like afterwards."""

from dataclasses import dataclass
from typing import Any

from pictify_conformance import spec
from pictify_conformance.testing.counters import Counts as Counters
from pictify_conformance.testing.payloads import DESTINATION, Json
from pictify_conformance.testing.team import Team

TRANSITIONS: dict[str, Any] = spec.document()["x-lifecycle"]["transitions"]
EDITABLE: dict[str, Any] = spec.document()["x-editable"]
SCHEMAS: dict[str, Any] = spec.document()["components"]["schemas"]
PUBLISHED = frozenset(SCHEMAS["Experiment"]["properties"])
REQUIRED = frozenset(SCHEMAS["Experiment"]["required"])
COUNTERS = ("impressions", "clicks")
OF_A_VARIANT = frozenset(SCHEMAS["Variant"]["properties"]) - {*COUNTERS}
WINNER = "v0"
HOLDING_A_SLOT = ("draft", "running", "paused")
RUNNING_GOAL = "goalConfig.destinationUrl"
MOVES = ("start", "pause", "complete")
ENDED = "archived"
FORMATS = ("png", "jpeg", "webp")


@dataclass
class Experiment:
    """One experiment of a game: whose it is, and all that the calls so far made of it."""

    owner: Team
    shown: Json
    counters: Counters
    redirect: str = "click.redirect"
    """The rule by which its click link leads to its destination."""

    @property
    def uid(self) -> str:
        """Its uid."""
        return str(self.shown["uid"])

    @property
    def slug(self) -> str:
        """Its slug of now."""
        return str(self.shown["slug"])

    @property
    def status(self) -> str:
        """Its status of now."""
        return str(self.shown["status"])

    @property
    def destination(self) -> str:
        """Where its click link leads."""
        return str(self.shown["goalConfig"]["destinationUrl"])


def leads_to(move: str, status: str) -> str | None:
    """The status that a move leads to, if it is allowed in this one."""
    row = TRANSITIONS[f"{move}Experiment"]
    return str(row["to"]) if status in row["from"] else None


def refusal(move: str, status: str) -> str:
    """The rule that refuses a move in a status that does not allow it."""
    if move == "delete":
        return "delete.running.refused"
    return (
        "lifecycle.completed-is-terminal" if status == "completed" else f"lifecycle.{move}.illegal"
    )


def update_rule(field: str, status: str) -> str:
    """The rule by which a change of a field is taken or refused in a status."""
    if field in EDITABLE["x-level"]:
        return "update.unpublished-fields"
    return f"update.{status}-fields" if field in EDITABLE[status] else f"update.{status}-refused"


def slug_rule(status: str) -> str:
    """The rule by which an experiment in a status holds its slug."""
    return "create.slug-taken" if status == "running" else "create.slug-taken.any-status"


def refused_fields(status: str) -> list[str]:
    """The fields that may not change in a status; of the goal a part may while running."""
    whole = [field.partition(".")[0] for field in EDITABLE[status]]
    return [field for field in EDITABLE["draft"] if field not in whole]


def change(field: str, number: int, lab: Team) -> Json:
    """A body that gives a field another value for every number, and never a published default."""
    goal = {"destinationUrl": f"{DESTINATION}/{number}"}
    values: Json = {
        "name": f"Renamed {number}",
        "slug": lab.experiments.new_slug() if field == "slug" else None,
        "templateUid": f"tmpl_{number}",
        "variants": [{"id": "v0", "weight": number}, {"id": "v1", "weight": 10_000 - number}],
        "goalConfig": {"type": "click_through", **goal},
        RUNNING_GOAL: goal,
        "banditConfig": {
            "enabled": False,
            "warmupImpressions": 60 + number,
            "recomputeIntervalMinutes": 20 + number,
        },
        "outputConfig": {"format": FORMATS[number % len(FORMATS)], "quality": number % 80 + 1},
        "hypothesis": f"Guess {number}.",
        "minimumSampleSize": 400 + number,
        "confidenceThreshold": round(0.5 + number % 40 / 100, 2),
        "minimumRunDays": 30 + number,
        "fallbackImageUrl": f"https://cdn.example.com/{number}.png",
    }
    return {field.partition(".")[0]: values[field]}


def facts(shown: Json, *without: str) -> Json:
    """What a read must go on showing: its published members, counters and updatedAt aside."""
    kept = {
        key: value
        for key, value in shown.items()
        if key in PUBLISHED and key not in ("updatedAt", *without)
    }
    if "variants" in kept:
        kept["variants"] = [
            {key: row[key] for key in sorted(OF_A_VARIANT & row.keys())} for row in kept["variants"]
        ]
    return kept


def required(rows: list[Json]) -> list[Json]:
    """Of some rows the members that every one has."""
    return [{key: row.get(key) for key in sorted(REQUIRED - {"updatedAt"})} for row in rows]


def counters(shown: Json) -> Counters:
    """Impressions and clicks by variant id."""
    return {
        row["id"]: (row.get("impressions", 0), row.get("clicks", 0)) for row in shown["variants"]
    }
