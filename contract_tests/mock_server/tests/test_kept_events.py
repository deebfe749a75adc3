"""What is kept of the events that were taken: tallies of all, and the last ones whole."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.events import METADATA_BYTES, REFERRER_KEPT, tally
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.storage.memory import Store
from pictify_mock.storage.recent_events import EVENT as EVENT_SIZE
from pictify_mock.storage.recent_events import RECENT

from .conftest import API, CLICKED, KEYS, InProcess, StoppedClock, moved_to

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = {"event": "impression", "experiment": "hero-test", "variantId": "control"}
DETAILS = {
    "channel": "email",
    "device": "mobile",
    "referrer": "https://news.example.com/today",
    "metadata": {"campaign": "summer", "basket": {"items": 3}},
    "source": "sdk",
}


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def http(store: Store, clock: StoppedClock) -> Iterator[httpx.Client]:
    app = create_app(
        [Team(KEYS[0].encode(), (b"wk_one",), PLANS["business"])],
        store=store,
        clock=clock,
        chance=Random(7),
    )
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0"}
    with httpx.Client(transport=InProcess(app), base_url="http://mock", headers=headers) as client:
        yield client


def tallies(store: Store, uid: str, variant: int = 0) -> dict[str, int]:
    experiment = store.by_uid(uid)
    assert experiment is not None
    return experiment.variants[variant].counter.tallies


def send(http: httpx.Client, *events: dict[str, Any]) -> None:
    assert http.post("/s/events", json=list(events)).json()["errors"] == []


@pytest.mark.parametrize("event", ["impression", "view", "click", "conversion"])
def test_events_are_kept_whole(
    http: httpx.Client, store: Store, clock: StoppedClock, event: str
) -> None:
    """Every kind of event is kept with its time, its variant and all that was sent, but never with its key."""
    uid = moved_to(http, "running")["uid"]
    send(http, {**EVENT, "event": event, **DETAILS, "writeKey": "wk_one"})
    (seen,) = store.recent(uid)
    assert seen.members() == {"at": clock.now, "event": event, "variantId": "control", **DETAILS}


def test_what_was_not_sent_is_not_told(
    http: httpx.Client, store: Store, clock: StoppedClock
) -> None:
    """An event without particulars has none, null included."""
    uid = moved_to(http, "running")["uid"]
    send(http, {**EVENT, "channel": None})
    (seen,) = store.recent(uid)
    assert seen.members() == {"at": clock.now, "event": "impression", "variantId": "control"}


def test_visits_are_kept_too(http: httpx.Client, store: Store) -> None:
    """A click on the link, a pixel and an image are events whose source is their route."""
    uid = moved_to(http, "running", goalConfig=CLICKED)["uid"]
    for path in ("click", "pixel.gif"):
        http.get(f"/s/hero-test/{path}")
    http.get("/s/hero-test.png")
    told = [seen.members() for seen in store.recent(uid)]
    assert [(each["event"], each["source"]) for each in told] == [
        ("click", "click"),
        ("impression", "pixel"),
        ("impression", "image"),
    ]


def test_events_are_tallied(http: httpx.Client, store: Store) -> None:
    """Each variant has a count for each event, channel and device that occurred."""
    uid = moved_to(http, "running")["uid"]
    send(
        http,
        EVENT,
        EVENT,
        {**EVENT, "event": "view"},
        {**EVENT, **DETAILS},
        {**EVENT, "variantId": "variant-b"},
    )
    assert tallies(store, uid) == {"impression/-/-": 2, "view/-/-": 1, "impression/email/mobile": 1}
    assert tallies(store, uid, 1) == {"impression/-/-": 1}
    assert tally("click", "in-app", None) == "click/in-app/-"


def test_what_is_refused_is_not_kept(http: httpx.Client, store: Store) -> None:
    """Neither an item error nor a paused experiment leaves a trace."""
    uid = moved_to(http, "running")["uid"]
    http.post("/s/events", json={**EVENT, "variantId": "stranger"})
    http.post(f"{API}/{uid}/pause")
    http.post("/s/events", json=EVENT)
    assert (list(store.recent(uid)), tallies(store, uid)) == ([], {})


def test_the_last_events_are_kept(http: httpx.Client, store: Store) -> None:
    """Of many events the last thousand are kept whole, and all of them are tallied."""
    uid = moved_to(http, "running")["uid"]
    for number in range(11):
        send(http, *[{**EVENT, "referrer": f"{number}-{index}"} for index in range(100)])
    referrers = [seen.members()["referrer"] for seen in store.recent(uid)]
    assert (len(referrers), referrers[0], referrers[-1]) == (RECENT, "1-0", "10-99")
    assert tallies(store, uid) == {"impression/-/-": 1100}


def test_long_referrers_are_cut(http: httpx.Client, store: Store) -> None:
    """Of a referrer the beginning is kept; nothing else of an event can be long but its metadata."""
    uid = moved_to(http, "running")["uid"]
    long = "https://news.example.com/".ljust(50_000, "x")
    metadata = {"note": "x" * (METADATA_BYTES - 20)}
    event = {**EVENT, "referrer": long, "metadata": metadata, "writeKey": long, "unknown": long}
    assert http.post("/s/events", json=event, headers={"X-Write-Key": "wk_one"}).status_code == 200
    (seen,) = store.recent(uid)
    assert len(repr(seen)) < REFERRER_KEPT + METADATA_BYTES + 1_000
    assert seen.members()["referrer"] == long[:REFERRER_KEPT]
    assert seen.members()["metadata"] == metadata


def test_all_events_together_have_a_bound(
    http: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound the experiment that has had events longest loses its oldest ones; counters keep all."""
    monkeypatch.setattr("pictify_mock.storage.recent_events.ROOM", 10 * EVENT_SIZE)
    store.clear()
    uids = [moved_to(http, "running", slug=f"hero-{number}")["uid"] for number in range(3)]
    for number in (0, 1, 0, 1, 2, 2, 2):
        send(http, *[{**EVENT, "experiment": f"hero-{number}"}] * 3)
        assert sum(len(store.recent(uid)) for uid in uids) <= 10
    assert [len(store.recent(uid)) for uid in uids] == [0, 1, 9]
    assert [tallies(store, uid) for uid in uids] == [
        {"impression/-/-": count} for count in (6, 6, 9)
    ]
    send(http, *[{**EVENT, "experiment": "hero-0", "referrer": "x" * 2 * EVENT_SIZE}] * 5)
    assert [len(store.recent(uid)) for uid in uids] == [3, 0, 0]


