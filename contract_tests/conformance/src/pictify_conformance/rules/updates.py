"""Updates: an experiment with every field, a change of each, and the refusal of one."""

from typing import Any

from pictify_conformance import spec
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import DESTINATION, Json

EDITABLE: Json = spec.document()["x-editable"]
CLICK_THROUGH: Json = {"type": "click_through", "destinationUrl": DESTINATION}
FULL: Json = {
    "variants": [
        {"id": "v0", "name": "First", "weight": 4000, "variables": {"headline": "Then"}},
        {"id": "v1", "name": "Second", "weight": 6000},
    ],
    "goalConfig": CLICK_THROUGH,
    "banditConfig": {
        "enabled": False,
        "algorithm": "thompson_sampling",
        "warmupImpressions": 60,
        "recomputeIntervalMinutes": 20,
    },
    "outputConfig": {"format": "webp", "quality": 80},
    "hypothesis": "A first guess.",
    "minimumSampleSize": 400,
    "confidenceThreshold": 0.9,
    "minimumRunDays": 3,
    "fallbackImageUrl": "https://cdn.example.com/first.png",
}
CHANGES: Json = {
    "name": "Another name",
    "templateUid": "tmpl_second",
    "variants": [
        {"id": "v0", "name": "New", "weight": 2500, "variables": {"headline": "Now"}},
        {"id": "v2", "name": "Newer", "weight": 7500, "templateUid": "tmpl_newer"},
    ],
    "goalConfig": {"type": "click_through", "destinationUrl": f"{DESTINATION}/new"},
    "banditConfig": {
        "enabled": False,
        "algorithm": "thompson_sampling",
        "warmupImpressions": 70,
        "recomputeIntervalMinutes": 25,
    },
    "outputConfig": {"format": "jpeg", "quality": 70},
    "hypothesis": "A second guess.",
    "minimumSampleSize": 500,
    "confidenceThreshold": 0.99,
    "minimumRunDays": 5,
    "fallbackImageUrl": "https://cdn.example.com/second.png",
}


def change_of(lab: Lab, field: str) -> Json:
    """A body that changes one field of an experiment with `FULL`."""
    return lab.templates.fitted({field: lab.new_slug() if field == "slug" else CHANGES[field]})


def refused(
    lab: Lab, before: Json, body: Any, *fields: str, code: str = "validation-error"
) -> Json:
    """The update is 400 of this code, names the fields, and changes nothing."""
    problem = assertions.problem(lab.update(before["uid"], body), 400, code, *fields)
    lab.unchanged(before)
    return problem
