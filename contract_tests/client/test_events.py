"""Any number of events, in calls of 100."""

from typing import Any

import httpx
import pytest
from pictify_experiments.errors import RateLimitError, ServerError, TrackingInterruptedError
from pictify_experiments.models import EventType, Experiment, ExperimentEvent

from pictify_mock import MockServer

from .conftest import Open


def views(slug: str, number: int) -> list[ExperimentEvent]:
    return [
        ExperimentEvent(event=EventType.IMPRESSION, experiment=slug, variant_id="a")
        for _ in range(number)
    ]


def impressions(pictify: Any, uid: str) -> int:
    return int(pictify.get_experiment(uid).experiment.variants[0].impressions)


def test_one(pictify: Any, running: Experiment) -> None:
    """One event is tracked."""
    result = pictify.track(*views(running.slug, 1))
    assert (result.processed, result.errors) == (1, [])


@pytest.mark.parametrize(("number", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_many(
    pictify: Any, control: httpx.Client, running: Experiment, number: int, calls: int
) -> None:
    """Any number of events is tracked, in as few calls as the API allows."""
    result = pictify.track(event for event in views(running.slug, number))
    asked = [
        row for row in control.get("/requests").json()["requests"] if row["path"] == "/s/events"
    ]
    assert (result.ok, result.processed, len(asked)) == (True, number, calls)
    assert impressions(pictify, running.uid) == number


def test_errors_have_the_index_of_the_caller(pictify: Any, running: Experiment) -> None:
    """An event that is not taken is told by its place among all events."""
    events = views(running.slug, 250)
    for index in (0, 99, 100, 249):
        events[index] = views("nobodys-slug", 1)[0]
    result = pictify.track(events)
    assert [row.index for row in result.errors] == [0, 99, 100, 249]
    assert result.processed == 246


def test_failure_midway_tells_what_was_taken(
    pictify: Any, control: httpx.Client, running: Experiment
) -> None:
    """A failure after some events were taken tells which, and nothing is sent twice."""
    control.post("/faults", json={"status": 503, "path": "/s/events"})
    events = [*views(running.slug, 99), *views("nobodys-slug", 1), *views(running.slug, 151)]
    with pytest.raises(ServerError):
        pictify.track(events)
    httpx.post(
        f"{control.base_url}faults", json={"delay": 0, "path": "/s/events"}
    )  # the first call passes
    control.post("/faults", json={"status": 429, "retryAfter": 5, "path": "/s/events"})
    with pytest.raises(
        TrackingInterruptedError, match="events 100 to 250 are not tracked: POST /s/events: 429"
    ) as caught:
        pictify.track(events)
    assert (caught.value.accepted.processed, caught.value.next_index) == (99, 100)
    assert [row.index for row in caught.value.accepted.errors or ()] == [99]
    assert isinstance(caught.value.__cause__, RateLimitError)
    assert impressions(pictify, running.uid) == 99
    assert pictify.track(events[caught.value.next_index :]).processed == 151


def test_event_that_cannot_be_sent_midway(pictify: Any, running: Experiment) -> None:
    """An event that is no JSON, after some were taken, tells what was taken, too."""
    events = [
        *views(running.slug, 100),
        ExperimentEvent(EventType.VIEW, running.slug, metadata={"x": float("nan")}),
    ]
    with pytest.raises(TrackingInterruptedError) as caught:
        pictify.track(events)
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.accepted.processed == 100


@pytest.mark.parametrize(
    ("keys", "header"),
    [
        ({"write_key": True, "api_key": True}, {"x-write-key"}),
        ({"write_key": True}, {"x-write-key"}),
        ({"api_key": True}, {"authorization"}),
        ({}, set()),
    ],
)
def test_keys(
    open_client: Open, server: MockServer, keys: dict[str, bool], header: set[str]
) -> None:
    """Events go with the write key, else with the API key, else with none, which is answered with a warning."""
    seen: list[httpx.Headers] = []

    def answer(asked: httpx.Request) -> httpx.Response:
        seen.append(asked.headers)
        return httpx.Response(200, json={"ok": True, "processed": 1})

    known = {"api_key": server.api_key, "write_key": server.write_key}
    transport = httpx.MockTransport(answer)
    open_client(
        **{name: known[name] for name in keys}, base_url=server.url, transport=transport
    ).track(views("slug", 1))
    assert {"x-write-key", "authorization"} & seen[0].keys() == header
    real = open_client(**{name: known[name] for name in keys}, base_url=server.url)
    assert bool(real.track(views("nobodys-slug", 1)).warning) is not bool(header)


def test_write_key_of_an_event_is_not_printed() -> None:
    """The write key in an event is sent and not printed."""
    event = ExperimentEvent(event=EventType.VIEW, experiment="a-slug", write_key="wk_hidden")
    assert event.to_dict()["writeKey"] == "wk_hidden"
    assert "wk_hidden" not in repr(event)


def test_warning_of_any_call_is_told(open_client: Open) -> None:
    """A warning of one call is in the result of all of them."""
    answers = [
        {"ok": True, "processed": 100, "warning": "write_key_recommended"},
        {"ok": True, "processed": 1},
    ]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answers.pop(0)))
    result = open_client(base_url="http://server.test", transport=transport).track(
        views("slug", 101)
    )
    assert (result.processed, result.warning) == (101, "write_key_recommended")
