"""`MockServer`, which serves from a thread of the process that tests with it."""

from __future__ import annotations

import asyncio
import json
import selectors
import socket
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock import MockServer

from .conftest import API, body
from .conftest import create_experiment as create_over_http

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECTIONS = 200
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def server(shared: MockServer) -> MockServer:
    shared.reset()
    return shared


def client(server: MockServer) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {server.api_key}"})


def create_experiment(server: MockServer, **changes: Any) -> dict[str, Any]:
    with client(server) as http:
        return create_over_http(http, **changes)


def total(server: MockServer) -> int:
    with client(server) as http:
        return int(http.get(API).json()["total"])


def test_threads_that_are_not_real_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `gevent.monkey.patch_all()` the server would wait for its own thread for ever."""

    def start_greenlet(*_: object) -> int:
        raise AssertionError("started")

    monkeypatch.setattr("_thread.start_new_thread", start_greenlet)
    with pytest.raises(RuntimeError, match=r"monkey-patched.*; run `pictify-mock`"), MockServer():
        pass


def test_it_serves_from_enter_to_exit_on_a_port_of_its_own() -> None:
    with MockServer() as one, MockServer() as two:
        assert one.url != two.url
        assert total(one) == 0
        event, headers = {"event": "click", "experiment": "x"}, {"X-Write-Key": one.write_key}
        response = httpx.post(f"{one.url}/s/events", json=event, headers=headers)
        assert response.json()["processed"] == 0
        assert "warning" not in response.json()
        url = one.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def accepted_connections(url: str) -> int:
    """Open many connections at once. Return the number of those that are accepted."""
    host, port = url.removeprefix("http://").split(":")
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = stack.enter_context(closing(socket.socket()))
            connection.setblocking(False)
            connection.connect_ex((host, int(port)))
            selector.register(connection, selectors.EVENT_WRITE)
        connections: list[socket.socket] = []
        while len(connections) < CONNECTIONS:
            ready: list[Any] = [key.fileobj for key, _ in selector.select(5)]
            assert ready, f"{len(connections)} of {CONNECTIONS} were answered"
            for connection in ready:
                selector.unregister(connection)
            connections += ready
        return sum(each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 for each in connections)


def test_entered_again_it_accepts_every_connection_and_holds_nothing() -> None:
    server = MockServer()
    for _ in range(3):
        with server:
            assert accepted_connections(server.url) == CONNECTIONS
            assert total(server) == 0
            create_experiment(server)


def test_it_cannot_be_entered_while_it_runs(server: MockServer) -> None:
    with pytest.raises(RuntimeError, match="running already"), server:
        pass
    assert total(server) == 0


def test_it_serves_in_an_event_loop() -> None:
    async def scenario() -> int:
        async with MockServer() as server, httpx.AsyncClient(base_url=server.url) as http:
            server.faults.add(status=503)
            return (await http.get(API)).status_code

    assert asyncio.run(scenario()) == 503


def test_a_reset_forgets_experiments_requests_faults_clock_and_seed(server: MockServer) -> None:
    httpx.post(f"{server.url}/_mock/seed", json={"seed": 7})
    create_experiment(server)
    server.faults.add(delay=1, path="/nowhere")
    server.clock.freeze(NOON)
    server.reset()
    state = server.state()
    assert (state["experiments"], server.requests(), server.faults.pending()) == ([], [], [])
    assert (state["seed"], state["clock"]["driven"]) == (None, False)


def test_the_clock_is_set_frozen_advanced_resumed_and_released(server: MockServer) -> None:
    assert NOON <= server.clock.set(NOON) < NOON + timedelta(minutes=1)
    assert server.clock.freeze(NOON.isoformat()) == server.clock.now() == NOON
    assert server.clock.advance(90) == NOON + timedelta(seconds=90)
    assert server.clock.advance("-1.5m") == NOON
    assert server.clock.advance("1h") == server.clock.now() == NOON + timedelta(hours=1)
    assert server.clock.set("2026-03-15") == NOON - timedelta(hours=12)
    server.clock.set(NOON + timedelta(seconds=90))
    assert server.clock.advance(timedelta(days=-1, seconds=-90)) == NOON - timedelta(days=1)
    assert create_experiment(server)["createdAt"] == "2026-03-14T12:00:00.000Z"
    now = server.clock.now()
    assert server.clock.freeze() == now
    assert server.clock.resume() >= now
    assert server.clock.release() > datetime(2026, 6, 1, tzinfo=UTC)


def test_a_fault_spoils_what_matches_until_it_is_cleared(server: MockServer) -> None:
    server.faults.add(status=429, retry_after=7, times=2, method="GET", path="*/quota", team=0)
    with client(server) as http:
        assert http.get(API).status_code == 200
        response = http.get(f"{API}/quota")
        assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
        assert [fault["times"] for fault in server.faults.pending()] == [1]
        server.faults.clear()
        assert http.get(f"{API}/quota").status_code == 200
        server.faults.add(drop="answer")
        with pytest.raises(httpx.TransportError):
            http.get(API)


def test_a_fault_has_a_name_a_probability_and_a_response_of_its_own(server: MockServer) -> None:
    date = NOON.replace(tzinfo=timezone(timedelta(hours=1)))
    server.faults.add(
        name="down", status=503, body={"a": 1}, headers={"X-A": "b"}, retry_after=date, times=None
    )
    server.faults.add(name="never", path="/nowhere", status=500)
    server.faults.add(name="gone", status=404)
    server.faults.remove("gone")
    with client(server) as http:
        for _ in range(2):
            response = http.get(API)
    assert (response.status_code, response.json()) == (503, {"a": 1})
    assert response.headers["Retry-After"] == "Sun, 15 Mar 2026 11:00:00 GMT"
    assert (response.headers["X-A"], response.headers["Content-Type"]) == ("b", "application/json")
    counts = [(each["name"], each["times"], each["matched"]) for each in server.faults.pending()]
    assert counts == [("down", None, 2), ("never", 1, 0)]
    assert [each["fault"] for each in server.requests()] == ["down", "down"]
    server.faults.add(name="down", status=500)
    server.faults.remove("never")
    assert [(each["name"], each["status"]) for each in server.faults.pending()] == [("down", 500)]


def test_viewers_are_played(server: MockServer) -> None:
    uid = create_experiment(server)["uid"]
    httpx.post(f"{server.url}/_mock/experiments/{uid}/start")
    played = server.traffic(uid, 10, {"control": 1, "variant-b": 1})
    assert sum(each["clicks"] for each in played["variants"]) == played["viewers"] == 10


def test_requests_are_read_whole_or_in_part_without_keys(server: MockServer) -> None:
    create_experiment(server)
    total(server)
    with client(server) as http:
        http.get(f"{API}/unknown?page=1")
    assert [(each["method"], each["path"], each["status"]) for each in server.requests()] == [
        ("POST", API, 201),
        ("GET", API, 200),
        ("GET", f"{API}/unknown", 404),
    ]
    assert [each["method"] for each in server.requests(method="POST")] == ["POST"]
    assert [each["query"] for each in server.requests(path=f"{API}/")] == ["page=1"]
    assert [each["status"] for each in server.requests(path="*/api")] == [201, 200]
    assert [each["status"] for each in server.requests(limit=2)] == [200, 404]
    assert [each["status"] for each in server.requests(team=0, limit=1, method="GET")] == [404]
    assert [each["path"] for each in server.requests(status=404)] == [f"{API}/unknown"]
    sent = server.requests(method="POST")[0]["request"]
    assert json.loads(sent["body"] or "")["slug"] == "hero-test"
    assert sent["headers"]["authorization"] == "[redacted]"


def test_a_state_is_a_copy_that_can_be_loaded(server: MockServer) -> None:
    create_experiment(server, slug="kept-slug")
    state = server.state()
    kept = json.dumps(state["experiments"])
    state["experiments"][0]["variants"][0]["tallies"]["click/web/mobile"] = 1
    assert json.dumps(server.state()["experiments"]) == kept
    server.reset()
    server.load_state(state)
    assert total(server) == 1


@pytest.mark.parametrize("is_file", [True, False], ids=["file", "document"])
def test_a_reset_brings_back_the_starting_state(tmp_path: Path, is_file: bool) -> None:
    state = {"version": 1, "experiments": [{"uid": "exp_MINE", **body(), "status": "running"}]}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    with MockServer(state=file if is_file else state) as server:
        create_experiment(server, slug="another-slug")
        server.clock.freeze(NOON)
        httpx.post(f"{server.url}/_mock/reset")
        found = server.state()
        assert [each["uid"] for each in found["experiments"]] == ["exp_MINE"]
        assert (server.requests(), found["clock"]["driven"]) == ([], False)
        server.reset(empty=True)
        assert server.state()["experiments"] == []
        server.reset()
        assert total(server) == 1


def test_one_seed_gives_the_same_uids() -> None:
    """In another server, entered again and after a reset."""
    uids = set()
    first = MockServer(seed=7)
    for server in (first, first, MockServer(seed=7)):
        with server:
            uids.add(create_experiment(server)["uid"])
            server.reset()
            uids.add(create_experiment(server)["uid"])
    assert len(uids) == 1


def test_a_database_outlives_the_server_until_a_reset(tmp_path: Path) -> None:
    server = MockServer(db=str(tmp_path / "state.db"))
    with server:
        create_experiment(server)
        state = server.state()
    with (
        pytest.raises(ValueError, match=r"state: .*state\.db holds experiments"),
        MockServer(db=tmp_path / "state.db", state=state),
    ):
        pass
    with server:
        assert total(server) == 1
        server.reset()
    with server:
        assert total(server) == 0


def test_host_port_and_plan_are_arguments() -> None:
    # A port that was free a moment ago.
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with MockServer(host="localhost", port=port, plan="starter") as server:
        assert server.url.endswith(f":{port}")
        with client(server) as http:
            assert http.get(f"{API}/quota").json()["plan"] == "starter"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"plan": "gold"}, "plan: 'gold' is not a plan; use one of starter"),
        ({"port": 65536}, "port: 65536"),
        ({"port": "8080"}, "port: '8080'"),
        ({"host": "a" * 300}, "host: "),
        ({"seed": "x"}, "seed: 'x' is not an integer"),
        ({"seed": 2**63}, f"seed: {2**63} is not an integer of 64 bits"),
        ({"seed": 2**63}, "seed: "),
        ({"state": "no/such/file.json"}, "state: .*file.json.* cannot be read"),
        ({"state": {"version": 1}}, "state: experiments: is missing; add it"),
        ({"state": {"version": object()}}, "state: is not JSON"),
        (
            {"state": {"version": 1, "experiments": [{"uid": "x"}]}},
            "state: experiments/0/name: is missing",
        ),
        ({"db": "no/such/folder/state.db"}, "db: .*state.db"),
    ],
    ids=range(12),
)
def test_a_wrong_argument_is_a_value_error_that_names_it(
    options: dict[str, Any], words: str
) -> None:
    """At once or on enter, and on each enter."""
    with pytest.raises(ValueError, match=f"^{words}"):  # noqa: PT012 - some are refused at once
        server = MockServer(**options)
        for _ in range(2):
            with pytest.raises(ValueError, match=f"^{words}") as wrong, server:
                pass
        raise wrong.value


@pytest.mark.parametrize("call", ["set", "freeze"])
def test_a_time_without_a_zone_is_refused(server: MockServer, call: str) -> None:
    with pytest.raises(ValueError, match="has no time zone; give it one"):
        getattr(server.clock, call)(datetime(2026, 3, 15))
    assert server.state()["clock"]["driven"] is False


def test_a_wrong_call_is_a_value_error_that_says_why(server: MockServer) -> None:
    with pytest.raises(ValueError, match="clock: set: is not a date-time; write it like"):
        server.clock.set("tomorrow")
    with pytest.raises(ValueError, match="clock: advance: leads to the year 1926"):
        server.clock.advance(timedelta(days=-36_500))
    with pytest.raises(ValueError, match="faults: does nothing; send status, delay, drop or"):
        server.faults.add(times=2)
    with pytest.raises(ValueError, match="faults: status: is 100; send 200 to 599"):
        server.faults.add(status=100)
    with pytest.raises(ValueError, match=r"faults: retryAfter: .* has no time zone"):
        server.faults.add(status=503, retry_after=datetime(2026, 3, 15))
    with pytest.raises(ValueError, match=r"faults: path\.name: is not the name of a fault; there"):
        server.faults.remove("a?b")
    with pytest.raises(ValueError, match="requests: status: is not an integer"):
        server.requests(status="OK")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="traffic: No team has such an experiment"):
        server.traffic("exp_unknown", 10)
    with pytest.raises(ValueError, match="state: version: "):
        server.load_state({"version": 2, "experiments": []})
    assert server.faults.pending() == []


def test_a_port_in_use_is_an_os_error_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        expected = f"cannot listen on '127.0.0.1' port {port}"
        with pytest.raises(OSError, match=expected), MockServer(port=port):
            pass


def test_outside_of_with_its_methods_say_that_it_is_not_running() -> None:
    server = MockServer()
    calls = (server.state, server.reset, server.requests, server.clock.now, server.faults.clear)
    for call in calls:
        with pytest.raises(RuntimeError, match="not running; use it inside its with statement"):
            call()
