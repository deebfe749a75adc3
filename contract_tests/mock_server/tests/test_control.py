"""The control paths: clock, seed, reset, recompute, faults and the request log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock import MockServer, __version__
from pictify_mock.control.redaction import REDACTED
from pictify_mock.control.request_log import CUT, ENTRY, LONGEST

from .conftest import (
    API,
    CLICK_THROUGH,
    MOCK,
    assert_helpful,
    body,
    create_experiment,
    create_in_status,
    field_errors,
    get_experiment,
    problem_code,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import StoppedClock

JSON = {"Content-Type": "application/json"}


def control(http: httpx.Client, path: str, /, **members: Any) -> dict[str, Any]:
    """Send an order that the server accepts."""
    response = http.post(f"{MOCK}/{path}", json=members)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def request_log(http: httpx.Client) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = http.get(f"{MOCK}/requests").json()["requests"]
    return entries


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def wire(server: MockServer) -> Iterator[httpx.Client]:
    """A client of a server behind a real socket, with the key of its team."""
    server.reset()
    with httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = f"Bearer {server.api_key}"
        yield client


def test_health_lists_capabilities_teams_and_what_the_mock_invents(http: httpx.Client) -> None:
    health = http.get(f"{MOCK}/health").json()
    assert (health["status"], health["version"]) == ("ok", __version__)
    capabilities = {"clock", "faults", "recompute", "requests", "reset", "seed", "state"}
    assert capabilities <= set(health["capabilities"])
    assert health["teams"] == [{"team": 0, "plan": "business"}, {"team": 1, "plan": "business"}]
    assert "errors" in [row["subject"] for row in health["invented"]]


def test_a_reset_forgets_everything(http: httpx.Client) -> None:
    http.delete(f"{API}/{create_experiment(http)['uid']}")
    create_experiment(http)
    control(http, "clock", set="2030-01-01T00:00:00Z", freeze=True)
    control(http, "faults", status=503, path="/nowhere")
    assert control(http, "reset") == {"reset": "all"}
    state = http.get(f"{MOCK}/state").json()
    assert (state["experiments"], state["archived"]) == ([], {"uids": [], "slugs": []})
    assert http.get(f"{MOCK}/faults").json() == {"faults": []}
    assert request_log(http) == []
    assert http.get(f"{MOCK}/clock").json()["driven"] is False


def test_the_reset_of_a_team_leaves_the_other_team_alone(
    http: httpx.Client, other_team: dict[str, str]
) -> None:
    for slug, headers in (("gone-slug", {}), ("other-gone-slug", other_team)):
        gone = http.post(API, json=body(slug=slug), headers=headers).json()["experiment"]
        http.delete(f"{API}/{gone['uid']}", headers=headers)
    create_experiment(http)
    http.post(API, json=body(slug="other-slug"), headers=other_team)
    assert control(http, "reset", team=0) == {"reset": 0}
    assert http.get(f"{MOCK}/state").json()["archived"]["slugs"] == ["other-gone-slug"]
    assert http.get(API).json()["total"] == 0
    assert http.get(API, headers=other_team).json()["total"] == 1


def test_a_clock_that_is_set_runs_on(http: httpx.Client, clock: StoppedClock) -> None:
    control(http, "clock", set="2030-01-01T01:00:00+01:00")
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
        ({"advance": "1w"}, "/advance"),
        ({"advance": "9999999999d"}, "/advance"),
        ({"advance": True}, "/advance"),
        ({"advance": [1]}, "/advance"),
        ({"set": "2026-02-30"}, "/set"),
        ({"advance": 3e9, "set": "8999-01-01T00:00:00Z"}, "/advance"),
        ({"freeze": 1}, "/freeze"),
        ({"frozen": True}, "/frozen"),
    ],
)
def test_a_time_out_of_range_is_refused(
    http: httpx.Client, sent: dict[str, Any], field: str
) -> None:
    response = http.post(f"{MOCK}/clock", json=sent)
    assert response.status_code == 400
    assert {each for each, _ in field_errors(response)} == {field}
    assert http.get(f"{MOCK}/clock").json()["driven"] is False


def test_a_recompute_changes_the_weights_of_a_warm_bandit(http: httpx.Client) -> None:
    plain = create_experiment(http, slug="no-bandit")
    on = {"banditConfig": {"enabled": True, "warmupImpressions": 1}}
    uid = create_in_status(http, "running", **on)["uid"]
    event = {"experiment": "hero-test", "event": "impression"}
    events = [event | {"variantId": "control"}] * 40 + [event | {"variantId": "variant-b"}]
    http.post("/s/events", json=[*events, events[-1] | {"event": "click"}])
    optimised = get_experiment(http, uid)
    (changed,) = control(http, "recompute")["experiments"]
    assert changed["variants"] == optimised["variants"], "the same counts, the same weights"
    weights = [variant["weight"] for variant in changed["variants"]]
    assert (changed["uid"], sum(weights), weights[1] > weights[0]) == (uid, 10_000, True)
    assert get_experiment(http, plain["uid"]) == plain
    refused = [
        http.post(f"{MOCK}/recompute", json={"uid": each})
        for each in (
            "exp_unknown",
            plain["uid"],
            create_experiment(http, slug="draft", **on)["uid"],
        )
    ]
    assert [each.status_code for each in refused] == [404, 400, 409]
    assert (field_errors(refused[1])[0][0], refused[2].json()["currentStatus"]) == ("/uid", "draft")


def test_recorded_events_are_readable_without_their_keys(http: httpx.Client) -> None:
    uid = create_in_status(http, "running")["uid"]
    event = {"event": "conversion", "experiment": "hero-test", "variantId": "control"}
    details = {"channel": "email", "device": "mobile"}
    http.post("/s/events", json=event | details | {"writeKey": "wk_one"})
    recorded = http.get(f"{MOCK}/experiments/{uid}/events").json()
    assert details.items() <= recorded["events"][0].items()
    assert recorded["tallies"]["control"] == {"conversion/email/mobile": 1}
    assert "wk_one" not in str(recorded)


def test_experiments_are_moved_without_a_key_by_the_rules_of_the_api(http: httpx.Client) -> None:
    uid = create_experiment(http, goalConfig=CLICK_THROUGH)["uid"]
    control(http, f"experiments/{uid}/start")
    overview = http.get(f"{MOCK}/experiments").json()
    assert overview["statuses"] == {"running": 1}
    assert overview["experiments"][0]["actions"] == ["pause", "complete"]
    started_twice = http.post(f"{MOCK}/experiments/{uid}/start", json={})
    assert problem_code(started_twice) == "invalid-state-transition"
    no_winner = http.post(f"{MOCK}/experiments/{uid}/complete", json={})
    assert problem_code(no_winner) == "invalid-winner"
    control(http, f"experiments/{uid}/complete", winnerVariantId="control")
    assert get_experiment(http, uid)["status"] == "completed"


def test_a_fault_of_one_team_leaves_the_other_alone(
    http: httpx.Client, other_team: dict[str, str]
) -> None:
    """A pattern has to match the whole path."""
    control(http, "faults", team=1, path="*/quota", status=500)
    assert http.get(f"{API}/quota").status_code == 200
    assert http.get(API, headers=other_team).status_code == 200
    assert http.get(f"{API}/quota", headers=other_team).status_code == 500
    assert http.get(f"{MOCK}/faults").json() == {"faults": []}


def test_a_delayed_response_comes_late_and_whole(wire: httpx.Client) -> None:
    control(wire, "faults", delay=0.05)
    before = time.perf_counter()
    assert wire.get(API).status_code == 200
    assert time.perf_counter() - before >= 0.05


@pytest.mark.parametrize(("drop", "total"), [("request", 0), ("answer", 1)])
def test_a_connection_is_dropped_before_or_after_the_work(
    wire: httpx.Client, drop: str, total: int
) -> None:
    """A client sees the end of the stream, or a reset if part of its request was unread."""
    control(wire, "faults", method="POST", drop=drop)
    with pytest.raises((httpx.RemoteProtocolError, httpx.NetworkError)):
        wire.post(API, json=body())
    assert wire.get(API).json()["total"] == total


def test_a_truncated_response_is_shorter_than_its_content_length(wire: httpx.Client) -> None:
    control(wire, "faults", truncate=3)
    with pytest.raises(httpx.RemoteProtocolError, match="received 3 bytes"):
        wire.get(API)
    assert wire.get(API).status_code == 200


def test_in_process_a_dropped_connection_is_an_exception(http: httpx.Client) -> None:
    control(http, "faults", drop="request")
    with pytest.raises(ConnectionResetError):
        http.get(API)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, ""),
        ({"status": 199}, "/status"),
        ({"status": 600}, "/status"),
        ({"status": 500, "name": "a b"}, "/name"),
        ({"status": 500, "probability": 1.1}, "/probability"),
        ({"delay": 1, "headers": {"X-A": "b"}}, "/headers"),
        ({"delay": 1, "body": "text"}, "/body"),
        ({"delay": 1, "retryAfter": 3}, "/retryAfter"),
        ({"status": 204, "body": "text"}, "/body"),
        ({"status": 503, "retryAfter": "soon"}, "/retryAfter"),
        ({"status": 503, "retryAfter": -1}, "/retryAfter"),
        ({"status": 503, "retryAfter": True}, "/retryAfter"),
        ({"status": 500, "headers": {"X-A": "b\r\nX-C: d"}}, "/headers/X-A"),
        ({"status": 500, "headers": {"X A": "b"}}, "/headers"),
        ({"status": 500, "headers": {"Content-Length": "9"}}, "/headers/Content-Length"),
        ({"status": 500, "headers": {"X-A": 1}}, "/headers/X-A"),
        ({"status": 500, "headers": {f"X-{number}": "" for number in range(21)}}, "/headers"),
        ({"status": 500, "team": 2}, "/team"),
        ({"status": 500, "times": 0}, "/times"),
        ({"drop": "bits"}, "/drop"),
        ({"delay": -1}, "/delay"),
        ({"status": 500, "probability": 0}, "/probability"),
        ({"drop": "answer", "status": 500}, "/drop"),
        ({"drop": "request", "truncate": 1}, "/drop"),
        ({"status": 304, "truncate": 1}, "/truncate"),
        *[({"status": 500, "path": path}, "/path") for path in ("s/", "", "/_mock/x", "/s/x?y")],
        ({"stauts": 500}, "/stauts"),
    ],
)
def test_an_invalid_fault_is_refused(http: httpx.Client, fault: dict[str, Any], field: str) -> None:
    """So is one that could never be seen."""
    response = http.post(f"{MOCK}/faults", json=fault)
    assert (response.status_code, field_errors(response)[0][0]) == (400, field)
    assert_helpful(response.json()["errors"][0]["message"])


@pytest.mark.parametrize(
    ("path", "sent", "detail"),
    [
        ("faults", {"stauts": 500}, "/stauts: is not known here; write status"),
        ("seed", {"sed": 1, "seed": 1}, "/sed: is not known here; write seed"),
        (
            "reset",
            {"x": 1},
            "/x: is not known here; leave it out, or send team, empty",
        ),
        ("faults", {"status": 600}, "/status: is 600; send 200 to 599"),
        ("faults", {"delay": -0.5}, "/delay: is -0.5; send 0 to 3600"),
        ("faults", {"truncate": -1}, f"/truncate: is -1; send 0 to {2**63 - 1}"),
        ("seed", {"seed": 2**63}, f"/seed: is {2**63}; send {-(2**63)} to {2**63 - 1}"),
        ("reset", {"team": 2}, "/team: is 2; send 0 to 1, in the order of --api-key"),
        (
            "reset",
            {"team": 0, "empty": True},
            "/empty: does not go with team, whose reset leaves no experiments; "
            "leave one of them out",
        ),
        (
            "faults",
            {"status": 500, "name": "a b"},
            "/name: is not a name; use 1 to 100 letters, digits, _, . and -",
        ),
    ],
)
def test_a_refusal_says_what_to_send(
    http: httpx.Client, path: str, sent: dict[str, Any], detail: str
) -> None:
    response = http.post(f"{MOCK}/{path}", json=sent)
    assert (response.status_code, response.json()["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("fault", "media_type", "text"),
    [
        ({"status": 200, "body": [1]}, "application/json", "[1]"),
        ({"status": 502, "body": "<p>"}, "text/plain; charset=utf-8", "<p>"),
        (
            {"status": 200, "body": "<p>", "headers": {"content-type": "text/html"}},
            "text/html",
            "<p>",
        ),
        ({"status": 204}, None, ""),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, None, ""),
    ],
)
def test_a_fault_has_any_status_and_body(
    wire: httpx.Client, fault: dict[str, Any], media_type: str | None, text: str
) -> None:
    control(wire, "faults", **fault)
    response = wire.get(API)
    assert (response.status_code, response.text) == (fault["status"], text)
    assert response.headers.get("Content-Type") == media_type
    sent = {name.lower(): value for name, value in fault.get("headers", {}).items()}
    assert sent.items() <= dict(response.headers).items()


def test_the_draws_of_a_probability_follow_the_seed(http: httpx.Client) -> None:
    drawn = []
    for _ in range(2):
        control(http, "seed", seed=7)
        control(http, "faults", name="some", status=503, probability=0.5, times=None)
        drawn.append([http.get(API).status_code for _ in range(20)])
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {200, 503}


def test_a_hundred_faults_may_wait(http: httpx.Client) -> None:
    for _ in range(100):
        control(http, "faults", status=500, path="/nowhere")
    assert http.post(f"{MOCK}/faults", json={"status": 500}).status_code == 400
    assert http.delete(f"{MOCK}/faults/fault-7").status_code == 200
    assert http.delete(f"{MOCK}/faults/fault-7").status_code == 404
    control(http, "faults", delay=0)
    assert http.get(f"{MOCK}/faults").json()["faults"][-1]["name"] == "fault-7"


def test_a_logged_request_has_its_team_and_experiment(
    http: httpx.Client, other_team: dict[str, str]
) -> None:
    uid = create_in_status(http, "paused")["uid"]
    del http.headers["Authorization"]
    http.get("/s/hero-test/pixel.gif")
    http.post("/s/events", json={"event": "click", "experiment": "hero-test"})
    http.get("/s/unknown-slug/pixel.gif")
    http.get(API, headers=other_team)
    http.delete(f"{API}/{uid}", headers={"Authorization": "Bearer pk_test_one"})
    rows = [(each["team"], each["experiment"], each["fault"]) for each in request_log(http)]
    assert rows == [*[(0, uid, None)] * 5, (None, None, None), (1, None, None), (0, uid, None)]
    found = http.get(f"{MOCK}/requests?team=0&method=GET&path=/s/").json()["requests"]
    assert [each["path"] for each in found] == ["/s/hero-test/pixel.gif"]


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("GET", "requests?limit=x", "query.limit"),
        ("GET", "requests?limit=1001", "query.limit"),
        ("GET", "requests?team=2", "query.team"),
        ("GET", "requests?size=1", "query.size"),
        ("GET", "requests?limit=1&limit=2", "query.limit"),
        ("POST", "reset?team=0", "query.team"),
        ("DELETE", "faults?name=down", "query.name"),
    ],
)
def test_an_invalid_parameter_is_refused(
    http: httpx.Client, method: str, path: str, field: str
) -> None:
    response = http.request(method, f"{MOCK}/{path}")
    assert (response.status_code, field_errors(response)[0][0]) == (400, field)


def test_the_request_log_has_both_sides_of_an_exchange(http: httpx.Client) -> None:
    """Requests to the control paths are not logged."""
    create_experiment(http)
    http.get(f"{MOCK}/health")
    http.get(f"{API}?limit=5")
    first, second = request_log(http)
    assert (first["method"], first["path"], first["status"]) == ("POST", API, 201)
    assert "hero-test" in first["request"]["body"]
    assert "hero-test" in first["answer"]["body"]
    assert (second["query"], second["ms"] >= 0) == ("limit=5", True)
    assert http.delete(f"{MOCK}/requests").json() == {"requests": []}


def test_no_key_is_in_the_request_log(http: httpx.Client) -> None:
    """Wherever and however it was sent."""
    event = '{"event": "click", "experiment": "x", "writeKey": "%s"}'
    for spelling in ("wk_one", r"wk\u005fone", "some-other-secret", r"a\"wk_one"):
        http.post("/s/events", content=event % spelling, headers=JSON)
    http.post("/s/events", json={"event": "click", "metadata": {"note": "pk_test_one"}})
    http.get(f"{API}?key=pk%5Ftest%5Fone&also=pk_test_one", headers={"X-Write-Key": "wk_two"})
    headers = {"Cookie": "pk_test_one", "Referer": "http://x/?k=wk_two"}
    http.get("/s/pk_test_two/click", headers=headers)
    log = http.get(f"{MOCK}/requests").text
    keys = ("wk_one", "wk_two", "pk_test", "pk%5F", "some-other", "u005f")
    assert [key for key in keys if key in log] == []


def test_the_request_log_keeps_the_last_1000_exchanges(http: httpx.Client) -> None:
    create_experiment(http)
    for _ in range(1000):
        http.get("/s/some-slug/pixel.gif")
    log = request_log(http)
    assert (len(log), log[0]["method"], log[0]["answer"]["bytes"]) == (1000, "GET", 43)
    assert log[0]["answer"]["body"] is None


LONG = "x" * 10_000


def test_the_request_log_keeps_4_kib_of_each_part(http: httpx.Client) -> None:
    http.post(f"{API}/{LONG}?q={LONG}", json=body(name=LONG))
    http.post(API, json=body(name=LONG))
    first, second = request_log(http)
    for text in (first["path"], first["query"], second["request"]["body"]):
        assert (len(text), text[-6:]) == (LONGEST + len(CUT), f"x{CUT}")


@pytest.mark.parametrize(
    "headers",
    [[("X", LONG)], [(f"X-{number}", "") for number in range(1_000)]],
    ids=["long", "many"],
)
def test_the_request_log_counts_the_headers_that_it_leaves_out(
    http: httpx.Client, headers: list[tuple[str, str]]
) -> None:
    http.get(API, headers=headers)
    goal = {"type": "click_through", "destinationUrl": f"https://example.com/{LONG}"}
    create_in_status(http, "running", goalConfig=goal)
    assert http.get("/s/hero-test/click").status_code == 302
    log = request_log(http)
    sent = log[0]["request"]["headers"]
    assert sent["authorization"] == REDACTED
    assert sum(len(name) + len(value) + ENTRY for name, value in sent.items()) <= LONGEST + 60
    kept = [name for name in sent if name.startswith("x")]
    assert sent[CUT] == f"{len(headers) - len(kept)} more"
    assert CUT in log[-1]["answer"]["headers"]


@pytest.mark.parametrize("key", ["pk_test_one", "pk%5Ftest%5Fone"])
def test_the_request_log_never_ends_in_the_beginning_of_a_key(http: httpx.Client, key: str) -> None:
    # Every cut inside the key is tried, in the path, the query and two kinds of bodies.
    in_json = key.replace("%5F", r"\u005f")
    for length in range(LONGEST - 40, LONGEST):
        padding = "x" * length
        http.get(f"/{padding}{key}?{padding}{key}", headers=JSON)
        http.post(API, content=padding + in_json, headers={"Content-Type": "a/b"})
        http.post("/s/events", content=padding + key, headers=JSON)
    assert "pk" not in http.get(f"{MOCK}/requests").text
