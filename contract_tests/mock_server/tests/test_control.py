"""The control paths: time, chance, state, faults and the record of requests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock import MockServer, __version__
from pictify_mock.control.redaction import REDACTED
from pictify_mock.control.request_log import CUT, ENTRY, LONGEST

from .conftest import API, CLICKED, HALVES, body, code, created, fields, moved_to, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import StoppedClock

MOCK = "http://localhost/_mock"


def drive(http: httpx.Client, where: str, /, **members: Any) -> dict[str, Any]:
    """Tell the server something that it accepts."""
    answer = http.post(f"{MOCK}/{where}", json=members)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
def wire() -> Iterator[httpx.Client]:
    """A server behind a real socket, with the key of its team."""
    with MockServer() as server, httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = f"Bearer {server.api_key}"
        yield client


def test_health(http: httpx.Client) -> None:
    """Health tells the version, the capabilities, the teams without keys and everything invented."""
    health = http.get(f"{MOCK}/health").json()
    assert health["version"] == __version__
    assert {"clock", "faults", "recompute", "requests", "reset", "seed", "state"} <= set(
        health["capabilities"]
    )
    assert health["teams"] == [{"team": 0, "plan": "business"}, {"team": 1, "plan": "business"}]
    assert "errors" in [row["subject"] for row in health["invented"]]


def test_reset_of_everything(http: httpx.Client) -> None:
    """A reset forgets experiments, faults, requests, archived uids and the driven clock."""
    uid = created(http)["uid"]
    http.delete(f"{API}/{uid}")
    created(http)
    drive(http, "clock", set="2030-01-01T00:00:00Z", freeze=True)
    drive(http, "faults", status=503, path="/nowhere")
    assert drive(http, "reset") == {"reset": "all"}
    assert http.get(f"{MOCK}/state").json()["experiments"] == []
    assert http.get(f"{MOCK}/state").json()["archived"] == {"uids": [], "slugs": []}
    assert http.get(f"{MOCK}/faults").json() == {"faults": []}
    assert http.get(f"{MOCK}/requests").json() == {"requests": []}
    assert http.get(f"{MOCK}/clock").json()["driven"] is False


def test_reset_of_one_team(http: httpx.Client, other_team: dict[str, str]) -> None:
    """A team's reset leaves the other team's experiments, and forgets the archived slugs of its own."""
    for slug, headers in (("gone-slug", {}), ("other-gone-slug", other_team)):
        gone = http.post(API, json=body(slug=slug), headers=headers).json()["experiment"]
        http.delete(f"{API}/{gone['uid']}", headers=headers)
    created(http)
    http.post(API, json=body(slug="other-slug"), headers=other_team)
    assert drive(http, "reset", team=0) == {"reset": 0}
    assert http.get(f"{MOCK}/state").json()["archived"]["slugs"] == ["other-gone-slug"]
    assert http.get(API).json()["total"] == 0
    assert http.get(API, headers=other_team).json()["total"] == 1


def test_a_frozen_clock(http: httpx.Client) -> None:
    """Timestamps follow a clock that is set, frozen, advanced and let go."""
    moment = "2026-03-15T09:00:00.000Z"
    assert drive(http, "clock", set=moment, freeze=True) == {
        "now": moment,
        "frozen": True,
        "driven": True,
    }
    assert created(http)["createdAt"] == moment
    drive(http, "clock", advance=3600)
    assert created(http, slug="second-slug")["createdAt"] == "2026-03-15T10:00:00.000Z"
    assert drive(http, "clock", freeze=False)["now"] == "2026-03-15T10:00:00.000Z"
    assert http.delete(f"{MOCK}/clock").json()["driven"] is False


def test_a_clock_that_runs_on(http: httpx.Client, clock: StoppedClock) -> None:
    """A clock that is set without being frozen goes on with the time behind it."""
    drive(http, "clock", set="2030-01-01T01:00:00+01:00")
    clock.advance(seconds=90)
    assert http.get(f"{MOCK}/clock").json()["now"] == "2030-01-01T00:01:30.000Z"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        ({"set": "tomorrow"}, "/set"),
        ({"set": "9500-01-01T00:00:00Z"}, "/set"),
        ({"set": "0001-01-01T00:00:00+14:00"}, "/set"),
        ({"set": "9999-12-31T23:59:59-14:00", "freeze": True}, "/set"),
        ({"set": "1970-01-01T00:00:00Z", "advance": -1}, "/advance"),
        ({"advance": 1e300}, "/advance"),
        ({"advance": "1"}, "/advance"),
        ({"advance": 3e9, "set": "8999-01-01T00:00:00Z"}, "/advance"),
        ({"freeze": 1}, "/freeze"),
        ({"frozen": True}, "/frozen"),
    ],
)
def test_wrong_times(http: httpx.Client, sent: dict[str, Any], field: str) -> None:
    """A clock is told a sensible time by known words, or nothing changes."""
    answer = http.post(f"{MOCK}/clock", json=sent)
    assert (answer.status_code, {each for each, _ in fields(answer)}) == (400, {field})
    assert http.get(f"{MOCK}/clock").json()["driven"] is False


def test_a_seed(http: httpx.Client) -> None:
    """The same seed gives the same uids, after a reset too."""
    drive(http, "seed", seed=7)
    uids = [created(http, slug=f"slug-{number}")["uid"] for number in range(3)]
    drive(http, "reset")
    assert [created(http, slug=f"slug-{number}")["uid"] for number in range(3)] == uids
    assert http.post(f"{MOCK}/seed", json={"seed": "7"}).status_code == 400


def test_recompute(http: httpx.Client) -> None:
    """Recomputing finds a warm bandit's weights at once."""
    bandit = {"enabled": True, "warmupImpressions": 1}
    uid = moved_to(http, "running", banditConfig=bandit)["uid"]
    events = [("impression", "control")] * 40 + [
        ("impression", "variant-b"),
        ("click", "variant-b"),
    ]
    http.post(
        "/s/events",
        json=[{"event": e, "experiment": "hero-test", "variantId": v} for e, v in events],
    )
    changed = drive(http, "recompute", uid=uid)["experiments"]
    weights = [variant["weight"] for variant in changed[0]["variants"]]
    assert (sum(weights), weights[1] > weights[0]) == (10_000, True)
    assert http.post(f"{MOCK}/recompute", json={"uid": "exp_unknown"}).status_code == 404


