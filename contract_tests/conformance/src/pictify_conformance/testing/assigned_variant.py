"""The variant that a visit is assigned, found by the counter that its pixel raises."""

from typing import Any

from pictify_conformance.testing.assertions import assert_equal, assert_status
from pictify_conformance.testing.counters import total
from pictify_conformance.testing.payloads import Json
from pictify_conformance.testing.team import Team

DEFAULT = "default"
DEFAULT_VARIANT: Json = {"id": DEFAULT, "weight": 10_000, "isDefault": True}

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


def rule(property_: str, operator: str, value: object, **more: object) -> Json:
    """Return a rule of a condition tree."""
    return {"type": "rule", "property": property_, "ruleOperator": operator, "value": value, **more}


def group(operator: str, *children: Json) -> Json:
    """Return a group of a condition tree."""
    return {"type": "group", "operator": operator, "children": list(children)}


def create_smart_link(team: Team, *trees: Json, **fields: Any) -> Json:
    """Create a running smart link of variants `v0`, `v1`, ... with these conditions.

    Each has weight 0; the default variant is the last.
    """
    rows = [
        {"id": f"v{index}", "weight": 0, "conditions": tree} for index, tree in enumerate(trees)
    ]
    fields = {"type": "smart_link", "variants": [*rows, DEFAULT_VARIANT], **fields}
    return team.experiments.create("running", **fields)


def create_scheduled(team: Team, *schedules: Json, **fields: Any) -> Json:
    """Create a running scheduled experiment of variants `v0`, `v1`, ... with these schedules.

    Each has weight 0; the default variant is the last.
    """
    rows = [
        {"id": f"v{index}", "weight": 0, "schedule": each} for index, each in enumerate(schedules)
    ]
    fields = {"type": "scheduled", "variants": [*rows, DEFAULT_VARIANT], **fields}
    return team.experiments.create("running", **fields)


def assigned_variant(
    team: Team, running: Json, headers: dict[str, str] | None = None, **query: Any
) -> str:
    """Send a visit and return the id of the variant that it is assigned."""
    before = team.counters.read(running)
    assert_status(team.api.load_pixel(running["slug"], headers=headers, params=query), 200)
    after = team.counters.wait_for(
        running, lambda now: total(now) > total(before), "one impression more"
    )
    raised = [id_ for id_ in after if after[id_] != before.get(id_)]
    name = f"how many counters one pixel raised, from {before} to {after}"
    assert_equal(len(raised), 1, name)
    return raised[0]


def assert_variant_assigned(
    team: Team, running: Json, variant: str, headers: dict[str, str] | None = None, **query: Any
) -> None:
    name = (
        f"the variant of a visit with {headers or 'the headers of a browser'} and the query {query}"
    )
    assert_equal(assigned_variant(team, running, headers, **query), variant, name)
