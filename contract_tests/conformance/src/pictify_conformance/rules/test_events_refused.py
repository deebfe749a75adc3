"""Events that are not accepted: the error of each, and the others of their array."""

from typing import Any

import httpx
import pytest

from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_no_event_accepted,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.payloads import Json, event, viewer
from pictify_conformance.testing.responses import json_object

MAX_BYTES = 10 * 1024
FRAME = len(b'{"k":""}')


def assert_item_errors(response: httpx.Response, processed: int, *indexes: int) -> None:
    """Assert that so many events are accepted, and that those at the indexes have an error."""
    body = json_object(response)
    errors = body.get("errors")
    are_objects = isinstance(errors, list) and all(isinstance(item, dict) for item in errors)
    assert_that(are_objects, "a list of errors", response)
    is_processed = body.get("ok") is True and body.get("processed") == processed
    assert_that(is_processed, f"ok true and {processed} processed", response)
    for item in body["errors"]:
        has_text = isinstance(item.get("error"), str) and item["error"]
        assert_that(has_text, "an error text for each item", response)
    found = [item.get("index") for item in body["errors"]]
    assert_equal(found, list(indexes), "the indexes of the errors")


def wrong_event(experiments: Experiments, running: Json, kind: str) -> Json:
    """Return a well-formed event that cannot be accepted."""
    match kind:
        case "unknown-slug":
            return event({"slug": experiments.new_slug()})
        case "unknown-variant":
            return event(running, variant="nobody")
        case "large-metadata":
            return event(running, metadata={"k": "x" * MAX_BYTES})
    return event(experiments.create(kind))


each_wrong_event = pytest.mark.parametrize(
    "kind",
    ["draft", "paused", "completed", "unknown-slug", "unknown-variant", "large-metadata"],
)


@pytest.mark.rule("events.item-errors")
@each_wrong_event
def test_item_errors(
    api: ApiClient, experiments: Experiments, counters: Counters, kind: str
) -> None:
    experiment = experiments.create("running")
    wrong = wrong_event(experiments, experiment, kind)
    response = api.send_events([event(experiment), wrong, event(experiment, "click", "v1")])
    assert_item_errors(response, 2, 1)
    counters.assert_counts_now(experiment, {"v0": (1, 0), "v1": (0, 1)})


@pytest.mark.rule("events.item-errors")
@pytest.mark.parametrize(
    "broken", [{}, {"event": "open"}, {"variantId": 1}, 7, None, "click", []], ids=str
)
def test_item_errors_of_broken_items(
    api: ApiClient, experiments: Experiments, counters: Counters, broken: Any
) -> None:
    experiment = experiments.create("running")
    item = {**event(experiment), **broken} if broken and isinstance(broken, dict) else broken
    assert_item_errors(api.send_events([item, event(experiment), item]), 1, 0, 2)
    counters.assert_counts_now(experiment, {"v0": (1, 0), "v1": (0, 0)})


@pytest.mark.rule("events.item-errors")
def test_item_errors_of_all_items(api: ApiClient, experiments: Experiments) -> None:
    unknown = event({"slug": experiments.new_slug()})
    assert_item_errors(api.send_events([{}, unknown]), 0, 0, 1)


@pytest.mark.rule("events.single-item-error")
@each_wrong_event
def test_single_item_error(
    api: ApiClient, experiments: Experiments, counters: Counters, kind: str
) -> None:
    experiment = experiments.create("running")
    assert_item_errors(api.send_events(wrong_event(experiments, experiment, kind)), 0, 0)
    counters.assert_counts_now(experiment, NO_COUNTS)


# The docs do not say if the metadata itself is the first level, or if lists are levels.
DEEP: Json = {"a": {"b": {"c": {"d": {"e": 1}}}}}
OVER_LIMIT: dict[str, Json] = {
    "more than 10 KB": {"k": "x" * (MAX_BYTES + 1)},
    "more than 10 KB in all": {f"k{number}": "x" * 1024 for number in range(11)},
    "more than 10 KB in a list": {"first": 1, "k": ["x" * 1024] * 11},
    "too deep": DEEP,
    "too deep in the last member": {"first": 1, "second": {"a": 1}, **DEEP},
    "too deep in a list": {"first": [1], "k": [1, DEEP]},
}


@pytest.mark.rule("events.metadata-limits.refused")
@pytest.mark.parametrize("metadata", OVER_LIMIT.values(), ids=OVER_LIMIT)
def test_metadata_limits_refused(
    api: ApiClient, experiments: Experiments, counters: Counters, metadata: Json
) -> None:
    experiment = experiments.create("running")
    body = event(experiment, metadata=metadata)
    for sent in (body, [body]):
        assert_no_event_accepted(api.send_events(sent))
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.metadata-limits")
@pytest.mark.parametrize(
    ("metadata", "fits"),
    [
        pytest.param({"k": "x" * (MAX_BYTES - FRAME)}, True, id="10-KB"),
        pytest.param({"k": "x" * (MAX_BYTES - FRAME + 1)}, False, id="10-KB-and-a-byte"),
        pytest.param({"k": "é" * ((MAX_BYTES - FRAME) // 2)}, True, id="10-KB-of-two-byte-letters"),
        pytest.param(
            {"k": "é" * ((MAX_BYTES - FRAME) // 2 + 1)}, False, id="more-of-two-byte-letters"
        ),
        pytest.param({}, True, id="empty"),
        pytest.param({"a": {"b": {"c": 1}}}, True, id="3-levels"),
        pytest.param({"a": {"b": {"c": {}}}}, False, id="4-levels"),
    ],
)
def test_metadata_limits(
    api: ApiClient, experiments: Experiments, metadata: Json, fits: bool
) -> None:
    body = event(experiments.create("running"), metadata=metadata)
    for sent in (body, [body]):
        assert_item_errors(api.send_events(sent), int(fits), *([] if fits else [0]))


@pytest.mark.rule("events.without-variant")
@pytest.mark.parametrize("fields", [{"variant": ...}, {"variant": None}], ids=["absent", "null"])
def test_without_variant(
    api: ApiClient, experiments: Experiments, counters: Counters, fields: Json
) -> None:
    """The variant is that of the viewer's pixel."""
    for number in range(6):
        experiment = experiments.create("running")
        response = api.send_events(event(experiment, "click", **fields), **viewer(number))
        assert_events_accepted(response, 1)
        assert_status(api.load_pixel(experiment["slug"], headers=viewer(number)), 200)
        counts = sorted(counters.read(experiment).values())
        assert_equal(counts, [(0, 0), (1, 1)], "the counters, variant by variant")