def test_deleting_makes_room(
    http: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events of a deleted experiment take no room."""
    monkeypatch.setattr("pictify_mock.storage.recent_events.ROOM", 10 * EVENT_SIZE)
    store.clear()
    for _ in range(3):
        uid = moved_to(http, "running")["uid"]
        send(http, *[EVENT] * 10)
        assert len(store.recent(uid)) == 10
        http.post(f"{API}/{uid}/pause")
        http.delete(f"{API}/{uid}")


def test_tallies_outlive_edits(http: httpx.Client, store: Store) -> None:
    """A variant keeps its tallies through a pause and an edit, as it keeps its counters."""
    uid = moved_to(http, "running")["uid"]
    send(http, EVENT)
    http.post(f"{API}/{uid}/pause")
    variants = [{"id": "control", "weight": 1, "name": "Renamed"}, {"id": "fresh", "weight": 9999}]
    assert http.put(f"{API}/{uid}", json={"variants": variants}).status_code == 200
    assert (tallies(store, uid), tallies(store, uid, 1)) == ({"impression/-/-": 1}, {})


def test_nothing_is_kept_of_the_deleted(http: httpx.Client, store: Store) -> None:
    """The events of an experiment go with it."""
    uid = moved_to(http, "running")["uid"]
    send(http, EVENT)
    http.post(f"{API}/{uid}/pause")
    http.delete(f"{API}/{uid}")
    assert list(store.recent(uid)) == []
