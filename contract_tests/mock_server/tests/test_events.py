"""Events: where they belong, what they count, and what the server keeps of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import (
    METADATA_BYTES,
    REFERRER_KEPT,
    RecordedEvent,
    Target,
    accept,
    count,
    tally,
    target,
)
from pictify_mock.domain.experiment import Counter, Variant
from pictify_mock.domain.visit import Visit
from pictify_mock.storage.memory import Store
from pictify_mock.storage.recent_events import EVENT as EVENT_SIZE
from pictify_mock.storage.recent_events import RECENT

from .conftest import (
    API,
    CLICK_THROUGH,
    TEAMS,
    StoppedClock,
    assert_helpful,
    create_in_status,
    in_process_client,
)
from .factories import NOW, TEAM, make_experiment

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

EVENT = {"event": "impression", "experiment": "hero-test", "variantId": "control"}
DETAILS = {
    "channel": "email",
    "device": "mobile",
    "referrer": "https://news.example.com/today",
    "metadata": {"campaign": "summer", "basket": {"items": 3}},
    "source": "sdk",
}
RUNNING = make_experiment(Variant("a", 0), Variant("b", 10_000), status=Status.RUNNING)


def visit() -> Visit:
    return Visit("127.0.0.1", {b"user-agent": b"Mozilla/5.0"}, {}, NOW)


def no_visit() -> Visit:
    raise AssertionError("an event that names its variant needs no visit")


def test_an_event_belongs_to_the_variant_that_it_names() -> None:
    assert target(RUNNING, "a", None, no_visit) == Target(RUNNING, RUNNING.variants[0])
    assert target(RUNNING, "a", TEAM, no_visit) == Target(RUNNING, RUNNING.variants[0])


def test_an_event_without_a_variant_belongs_to_that_of_its_viewer() -> None:
    assert target(RUNNING, None, None, visit) == Target(RUNNING, RUNNING.variants[1])


def test_an_event_that_belongs_nowhere_says_why() -> None:
    unknown = target(None, "a", None, no_visit)
    assert unknown == target(RUNNING, "a", TEAMS[1], no_visit)
    paused = target(replace(RUNNING, status=Status.PAUSED), "a", None, no_visit)
    no_variant = target(RUNNING, "x", None, no_visit)
    places = []
    for problem in (unknown, paused, no_variant):
        assert isinstance(problem, str)
        place, message = problem.split(": ", 1)
        assert_helpful(message)
        places.append(place)
    assert places == ["/experiment", "/experiment", "/variantId"]
    assert "is paused;" in str(paused)


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"a": "x" * (METADATA_BYTES - 8)}, {"a": {"b": {"c": 1}}}, {"a": [{"b": 1}]}],
)
def test_metadata_of_ten_kilobytes_and_three_levels_is_accepted(metadata: Any) -> None:
    event, found = EVENT | {"metadata": metadata}, Target(RUNNING, RUNNING.variants[0])
    outcome = accept(event, found, NOW, orjson.dumps)
    assert not isinstance(outcome, str)
    assert outcome[0] is found
    recorded = outcome[1]
    assert (recorded.at, recorded.event, recorded.variant_id) == (NOW, "impression", "a")


@pytest.mark.parametrize(
    "metadata",
    [{"a": "x" * (METADATA_BYTES - 7)}, {"a": {"b": {"c": {}}}}, {"a": [[[1]]]}],
)
def test_larger_or_deeper_metadata_is_an_error_of_the_event(metadata: Any) -> None:
    found = Target(RUNNING, RUNNING.variants[0])
    outcome = accept(EVENT | {"metadata": metadata}, found, NOW, orjson.dumps)
    assert isinstance(outcome, str)
    place, message = outcome.split(": ", 1)
    assert place == "/metadata"
    assert_helpful(message)


def test_the_problem_of_the_target_is_that_of_the_event() -> None:
    assert accept(EVENT, "/experiment: is unknown", NOW, orjson.dumps) == "/experiment: is unknown"


@pytest.mark.parametrize(
    ("event", "impressions", "clicks"),
    [("impression", 2, 0), ("click", 0, 2), ("view", 0, 0), ("conversion", 0, 0)],
)
def test_every_event_is_tallied_and_some_are_counted(
    event: str, impressions: int, clicks: int
) -> None:
    counter = Counter()
    for _ in range(2):
        details = {"channel": "in-app", "device": "mobile"}
        count(counter, RecordedEvent(NOW, event, "a", details))
    assert (counter.impressions, counter.clicks) == (impressions, clicks)
    assert counter.tallies == {f"{event}/in-app/mobile": 2}
    assert tally(event, None, None) == f"{event}/-/-"


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def http(store: Store, clock: StoppedClock) -> Iterator[httpx.Client]:
    app = create_app(TEAMS, store=store, clock=clock, chance=Random(7))
    with in_process_client(app) as client:
        yield client


def tallies(store: Store, uid: str, variant: int = 0) -> dict[str, int]:
    experiment = store.by_uid(uid)
    assert experiment is not None
    return experiment.variants[variant].counter.tallies


def send_events(http: httpx.Client, *events: dict[str, Any]) -> None:
    assert http.post("/s/events", json=list(events)).json()["errors"] == []


def test_an_event_is_kept_with_its_time_and_details_but_not_its_key(
    http: httpx.Client, store: Store, clock: StoppedClock
) -> None:
    uid = create_in_status(http, "running")["uid"]
    send_events(http, {**EVENT, **DETAILS, "writeKey": "wk_one"}, EVENT | {"channel": None})
    first, second = store.recent(uid)
    kept = {"at": clock.now, "event": "impression", "variantId": "control"}
    assert first.members() == kept | DETAILS
    assert second.members() == kept


def test_visits_are_kept_with_their_route_as_source(http: httpx.Client, store: Store) -> None:
    uid = create_in_status(http, "running", goalConfig=CLICK_THROUGH)["uid"]
    for path in ("/click", "/pixel.gif", ".png"):
        http.get(f"/s/hero-test{path}")
    kept = [each.members() for each in store.recent(uid)]
    assert [(each["event"], each["source"]) for each in kept] == [
        ("click", "click"),
        ("impression", "pixel"),
        ("impression", "image"),
    ]


def test_a_refused_event_is_not_kept(http: httpx.Client, store: Store) -> None:
    uid = create_in_status(http, "running")["uid"]
    http.post("/s/events", json={**EVENT, "variantId": "unknown"})
    http.post(f"{API}/{uid}/pause")
    http.post("/s/events", json=EVENT)
    assert (list(store.recent(uid)), tallies(store, uid)) == ([], {})


def test_the_last_thousand_events_are_kept(http: httpx.Client, store: Store) -> None:
    uid = create_in_status(http, "running")["uid"]
    for number in range(11):
        send_events(http, *[{**EVENT, "referrer": f"{number}-{index}"} for index in range(100)])
    referrers = [each.members()["referrer"] for each in store.recent(uid)]
    assert (len(referrers), referrers[0], referrers[-1]) == (RECENT, "1-0", "10-99")
    assert tallies(store, uid) == {"impression/-/-": 1100}


def test_a_long_referrer_is_cut(http: httpx.Client, store: Store) -> None:
    """Nothing else of an event can be long but its metadata, which has a bound."""
    uid = create_in_status(http, "running")["uid"]
    long = "https://news.example.com/".ljust(50_000, "x")
    metadata = {"note": "x" * (METADATA_BYTES - 20)}
    event = {**EVENT, "referrer": long, "metadata": metadata, "writeKey": long, "unknown": long}
    response = http.post("/s/events", json=event, headers={"X-Write-Key": "wk_one"})
    assert response.status_code == 200
    (kept,) = store.recent(uid)
    assert len(repr(kept)) < REFERRER_KEPT + METADATA_BYTES + 1_000
    assert kept.members()["referrer"] == long[:REFERRER_KEPT]
    assert kept.members()["metadata"] == metadata


def test_beyond_the_bound_the_oldest_events_are_forgotten(
    http: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The experiment that has had events longest loses its oldest ones; counters keep all."""
    monkeypatch.setattr("pictify_mock.storage.recent_events.ROOM", 10 * EVENT_SIZE)
    # The store reads the bound when it is cleared.
    store.clear()
    uids = [create_in_status(http, "running", slug=f"hero-{number}")["uid"] for number in range(3)]
    for number in (0, 1, 0, 1, 2, 2, 2):
        send_events(http, *[{**EVENT, "experiment": f"hero-{number}"}] * 3)
        assert sum(len(store.recent(uid)) for uid in uids) <= 10
    assert [len(store.recent(uid)) for uid in uids] == [0, 1, 9]
    counts = [tallies(store, uid)["impression/-/-"] for uid in uids]
    assert counts == [6, 6, 9]
    large = {**EVENT, "experiment": "hero-0", "referrer": "x" * 2 * EVENT_SIZE}
    send_events(http, *[large] * 5)
    assert [len(store.recent(uid)) for uid in uids] == [3, 0, 0]


