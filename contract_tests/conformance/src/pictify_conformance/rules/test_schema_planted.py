"""Bodies that are broken in one place: each word, type and bound of a request's schema, by turns."""

import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.schemathesis_adapter.schema_mutations import broken
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import DESTINATION, Json, event

LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")
CONFIGS: Json = {
    "templateUid": "tmpl_xyz789",
    "goalConfig": {"type": "click_through", "destinationUrl": DESTINATION},
    "banditConfig": {"enabled": False, "algorithm": "thompson_sampling", "warmupImpressions": 50},
    "hypothesis": "Less is more.",
    "minimumSampleSize": 1000,
    "confidenceThreshold": 0.95,
    "minimumRunDays": 7,
    "outputConfig": {"format": "png", "quality": 90},
    "fallbackImageUrl": "https://cdn.example.com/over.png",
}
WEEKLY: Json = {
    "startAt": "2026-03-16T09:00:00Z",
    "recurrence": {"type": "weekly", "timezone": "UTC"},
}
VARIANT: Json = {
    "id": "v1",
    "weight": 4000,
    "name": "New",
    "variables": {"headline": "Now"},
    "isDefault": False,
}
EVENT: Json = {
    "channel": "web",
    "device": "mobile",
    "referrer": DESTINATION,
    "metadata": {"a": 1},
    "source": "sdk",
}


def bodies(lab: Lab) -> list[Json]:
    """Valid creates that hold every member between them."""
    first = {"id": "v0", "weight": 6000}
    scheduled = [first, {**VARIANT, "schedule": WEEKLY}]
    return [
        lab.body(**CONFIGS, variants=[first, VARIANT]),
        lab.body(type="scheduled", variants=scheduled),
    ]


def one_place(level: spec.Level, method: str, path: str, valid: Json) -> list[Json]:
    """The body, broken in each place by turns: at the documented level, or where that level asks for nothing."""
    found: dict[str, list[Json]] = {}
    for each in LEVELS:
        schema = spec.view(each)["paths"][path][method]["requestBody"]["content"][
            "application/json"
        ]["schema"]
        bodies = broken(schema.get("oneOf", [schema])[0], valid, each)
        found[each] = [body for body in bodies if isinstance(body, dict)]
    known = found["documented"]
    return (
        known if level == "documented" else [body for body in found["assumed"] if body not in known]
    )


def judges(operation_id: str) -> pytest.MarkDecorator:
    """At each level the operation's schema row."""
    rows = {level: spec.schema_rule(operation_id, level) for level in LEVELS}
    return pytest.mark.parametrize(
        "level", [pytest.param(level, marks=pytest.mark.rule(rows[level])) for level in rows]
    )


@judges("createExperiment")
def test_create(lab: Lab, level: spec.Level) -> None:
    """A create that is broken in one place is refused and leaves nothing behind."""
    for valid in bodies(lab):
        lab.remove(lab.accepted(valid)["uid"])
        fresh = {**valid, "slug": lab.new_slug(), "name": f"Broken {lab.new_slug()}"}
        lab.all_refused(one_place(level, "post", API, fresh))


@judges("updateExperiment")
def test_update(lab: Lab, level: spec.Level) -> None:
    """An update that is broken in one place is refused and changes nothing."""
    for valid in bodies(lab):
        draft = lab.existing(**valid)
        for body in one_place(level, "put", f"{API}/{{uid}}", valid):
            changed = {name: value for name, value in body.items() if value != valid[name]}
            assertions.refused(lab.update(draft["uid"], changed))
        lab.unchanged(draft)
        lab.remove(draft["uid"])


@judges("completeExperiment")
def test_complete(lab: Lab, level: spec.Level) -> None:
    """A completion that is broken in one place is refused and changes nothing."""
    running = lab.existing("running")
    for body in one_place(level, "post", f"{API}/{{uid}}/complete", {"winnerVariantId": "v0"}):
        assertions.refused(lab.request("POST", f"{API}/{running['uid']}/complete", json=body))
    lab.unchanged(running)


@judges("trackExperimentEvents")
def test_events(lab: Lab, level: spec.Level) -> None:
    """An event that is broken in one place is not taken."""
    running = lab.experiment("running")
    valid = event(running, **EVENT)
    assertions.taken(lab.events(valid), 1)
    for body in one_place(level, "post", "/s/events", valid):
        assertions.not_taken(lab.events(body))
