"""The reference model: what each status allows, which rule says so, and what an action changes."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pictify_conformance import spec
from pictify_conformance.testing.counters import Counts
from pictify_conformance.testing.payloads import DESTINATION, Json
from pictify_conformance.testing.responses import published_fields
from pictify_conformance.testing.team import Team

TRANSITIONS: dict[str, Any] = spec.document()["x-lifecycle"]["transitions"]
EDITABLE: dict[str, Any] = spec.document()["x-editable"]
EXPERIMENT: Json = spec.document()["components"]["schemas"]["Experiment"]
COUNTERS = ("impressions", "clicks")
WINNER = "v0"
HOLDING_A_SLOT = ("draft", "running", "paused")
RUNNING_GOAL = "goalConfig.destinationUrl"
TRANSITION_NAMES = ("start", "pause", "complete")
FORMATS = ("png", "jpeg", "webp")


class Counted(NamedTuple):
    """A kind of request that raises counters: its rule, and event and variant of each count."""

    rule: str
    events: list[tuple[str, str]]


COUNTED = {
    "impression": Counted("events.impression-counts", [("impression", "v0")]),
    "click": Counted("events.click-counts", [("click", "v1")]),
    "batch": Counted(
        "events.batch-counts",
        [("impression", "v0"), ("click", "v1"), ("impression", "v1"), ("impression", "v1")],
    ),
    # Of a link and a pixel the server chooses the variant, so only the totals are compared.
    "link": Counted("click.counts", [("click", "v0")]),
    "pixel": Counted("pixel.counts", [("impression", "v0")]),
}


@dataclass
class Experiment:
    """One experiment of a scenario, as the actions so far left it."""

    owner: Team
    shown: Json
    counters: Counts
    redirect_rule: str = "click.redirect"
    """The rule by which its click link leads to its destination."""
    is_deleted: bool = False

    @property
    def uid(self) -> str:
        return str(self.shown["uid"])

    @property
    def slug(self) -> str:
        return str(self.shown["slug"])

    @property
    def status(self) -> str:
        return str(self.shown["status"])

    @property
    def destination(self) -> str:
        return str(self.shown["goalConfig"]["destinationUrl"])


def status_after(action: str, status: str) -> str | None:
    """Return the status that a transition or delete leads to, or None where it is not allowed."""
    row = TRANSITIONS[f"{action}Experiment"]
    return str(row["to"]) if status in row["from"] else None


def allowed(status: str, *actions: str) -> list[str]:
    return [action for action in actions if status_after(action, status)]


def refusal_rule(action: str, status: str) -> str:
    """Return the rule that refuses a transition or delete in a status that does not allow it."""
    if action == "delete":
        return "delete.running.refused"
    if status == "completed":
        return "lifecycle.completed-is-terminal"
    return f"lifecycle.{action}.illegal"


def update_rule(field: str, status: str) -> str:
    """Return the rule that accepts or refuses a change of this field in this status."""
    if field in EDITABLE["x-level"]:
        return "update.unpublished-fields"
    return f"update.{status}-fields" if field in EDITABLE[status] else f"update.{status}-refused"


def slug_rule(status: str) -> str:
    """Return the rule by which an experiment in this status holds its slug."""
    return "create.slug-taken" if status == "running" else "create.slug-taken.any-status"


def uncounted_rule(kind: str, status: str) -> str:
    """Return the rule by which nothing is counted in a status other than running."""
    if kind == "link":
        return "click.paused" if status == "paused" else "click.outside-running"
    area = "pixel" if kind == "pixel" else "events"
    return f"{area}.completed" if status == "completed" else f"{area}.only-running"


def refused_fields(status: str) -> list[str]:
    """Return the fields that may not change in a status.

    A running experiment lets one part of its goal change, so the goal is not among its fields.
    """
    editable = [field.partition(".")[0] for field in EDITABLE[status]]
    return [field for field in EDITABLE["draft"] if field not in editable]


def update_body(field: str, number: int, slug: str) -> Json:
    """Return an update of one field: another value for every number, and never a default."""
    goal = {"destinationUrl": f"{DESTINATION}/{number}"}
    values: Json = {
        "name": f"Renamed {number}",
        "slug": slug,
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


def stable_members(experiment: Json, *without: str) -> Json:
    """Return the published members that no other action may change, without the counters."""
    kept = published_fields(experiment, "updatedAt", *without)
    for variant in kept.get("variants", ()):
        for counter in COUNTERS:
            variant.pop(counter, None)
    return kept


def required_members(experiments: list[Json]) -> list[Json]:
    """Return the members that every row of a list must have."""
    names = sorted(EXPERIMENT["required"])
    return [
        {name: value for name in names if (value := stable_members(each).get(name)) is not None}
        for each in experiments
    ]


def counters_of(experiment: Json) -> Counts:
    """Return impressions and clicks by variant id."""
    return {
        row["id"]: (row.get("impressions", 0), row.get("clicks", 0))
        for row in experiment["variants"]
    }


def counters_after(before: Counts, kind: str) -> Counts:
    """Return the counters after one request of a kind."""
    after = dict(before)
    for name, variant in COUNTED[kind].events:
        impressions, clicks = after[variant]
        is_click = name == "click"
        after[variant] = impressions + (not is_click), clicks + is_click
    return after