def test_a_deleted_experiment_makes_room(
    http: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pictify_mock.storage.recent_events.ROOM", 10 * EVENT_SIZE)
    store.clear()
    for _ in range(3):
        uid = create_in_status(http, "running")["uid"]
        send_events(http, *[EVENT] * 10)
        assert len(store.recent(uid)) == 10
        http.post(f"{API}/{uid}/pause")
        http.delete(f"{API}/{uid}")
        assert list(store.recent(uid)) == []


def test_a_variant_keeps_its_tallies_through_an_edit(http: httpx.Client, store: Store) -> None:
    uid = create_in_status(http, "running")["uid"]
    send_events(http, EVENT)
    http.post(f"{API}/{uid}/pause")
    variants = [{"id": "control", "weight": 1, "name": "Renamed"}, {"id": "new", "weight": 9999}]
    assert http.put(f"{API}/{uid}", json={"variants": variants}).status_code == 200
    assert (tallies(store, uid), tallies(store, uid, 1)) == ({"impression/-/-": 1}, {})


@pytest.mark.parametrize(
    ("headers", "members", "status"),
    [
        ({"X-Write-Key": "wk_one"}, {"writeKey": "unknown"}, 200),
        ({"X-Write-Key": ""}, {}, 401),
        ({"Authorization": "Bearer unknown", "X-Write-Key": "wk_one"}, {}, 401),
        ({"Authorization": "Bearer wk_one"}, {}, 401),
        ({}, {"writeKey": "unknown", "event": "not an event"}, 401),
    ],
)
def test_an_unknown_key_is_refused_beside_a_known_one(
    http: httpx.Client, headers: dict[str, str], members: dict[str, str], status: int
) -> None:
    """Only the key inside an event is not looked at when the request has one."""
    create_in_status(http, "running")
    del http.headers["Authorization"]
    response = http.post("/s/events", json=EVENT | members, headers=headers)
    assert response.status_code == status
    assert "warning" not in response.json()


def test_each_event_of_a_batch_may_carry_its_key(http: httpx.Client) -> None:
    create_in_status(http, "running")
    del http.headers["Authorization"]
    keyed = EVENT | {"writeKey": "wk_one"}
    assert "warning" not in http.post("/s/events", json=[keyed, keyed]).json()
    assert "warning" in http.post("/s/events", json=[keyed, EVENT]).json()
    unknown = EVENT | {"writeKey": "unknown"}
    assert http.post("/s/events", json=[keyed, unknown]).status_code == 401


def test_a_later_read_shows_the_latest_counts(http: httpx.Client) -> None:
    """No cached response is sent again after a count or a change, alone or in a list."""
    uid = create_in_status(http, "running", goalConfig=CLICK_THROUGH)["uid"]
    seen = []
    for path in ("/click", "/pixel.gif", ".png", "/click"):
        http.get(f"/s/hero-test{path}")
        (row,) = http.get(API).json()["experiments"]
        assert row == http.get(f"{API}/{uid}").json()["experiment"]
        counts = [(each["impressions"], each["clicks"]) for each in row["variants"]]
        seen.append(tuple(map(sum, zip(*counts, strict=True))))
    assert seen == [(0, 1), (1, 1), (2, 1), (2, 2)]
    http.put(f"{API}/{uid}", json={"name": "Renamed"})
    assert http.get(API).json()["experiments"][0]["name"] == "Renamed"