def test_events_are_readable(http: httpx.Client) -> None:
    """Views and conversions are read with their channel and device, and without the key they came with."""
    uid = moved_to(http, "running")["uid"]
    sent = {
        "event": "conversion",
        "experiment": "hero-test",
        "variantId": "control",
        "channel": "email",
    }
    http.post("/s/events", json={**sent, "device": "mobile", "writeKey": "wk_one"})
    told = http.get(f"{MOCK}/experiments/{uid}/events").json()
    assert (told["events"][0]["channel"], told["events"][0]["device"]) == ("email", "mobile")
    assert told["tallies"]["control"] == {"conversion/email/mobile": 1}
    assert "wk_one" not in str(told)


def test_transitions_without_a_key(http: httpx.Client) -> None:
    """Experiments of all teams are listed and moved, by the rules of the API."""
    uid = created(http, goalConfig=CLICKED)["uid"]
    drive(http, f"experiments/{uid}/start")
    overview = http.get(f"{MOCK}/experiments").json()
    assert overview["statuses"] == {"running": 1}
    assert overview["experiments"][0]["actions"] == ["pause", "complete"]
    assert code(http.post(f"{MOCK}/experiments/{uid}/start", json={})) == "invalid-state-transition"
    assert code(http.post(f"{MOCK}/experiments/{uid}/complete", json={})) == "invalid-winner"
    drive(http, f"experiments/{uid}/complete", winnerVariantId="control")
    assert read(http, uid)["status"] == "completed"
    assert http.post(f"{MOCK}/experiments/{uid}/explode", json={}).status_code == 404


