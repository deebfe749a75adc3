"""Updates: an experiment with every field, and a change of each."""

from typing import Any

import httpx

from pictify_conformance import spec
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import assert_problem
from pictify_conformance.testing.payloads import DESTINATION, Json, click_goal

EDITABLE: Json = spec.document()["x-editable"]
UNPUBLISHED = list(EDITABLE["x-level"])
FULL: Json = {
    "variants": [
        {"id": "v0", "name": "First", "weight": 4000, "variables": {"headline": "Then"}},
        {"id": "v1", "name": "Second", "weight": 6000},
    ],
    "goalConfig": click_goal(),
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
    "goalConfig": click_goal(f"{DESTINATION}/new"),
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


def changes_of(experiments: Experiments, *fields: str) -> Json:
    """Return a body that changes these fields of an experiment with `FULL`."""
    new = {**CHANGES, "slug": experiments.new_slug()}
    return experiments.templates.with_known_uids({field: new[field] for field in fields})


def assert_update_refused(
    api: ApiClient,
    experiments: Experiments,
    before: Json,
    body: Any,
    *fields: str,
    code: str = "validation-error",
) -> httpx.Response:
    """Assert a 400 that names the fields and changes nothing. Return it."""
    response = api.update(before["uid"], body)
    assert_problem(response, 400, code, *fields)
    experiments.assert_unchanged(before)
    return response
