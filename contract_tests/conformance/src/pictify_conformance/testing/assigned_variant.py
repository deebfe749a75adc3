"""Which variant a visit is shown, as told by the counter that its pixel raises."""

from typing import Any

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab, total
from pictify_conformance.testing.payloads import Json

DEFAULT = "default"
DEFAULT_VARIANT: Json = {"id": DEFAULT, "weight": 10_000, "isDefault": True}

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


def rule(property_: str, operator: str, value: object, **more: object) -> Json:
    """A rule of a condition tree."""
    return {"type": "rule", "property": property_, "ruleOperator": operator, "value": value, **more}


def group(operator: str, *children: Json) -> Json:
    """A group of a condition tree."""
    return {"type": "group", "operator": operator, "children": list(children)}


def smart_link(lab: Lab, *trees: Json, **fields: Any) -> Json:
    """A running smart link: variants `v0`, `v1`, ... of weight 0 with these conditions, then the default."""
    rows = [
        {"id": f"v{index}", "weight": 0, "conditions": tree} for index, tree in enumerate(trees)
    ]
    return lab.experiment(
        "running", **{"type": "smart_link", "variants": [*rows, DEFAULT_VARIANT], **fields}
    )


def scheduled(lab: Lab, *schedules: Json, **fields: Any) -> Json:
    """A running scheduled experiment: variants `v0`, `v1`, ... of weight 0 with these schedules, then the default."""
    rows = [
        {"id": f"v{index}", "weight": 0, "schedule": schedule}
        for index, schedule in enumerate(schedules)
    ]
    return lab.experiment(
        "running", **{"type": "scheduled", "variants": [*rows, DEFAULT_VARIANT], **fields}
    )


def shown(lab: Lab, made: Json, headers: dict[str, str] | None = None, **query: Any) -> str:
    """The id of the variant that a visit is shown."""
    before = lab.counters(made["uid"])
    assertions.status(lab.pixel(made["slug"], headers=headers, params=query), 200)
    after = lab.settled(made["uid"], lambda now: total(now) > total(before), "one impression more")
    raised = [id_ for id_ in after if after[id_] != before.get(id_)]
    if len(raised) != 1:
        pytest.fail(
            f"one pixel raised the counters of {raised}: {before}, then {after}", pytrace=False
        )
    return raised[0]


def shows(
    lab: Lab, made: Json, variant: str, headers: dict[str, str] | None = None, **query: Any
) -> None:
    """A visit is shown this variant."""
    error_message = f"the variant shown to a visit with {headers or 'no headers of its own'} and the query {query}"
    assertions.same(shown(lab, made, headers, **query), variant, error_message)