def test_a_fault_with_a_status(http: httpx.Client) -> None:
    """A fault answers as many matching requests as asked with its status, and touches nothing."""
    drive(http, "faults", times=2, method="POST", path=API, status=429, retryAfter=7)
    assert http.get(API).status_code == 200
    refused = [http.post(API, json=body()) for _ in range(2)]
    assert [(each.status_code, each.headers["Retry-After"]) for each in refused] == [(429, "7")] * 2
    assert refused[0].json()["status"] == 429
    created(http)


def test_a_fault_for_one_team(http: httpx.Client, other_team: dict[str, str]) -> None:
    """A fault of one team passes the other one by, and a pattern needs the whole path."""
    drive(http, "faults", team=1, path="*/quota", status=500)
    assert [
        http.get(f"{API}/quota").status_code,
        http.get(API, headers=other_team).status_code,
    ] == [200, 200]
    assert http.get(f"{API}/quota", headers=other_team).status_code == 500
    assert http.get(f"{MOCK}/faults").json() == {"faults": []}


def test_a_delay(wire: httpx.Client) -> None:
    """A delayed answer comes late and whole."""
    wire.post("/_mock/faults", json={"delay": 0.05})
    before = time.perf_counter()
    assert wire.get(API).status_code == 200
    assert time.perf_counter() - before >= 0.05


@pytest.mark.parametrize(("drop", "total"), [("request", 0), ("answer", 1)])
def test_a_dropped_connection(wire: httpx.Client, drop: str, total: int) -> None:
    """A connection is dropped before anything happens, or after all of it.

    A client sees an end of the stream, or a reset if part of its request was still unread.
    """
    wire.post("/_mock/faults", json={"method": "POST", "drop": drop})
    with pytest.raises((httpx.RemoteProtocolError, httpx.NetworkError)):
        wire.post(API, json=body())
    assert wire.get(API).json()["total"] == total


def test_a_truncated_body(wire: httpx.Client) -> None:
    """A truncated answer promises more than comes."""
    wire.post("/_mock/faults", json={"truncate": 3})
    with pytest.raises(httpx.RemoteProtocolError, match="received 3 bytes"):
        wire.get(API)
    assert wire.get(API).status_code == 200


def test_a_drop_in_process(http: httpx.Client) -> None:
    """Where there is no socket, a dropped connection is an exception of the call."""
    drive(http, "faults", drop="request")
    with pytest.raises(ConnectionResetError):
        http.get(API)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, ""),
        ({"status": 200}, "/status"),
        ({"status": 500, "team": 2}, "/team"),
        ({"status": 500, "times": 0}, "/times"),
        ({"drop": "bits"}, "/drop"),
        ({"delay": -1}, "/delay"),
        ({"stauts": 500}, "/stauts"),
    ],
)
def test_wrong_faults(http: httpx.Client, fault: dict[str, Any], field: str) -> None:
    """A fault that says nothing sensible is refused."""
    answer = http.post(f"{MOCK}/faults", json=fault)
    assert (answer.status_code, next(each for each, _ in fields(answer))) == (400, field)


def test_the_record(http: httpx.Client) -> None:
    """The record has both sides of an exchange, and not those of the control paths."""
    created(http)
    http.get(f"{MOCK}/health")
    http.get(f"{API}?limit=5")
    first, second = http.get(f"{MOCK}/requests").json()["requests"]
    assert (first["method"], first["path"], first["status"]) == ("POST", API, 201)
    assert "hero-test" in first["request"]["body"]
    assert "hero-test" in first["answer"]["body"]
    assert (second["query"], second["ms"] >= 0) == ("limit=5", True)
    assert http.delete(f"{MOCK}/requests").json() == {"requests": []}


