"""Any number of events, in calls of 100."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from pictify_experiments import AsyncPictifyExperiments
from pictify_experiments.errors import (
    PayloadTooLargeError,
    ServerError,
    TooManyRequestsError,
    TrackingInterruptedError,
)
from pictify_experiments.models import EventType, Experiment, ExperimentEvent

from pictify_mock import MockServer

from .conftest import Open, answering


def views(slug: str, number: int) -> list[ExperimentEvent]:
    return [
        ExperimentEvent(event=EventType.IMPRESSION, experiment=slug, variant_id="a")
        for _ in range(number)
    ]


def impressions(pictify: Any, uid: str) -> int:
    return int(pictify.get_experiment(uid).variants[0].impressions)


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
    """A refused event is reported with its index among all events."""
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
    events = [*views(running.slug, 99), *views("nobodys-slug", 1), *views(running.slug, 151)]
    control.post("/faults", json={"delay": 0, "path": "/s/events"})  # the first call passes
    control.post("/faults", json={"status": 429, "path": "/s/events"})
    with pytest.raises(TrackingInterruptedError) as caught:
        pictify.track(events)
    error = caught.value
    assert str(error).startswith(
        "events 0 to 99: accepted; events 100 to 250: not sent or not accepted. POST /s/events: 429"
    )
    assert (error.accepted.processed, error.unknown, error.unsent) == (
        99,
        range(100, 100),
        range(100, 251),
    )
    assert [row.index for row in error.accepted.errors or ()] == [99]
    assert isinstance(error.__cause__, TooManyRequestsError)
    assert impressions(pictify, running.uid) == 99
    assert pictify.track(error.unsent_events).processed == 151


@pytest.mark.parametrize(
    "fault", [{"drop": "answer"}, {"status": 503}, {"truncate": 5}, {"delay": 30}], ids=str
)
def test_lost_response_leaves_its_events_unknown(
    pictify: Any, control: httpx.Client, running: Experiment, fault: dict[str, Any]
) -> None:
    """Events whose response was lost are neither accepted nor safe to send again."""
    control.post("/faults", json={"delay": 0, "path": "/s/events"})  # the first call passes
    control.post("/faults", json={**fault, "path": "/s/events"})
    with pytest.raises(TrackingInterruptedError, match="events 100 to 199: unknown") as caught:
        pictify.track(views(running.slug, 300), timeout=1)
    assert (caught.value.unknown, caught.value.unsent) == (range(100, 200), range(200, 300))
    assert caught.value.accepted.processed == 100
    assert len(caught.value.unknown_events) == 100
    assert repr(caught.value) == f"TrackingInterruptedError({str(caught.value)!r})"


def test_failure_of_the_only_call_is_raised_itself(
    pictify: Any, control: httpx.Client, running: Experiment
) -> None:
    control.post("/faults", json={"status": 503, "path": "/s/events"})
    with pytest.raises(ServerError):
        pictify.track(views(running.slug, 100))


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_interruption_tells_what_was_accepted(
    open_client: Open, interruption: type[BaseException]
) -> None:
    """An interruption has the partial result as its attribute, and `track` goes on from there."""
    calls: list[int] = []

    def answer(asked: httpx.Request) -> httpx.Response:
        calls.append(len(json.loads(asked.content)))
        if len(calls) == 2:
            raise interruption
        return httpx.Response(200, json={"ok": True, "processed": calls[-1]})

    client = open_client(
        "key", base_url="http://server.test", transport=httpx.MockTransport(answer)
    )
    with pytest.raises(interruption) as caught:
        client.track(event for event in views("slug", 250))
    tracking = caught.value.tracking  # type: ignore[attr-defined]
    assert (tracking.accepted.processed, tracking.unknown) == (100, range(100, 200))
    assert client.track(tracking.unsent_events).processed == 50


def test_timeout_of_asyncio_tells_what_was_accepted() -> None:
    """`asyncio.timeout` has the cancellation as its cause, which has the partial result."""

    async def track() -> None:
        calls = 0

        async def answer(_: httpx.Request) -> httpx.Response:
            nonlocal calls
            calls += 1
            if calls == 2:
                await asyncio.Event().wait()
            return httpx.Response(200, json={"ok": True, "processed": 100})

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            client = AsyncPictifyExperiments("key", http_client=http)
            async with asyncio.timeout(0.1):
                await client.track(views("slug", 250))

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(track())
    tracking = caught.value.__cause__.tracking  # type: ignore[union-attr]
    assert (tracking.accepted.processed, tracking.unsent) == (100, range(200, 250))


def test_calls_are_at_most_one_mebibyte(
    pictify: Any, control: httpx.Client, running: Experiment
) -> None:
    """100 events of 10 KB each go in two calls."""
    large = ExperimentEvent(
        EventType.IMPRESSION, running.slug, variant_id="a", metadata={"x": "é" * 5_100}
    )
    result = pictify.track([large] * 110)
    asked = [
        row for row in control.get("/requests").json()["requests"] if row["path"] == "/s/events"
    ]
    assert (result.processed, result.errors, len(asked)) == (110, [], 2)


def test_calls_that_are_too_large_are_halved(open_client: Open) -> None:
    """After 413 the events are sent again in halves, in order and once each."""
    accepted: list[str] = []

    def answer(asked: httpx.Request) -> httpx.Response:
        rows = json.loads(asked.content)
        if len(rows) > 30:
            return httpx.Response(413)
        accepted.extend(row["variantId"] for row in rows)
        return httpx.Response(200, json={"ok": True, "processed": len(rows)})

    client = open_client(
        "key", base_url="http://server.test", transport=httpx.MockTransport(answer)
    )
    events = [ExperimentEvent(EventType.VIEW, "slug", variant_id=str(n)) for n in range(250)]
    assert client.track(events).processed == 250
    assert accepted == [str(n) for n in range(250)]


def test_event_that_is_too_large_alone(open_client: Open) -> None:
    client = open_client("key", base_url="http://server.test", transport=answering(413))
    with pytest.raises(PayloadTooLargeError):
        client.track(views("slug", 2))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", "\ud800"], ids=repr)
def test_events_are_checked_before_any_is_sent(
    pictify: Any, control: httpx.Client, running: Experiment, value: Any
) -> None:
    """An event that is not JSON is named by its index, and nothing is sent."""
    control.delete("/requests")
    wrong = ExperimentEvent(EventType.VIEW, running.slug, metadata={"x": value})
    with pytest.raises(ValueError, match=r"^events\[100\] cannot be sent: "):
        pictify.track([*views(running.slug, 100), wrong])
    assert control.get("/requests").json()["requests"] == []


@pytest.mark.parametrize("events", ["click", b"click", 5, None], ids=repr)
def test_things_that_are_not_events(pictify: Any, events: Any) -> None:
    with pytest.raises(TypeError, match=r"^events has to be an ExperimentEvent, a dict or an "):
        pictify.track(events)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("click", r"events\[1\] has to be an ExperimentEvent or a dict, not str"),
        ({"event": "click"}, r"events\[1\]: missing key 'experiment'"),
        (
            {"evnt": "click", "experiment": "x"},
            r"events\[1\]: unexpected key 'evnt'; did you mean 'event'\?",
        ),
    ],
)
def test_one_thing_that_is_not_an_event(
    pictify: Any, running: Experiment, event: Any, message: str
) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        pictify.track([*views(running.slug, 1), event])


def test_events_as_plain_dicts(pictify: Any, running: Experiment) -> None:
    """An event may be a dict, and its experiment an Experiment."""
    event = {"event": "impression", "experiment": running, "variant_id": "a"}
    model = ExperimentEvent(event="impression", experiment=running, variant_id="a")
    assert pictify.track(event).processed == 1
    assert pictify.track([event, model]).processed == 2
    assert pictify.track_experiment_events([event, model]).processed == 2
    assert impressions(pictify, running.uid) == 5


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
    """Events go with the write key, else the API key, else none, which gives a warning."""
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
