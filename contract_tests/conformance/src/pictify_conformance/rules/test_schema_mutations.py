"""Bodies that break one keyword of a request's schema: each type, bound and word in turn."""

import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.schemathesis_adapter.schema_mutations import broken, wrong_values
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_events_accepted,
    assert_no_event_accepted,
    assert_refused,
)
from pictify_conformance.testing.member_table import body_schema, first_rows, whole_event
from pictify_conformance.testing.payloads import Json, event

LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")


def valid_bodies(experiments: Experiments) -> list[Json]:
    """Return valid creates that hold every member between them."""
    return [experiments.body(**fields) for fields in first_rows()]


def broken_bodies(level: spec.Level, operation: str, valid: Json) -> list[Json]:
    """Return the body broken in each place in turn.

    At the assumed level without those that the documented level breaks, too.
    """
    found: dict[str, list[Json]] = {}
    for each in LEVELS:
        bodies = broken(body_schema(operation, each), valid, each, wrong_values)
        found[each] = [body for body in bodies if isinstance(body, dict)]
    documented = found["documented"]
    if level == "documented":
        return documented
    return [body for body in found["assumed"] if body not in documented]


def judges(operation_id: str) -> pytest.MarkDecorator:
    """Run a test at each level, for the operation's schema rule."""
    return pytest.mark.parametrize(
        "level",
        [
            pytest.param(level, marks=pytest.mark.rule(spec.schema_rule(operation_id, level)))
            for level in LEVELS
        ],
    )


@judges("createExperiment")
def test_create(api: ApiClient, experiments: Experiments, level: spec.Level) -> None:
    for valid in valid_bodies(experiments):
        api.remove(experiments.assert_created(valid)["uid"])
        name = f"Broken {experiments.new_slug()}"
        fresh = {**valid, "slug": experiments.new_slug(), "name": name}
        experiments.assert_creates_refused(broken_bodies(level, "create", fresh))


@judges("updateExperiment")
def test_update(api: ApiClient, experiments: Experiments, level: spec.Level) -> None:
    for valid in valid_bodies(experiments):
        before = experiments.create_and_read(**valid)
        bodies = broken_bodies(level, "update", valid)
        changes = [
            {name: value for name, value in body.items() if value != valid[name]} for body in bodies
        ]
        experiments.assert_updates_refused(before, changes)
        api.remove(before["uid"])


@judges("completeExperiment")
def test_complete(api: ApiClient, experiments: Experiments, level: spec.Level) -> None:
    before, valid = experiments.create_and_read("running"), {"winnerVariantId": "v0"}
    for body in broken_bodies(level, "complete", valid):
        assert_refused(api.request("POST", f"{API}/{before['uid']}/complete", json=body))
    experiments.assert_unchanged(before)


@judges("trackExperimentEvents")
def test_events(api: ApiClient, experiments: Experiments, level: spec.Level) -> None:
    valid = event(experiments.create("running"), **whole_event())
    assert_events_accepted(api.send_events(valid), 1)
    for body in broken_bodies(level, "events", valid):
        assert_no_event_accepted(api.send_events(body))
