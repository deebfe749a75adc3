"""Events: those that are accepted, and what they count."""

from typing import Any

import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_no_event_accepted,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.counters import NO_COUNTS, Counts
from pictify_conformance.testing.late_counters import LateCounterCheck
from pictify_conformance.testing.member_table import WORDS, event_values, whole_event
from pictify_conformance.testing.payloads import A_DOZEN, event
from pictify_conformance.testing.responses import json_object

NAMES = WORDS["EventType"]
MAXIMUM = 100
REPEATS = range(3)  # to more than a byte holds
FIRST_SEEN: Counts = {"v0": (1, 0), "v1": (0, 0)}

each_variant = pytest.mark.parametrize("variant", ["v0", "v1"])


@pytest.mark.rule("events.single")
@pytest.mark.parametrize("name", NAMES)
def test_single(api: ApiClient, experiments: Experiments, name: str) -> None:
    assert_events_accepted(api.send_events(event(experiments.create("running"), name)), 1)


@pytest.mark.rule("events.single")
def test_single_of_the_longest_slug(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create("running", slug=experiments.new_slug(60))
    assert_events_accepted(api.send_events(event(experiment)), 1)


@pytest.mark.rule("events.single")
def test_single_a_dozen_times(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create("running")
    for _ in A_DOZEN:
        assert_events_accepted(api.send_events(event(experiment)), 1)


@pytest.mark.rule("events.all-fields")
def test_all_fields(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    """Each value is sent alone, as an object and as text, and then all of them in one array."""
    experiment = experiments.create("running")
    events = [event(experiment, **fields) for fields in (*event_values(), whole_event())]
    for each in events:
        assert_events_accepted(api.send_events(each), 1)
        assert_events_accepted(api.send_beacon(each), 1)
    assert_events_accepted(api.send_events(events), len(events))
    counters.assert_counts(experiment, {"v0": (3 * len(events), 0), "v1": (0, 0)})


@pytest.mark.rule("events.batch")
@pytest.mark.parametrize("count", [1, 2, 10])
def test_batch(api: ApiClient, experiments: Experiments, count: int) -> None:
    experiment = experiments.create("running")
    events = [event(experiment, NAMES[index % len(NAMES)]) for index in range(count)]
    assert_events_accepted(api.send_events(events), count)


@pytest.mark.rule("events.batch")
def test_batch_of_two_experiments(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    first, second = experiments.create("running"), experiments.create("running")
    assert_events_accepted(api.send_events([event(first), event(second, "click")]), 2)
    assert_events_accepted(api.send_events([event(first, "click")]), 1)
    counters.assert_counts(first, {"v0": (1, 1), "v1": (0, 0)})
    counters.assert_counts(second, {"v0": (0, 1), "v1": (0, 0)})


@pytest.mark.rule("events.batch-maximum.refused")
def test_batch_maximum_refused(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    assert_refused(api.send_events([event(experiment, variant="v1")] * (MAXIMUM + 1)))
    for sent in REPEATS:
        assert_events_accepted(api.send_events([event(experiment)] * MAXIMUM), MAXIMUM)
        counters.assert_counts(experiment, {"v0": (MAXIMUM * (sent + 1), 0), "v1": (0, 0)})


@pytest.mark.rule("events.batch-maximum.status")
def test_batch_maximum_status(api: ApiClient, experiments: Experiments) -> None:
    response = api.send_events([event(experiments.create("running"))] * (MAXIMUM + 1))
    assert_problem(response, 400, "validation-error")


@pytest.mark.rule("events.required")
@pytest.mark.parametrize("member", ["event", "experiment"])
def test_required(
    api: ApiClient, experiments: Experiments, counters: Counters, member: str
) -> None:
    experiment = experiments.create("running")
    body = {key: value for key, value in event(experiment).items() if key != member}
    response = api.send_events(body)
    assert_status(response, 200, 400)
    assert_no_event_accepted(response)
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.invalid")
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("event", "open"),
        ("event", None),
        ("event", 1),
        ("experiment", None),
        ("experiment", 1),
        ("variantId", 1),
        ("channel", "fax"),
        ("device", "watch"),
        ("source", "browser"),
        ("referrer", 1),
        ("metadata", "summer"),
        ("metadata", ["summer"]),
        ("writeKey", 1),
    ],
)
def test_invalid(api: ApiClient, experiments: Experiments, member: str, value: Any) -> None:
    response = api.send_events({**event(experiments.create("running")), member: value})
    assert_problem(response, 400, "validation-error", f"/{member}")


@pytest.mark.rule("events.invalid")
def test_invalid_slug_length(api: ApiClient, experiments: Experiments) -> None:
    """A slug has at most 60 characters."""
    experiment = experiments.create("running", slug=experiments.new_slug(60))
    assert_events_accepted(api.send_events(event(experiment)), 1)
    response = api.send_events(event({"slug": experiments.new_slug(61)}))
    assert_problem(response, 400, "validation-error", "/experiment")


@pytest.mark.rule("events.invalid")
@pytest.mark.parametrize("body", [[], "impression", 1, True, None], ids=str)
def test_invalid_body(api: ApiClient, body: Any) -> None:
    assert_problem(api.send_beacon(body, "application/json"), 400, "validation-error")


@pytest.mark.rule("events.text-plain")
@pytest.mark.parametrize("media_type", ["text/plain", "text/plain;charset=UTF-8"])
def test_text_plain(
    api: ApiClient, experiments: Experiments, counters: Counters, media_type: str
) -> None:
    experiment = experiments.create("running")
    assert_events_accepted(api.send_beacon(event(experiment, "click", "v1"), media_type), 1)
    assert_events_accepted(api.send_beacon([event(experiment), event(experiment)], media_type), 2)
    counters.assert_counts(experiment, {"v0": (2, 0), "v1": (0, 1)})


each_counted = pytest.mark.parametrize(
    ("name", "added"),
    [
        of_rule("events.impression-counts", "impression", (1, 0)),
        of_rule("events.click-counts", "click", (0, 1)),
    ],
)


@each_counted
@each_variant
def test_event_counts(
    api: ApiClient,
    experiments: Experiments,
    counters: Counters,
    late_counters: LateCounterCheck,
    name: str,
    added: tuple[int, int],
    variant: str,
) -> None:
    experiment = experiments.create("running")
    assert_events_accepted(api.send_events(event(experiment, name, variant)), 1)
    counters.assert_counts(experiment, {**NO_COUNTS, variant: added})
    late_counters.keep(experiment)


@each_counted
def test_counts_a_dozen(
    api: ApiClient, experiments: Experiments, counters: Counters, name: str, added: tuple[int, int]
) -> None:
    experiment = experiments.create("running")
    for _ in A_DOZEN:
        assert_events_accepted(api.send_events(event(experiment, name, "v1")), 1)
    impressions, clicks = added
    counters.assert_counts(experiment, {"v0": (0, 0), "v1": (12 * impressions, 12 * clicks)})


@pytest.mark.rule("events.batch-counts")
def test_batch_counts(
    api: ApiClient, experiments: Experiments, counters: Counters, late_counters: LateCounterCheck
) -> None:
    experiment = experiments.create("running")
    first, second, click = (
        event(experiment),
        event(experiment, variant="v1"),
        event(experiment, "click", "v1"),
    )
    assert_events_accepted(api.send_events([first, second, click, second, second]), 5)
    counters.assert_counts(experiment, {"v0": (1, 0), "v1": (3, 1)})
    late_counters.keep(experiment)


@pytest.mark.rule("events.batch-counts")
def test_batch_counts_to_its_end(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    events = [event(experiment), event(experiment, "click", "v1")] * 15
    assert_events_accepted(api.send_events(events), 30)
    counters.assert_counts(experiment, {"v0": (15, 0), "v1": (0, 15)})


@pytest.mark.rule("events.partial")
def test_partial(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    """With events of an unknown experiment, all others are counted or none is."""
    experiment = experiments.create("running")
    unknown = event({"slug": experiments.new_slug()})
    events = [event(experiment), unknown, event(experiment, "click", "v1"), unknown]
    response = api.send_events(events)
    if response.status_code == 200:
        errors = json_object(response).get("errors") or []
        indexes = [error.get("index") for error in errors]
        # The docs do not say whether the first event has the index 0 or 1.
        assert_that(indexes in ([], [1, 3], [2, 4]), "the index of each unknown event", response)
    if response.status_code == 200 and json_object(response).get("processed"):
        counters.assert_counts(experiment, {"v0": (1, 0), "v1": (0, 1)})
        return
    if response.status_code != 200:
        assert_refused(response)
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.counted-at-once")
def test_counted_at_once(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    assert_events_accepted(api.send_events(event(experiment)), 1)
    counters.assert_counts_now(experiment, FIRST_SEEN)
    assert_events_accepted(
        api.send_events([event(experiment), event(experiment, "click", "v1")]), 2
    )
    counters.assert_counts_now(experiment, {"v0": (2, 0), "v1": (0, 1)})


@pytest.mark.parametrize(
    "name", [of_rule("events.view", "view"), of_rule("events.conversion", "conversion")]
)
def test_event_counts_nothing(
    api: ApiClient, experiments: Experiments, counters: Counters, name: str
) -> None:
    experiment = experiments.create("running")
    assert_events_accepted(api.send_events(event(experiment, name)), 1)
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = experiments.create(status)
    for name in ("impression", "click"):
        api.send_events(event(experiment, name))
        api.send_beacon(event(experiment, name))
    api.send_events([event(experiment, "click"), event(experiment)])
    experiments.start(experiment["uid"])
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.completed")
@each_variant
def test_completed(
    api: ApiClient, experiments: Experiments, counters: Counters, variant: str
) -> None:
    """The winner is the first variant."""
    experiment, counts = experiments.create("running"), {"v0": (1, 0), "v1": (1, 1)}
    counters.raise_to(experiment, counts)
    assert_status(api.complete(experiment["uid"], "v0"), 200)
    api.send_events([event(experiment, "impression", variant), event(experiment, "click", variant)])
    api.send_events(event(experiment, "impression", variant))
    counters.assert_counts_now(experiment, counts)


@pytest.mark.rule("events.updated-at")
def test_updated_at(experiments: Experiments, counters: Counters) -> None:
    before = experiments.create_and_read("running")
    counters.raise_to(before, {"v0": (1, 1), "v1": (0, 0)})
    after = experiments.read(before["uid"])
    assert_equal(after.get("updatedAt"), before.get("updatedAt"), "updatedAt")