def test_no_key_in_the_record(http: httpx.Client) -> None:
    """No key is in the record, wherever and however it was sent."""
    event = '{"event": "click", "experiment": "x", "writeKey": "%s"}'
    for spelling in ("wk_one", r"wk\u005fone", "some-other-secret", r"a\"wk_one"):
        http.post(
            "/s/events", content=event % spelling, headers={"Content-Type": "application/json"}
        )
    http.post("/s/events", json={"event": "click", "metadata": {"note": "pk_test_one"}})
    http.get(f"{API}?key=pk%5Ftest%5Fone&also=pk_test_one", headers={"X-Write-Key": "wk_two"})
    http.get(
        "/s/pk_test_two/click", headers={"Cookie": "pk_test_one", "Referer": "http://x/?k=wk_two"}
    )
    record = http.get(f"{MOCK}/requests").text
    assert [
        key
        for key in ("wk_one", "wk_two", "pk_test", "pk%5F", "some-other", "u005f")
        if key in record
    ] == []


def test_the_record_is_bounded(http: httpx.Client) -> None:
    """The record keeps the last 1,000 exchanges."""
    for _ in range(1000):
        http.get("/s/some-slug/pixel.gif")
    record = http.get(f"{MOCK}/requests").json()["requests"]
    assert (len(record), record[0]["method"], record[0]["answer"]["bytes"]) == (1000, "GET", 43)
    assert record[0]["answer"]["body"] is None


LONG = "x" * 10_000


def test_the_record_is_cut(http: httpx.Client) -> None:
    """Of a path, a query and a body the record keeps 4 KiB each, and tells that there was more."""
    http.post(f"{API}/{LONG}?q={LONG}", json=body(name=LONG))
    http.post(API, json=body(name=LONG))
    first, second = http.get(f"{MOCK}/requests").json()["requests"]
    for text in (first["path"], first["query"], second["request"]["body"]):
        assert (len(text), text[-6:]) == (LONGEST + len(CUT), f"x{CUT}")


@pytest.mark.parametrize(
    "headers", [[("X", LONG)], [(f"X-{number}", "") for number in range(5_000)]]
)
def test_the_headers_of_the_record_are_cut(
    http: httpx.Client, headers: list[tuple[str, str]]
) -> None:
    """Headers are kept as far as they fit into 4 KiB, their number counting, and the others are counted."""
    http.get(API, headers=headers)
    uid = created(
        http, goalConfig={"type": "click_through", "destinationUrl": f"https://example.com/{LONG}"}
    )["uid"]
    http.post(f"{API}/{uid}/start")
    assert http.get("/s/hero-test/click").status_code == 302
    record = http.get(f"{MOCK}/requests").json()["requests"]
    sent = record[0]["request"]["headers"]
    assert sent["authorization"] == REDACTED
    assert sum(len(name) + len(value) + ENTRY for name, value in sent.items()) <= LONGEST + 60
    assert (
        sent[CUT] == f"{len(headers) - len([name for name in sent if name.startswith('x')])} more"
    )
    assert CUT in record[-1]["answer"]["headers"]


@pytest.mark.parametrize("key", ["pk_test_one", "pk%5Ftest%5Fone"])
def test_no_key_is_cut_in_two(http: httpx.Client, key: str) -> None:
    """Wherever the record is cut, no beginning of a key is left at its end."""
    for before in range(LONGEST - 40, LONGEST):
        padding = "x" * before
        http.get(f"/{padding}{key}?{padding}{key}", headers={"Content-Type": "application/json"})
        http.post(
            API,
            content=f"{padding}{key.replace('%5F', chr(92) + 'u005f')}",
            headers={"Content-Type": "a/b"},
        )
        http.post("/s/events", content=padding + key, headers={"Content-Type": "application/json"})
    record = http.get(f"{MOCK}/requests").text
    assert "pk" not in record


def test_variants_of_halves_stay(http: httpx.Client) -> None:
    """Weights that nobody recomputes stay as they were made."""
    uid = created(http, variants=HALVES)["uid"]
    assert drive(http, "recompute") == {"experiments": []}
    assert [variant["weight"] for variant in read(http, uid)["variants"]] == [5000, 5000]
