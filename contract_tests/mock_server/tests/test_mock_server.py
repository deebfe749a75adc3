"""`MockServer`, which serves from a thread of the process that tests with it."""

from __future__ import annotations

import asyncio
import json
import selectors
import socket
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock import MockServer

from .conftest import API, body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = 200
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def server(shared: MockServer) -> MockServer:
    shared.reset()
    return shared


def api(server: MockServer) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {server.api_key}"})


def created(server: MockServer, **changes: Any) -> dict[str, Any]:
    with api(server) as http:
        answer = http.post(API, json=body(**changes))
    assert answer.status_code == 201, answer.text
    experiment: dict[str, Any] = answer.json()["experiment"]
    return experiment


def total(server: MockServer) -> int:
    with api(server) as http:
        return int(http.get(API).json()["total"])


def test_from_enter_to_exit() -> None:
    """It is there from enter to exit, on a port of its own, with keys that work."""
    with MockServer() as one, MockServer() as two:
        assert one.url != two.url
        assert total(one) == 0
        event = {"event": "click", "experiment": "x"}
        answer = httpx.post(
            f"{one.url}/s/events", json=event, headers={"X-Write-Key": one.write_key}
        )
        assert answer.json() == {"ok": True, "processed": 0, "errors": answer.json()["errors"]}
        url = one.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def accepted(url: str) -> int:
    """How many of many connections that are opened at once are accepted."""
    host, port = url.removeprefix("http://").split(":")
    with ExitStack() as parts, selectors.DefaultSelector() as selector:
        for _ in range(AT_ONCE):
            connection = parts.enter_context(closing(socket.socket()))
            connection.setblocking(False)
            connection.connect_ex((host, int(port)))
            selector.register(connection, selectors.EVENT_WRITE)
        connections: list[socket.socket] = []
        while len(connections) < AT_ONCE:
            ready: list[Any] = [key.fileobj for key, _ in selector.select(5)]
            assert ready, f"{len(connections)} of {AT_ONCE} were answered"
            for connection in ready:
                selector.unregister(connection)
            connections += ready
        return sum(each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 for each in connections)


def test_it_listens_before_it_says_so() -> None:
    """Entered again, it accepts every connection at once, and has forgotten everything."""
    server = MockServer()
    for _ in range(3):
        with server:
            assert accepted(server.url) == AT_ONCE
            assert total(server) == 0
            created(server)


def test_it_cannot_be_entered_while_it_runs(server: MockServer) -> None:
    """A server that runs is not entered a second time, and runs on."""
    with pytest.raises(RuntimeError, match="running already"), server:
        pass
    assert total(server) == 0


def test_in_an_event_loop() -> None:
    """`async with` works, and so do the methods in it."""

    async def scenario() -> int:
        async with MockServer() as server, httpx.AsyncClient(base_url=server.url) as http:
            server.faults.add(status=503)
            return (await http.get(API)).status_code

    assert asyncio.run(scenario()) == 503


def test_a_reset(server: MockServer) -> None:
    """A reset forgets experiments, requests, faults and the clock."""
    before = server.state()["experiments"], server.requests(), server.faults.pending()
    created(server)
    server.faults.add(delay=1, path="/nowhere")
    server.clock.freeze(NOON)
    server.reset()
    assert (
        (server.state()["experiments"], server.requests(), server.faults.pending())
        == before
        == ([], [], [])
    )
    assert abs(server.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_reset_takes_no_seed_along(server: MockServer) -> None:
    """What one test has seeded draws nothing for the next."""
    httpx.post(f"{server.url}/_mock/seed", json={"seed": 7})
    server.reset()
    assert server.state()["seed"] is None


def test_a_clock(server: MockServer) -> None:
    """The clock is set, frozen, moved on, run again and let go."""
    assert NOON <= server.clock.set(NOON) < NOON + timedelta(minutes=1)
    assert server.clock.freeze(NOON.isoformat()) == server.clock.now() == NOON
    assert server.clock.advance(90) == NOON + timedelta(seconds=90)
    assert server.clock.advance(timedelta(days=-1, seconds=-90)) == NOON - timedelta(days=1)
    assert created(server)["createdAt"] == "2026-03-14T12:00:00.000Z"
    stands = server.clock.now()
    assert server.clock.freeze() == stands
    assert server.clock.resume() >= stands
    assert server.clock.release() > datetime(2026, 6, 1, tzinfo=UTC)


def test_faults(server: MockServer) -> None:
    """Faults spoil what matches, as often as asked, until they are cleared."""
    server.faults.add(status=429, retry_after=7, times=2, method="GET", path="*/quota", team=0)
    with api(server) as http:
        assert http.get(API).status_code == 200
        answer = http.get(f"{API}/quota")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert [fault["times"] for fault in server.faults.pending()] == [1]
        server.faults.clear()
        assert http.get(f"{API}/quota").status_code == 200
        server.faults.add(drop="answer")
        with pytest.raises(httpx.TransportError):
            http.get(API)


def test_requests(server: MockServer) -> None:
    """The record of requests is read whole or in part, without keys."""
    created(server)
    total(server)
    with api(server) as http:
        http.get(f"{API}/unknown?page=1")
    assert [(each["method"], each["path"], each["status"]) for each in server.requests()] == [
        ("POST", API, 201),
        ("GET", API, 200),
        ("GET", f"{API}/unknown", 404),
    ]
    assert [each["method"] for each in server.requests(method="POST")] == ["POST"]
    assert [each["query"] for each in server.requests(path=f"{API}/")] == ["page=1"]
    assert [each["status"] for each in server.requests(path="*/api")] == [201, 200]
    assert [each["path"] for each in server.requests(status=404)] == [f"{API}/unknown"]
    sent = server.requests(method="POST")[0]["request"]
    assert json.loads(sent["body"] or "")["slug"] == "hero-test"
    assert sent["headers"]["authorization"] == "[redacted]"


def test_a_state_is_a_copy(server: MockServer) -> None:
    """What state() returns can be changed without changing the server, and loaded again."""
    created(server, slug="kept-slug")
    state = server.state()
    kept = json.dumps(state["experiments"])
    state["experiments"][0]["variants"][0]["tallies"]["click/web/mobile"] = 1
    assert json.dumps(server.state()["experiments"]) == kept
    server.reset()
    server.load_state(state)
    assert total(server) == 1


@pytest.mark.parametrize("in_file", [True, False])
def test_a_starting_state(tmp_path: Path, in_file: bool) -> None:
    """A state is given as a document or in a file, and a reset brings it back."""
    state = {"version": 1, "experiments": [{"uid": "exp_MINE", **body(), "status": "running"}]}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    with MockServer(state=file if in_file else state) as server:
        created(server, slug="another-slug")
        server.reset()
        assert [each["uid"] for each in server.state()["experiments"]] == ["exp_MINE"]


def test_a_seed() -> None:
    """The same seed gives the same uids, in another server, entered again and after a reset."""
    uids = set()
    first = MockServer(seed=7)
    for server in (first, first, MockServer(seed=7)):
        with server:
            uids.add(created(server)["uid"])
            server.reset()
            uids.add(created(server)["uid"])
    assert len(uids) == 1


def test_a_database(tmp_path: Path) -> None:
    """With a file the state is there when it is entered again; a reset empties it."""
    server = MockServer(db=str(tmp_path / "state.db"))
    with server:
        created(server)
    with server:
        assert total(server) == 1
        server.reset()
    with server:
        assert total(server) == 0


def test_its_address_and_plan() -> None:
    """Host, port and plan are those that were asked for."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with MockServer(host="localhost", port=port, plan="starter") as server:
        assert server.url.endswith(f":{port}")
        with api(server) as http:
            assert http.get(f"{API}/quota").json()["plan"] == "starter"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"plan": "gold"}, "plan: 'gold' is not a plan; use one of starter"),
        ({"port": 65536}, "port: 65536"),
        ({"port": "8080"}, "port: '8080'"),
        ({"host": "a" * 300}, "host: "),
        ({"seed": "x"}, "seed: is not an integer"),
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
)
def test_wrong_arguments(options: dict[str, Any], words: str) -> None:
    """A wrong argument is a ValueError that names it, at the second time, too."""
    with pytest.raises(ValueError, match=f"^{words}"):  # noqa: PT012 - some are told at once, some on enter
        server = MockServer(**options)
        for _ in range(2):
            with pytest.raises(ValueError, match=f"^{words}") as wrong, server:
                pass
        raise wrong.value


@pytest.mark.parametrize("call", ["set", "freeze"])
def test_a_time_without_a_zone(server: MockServer, call: str) -> None:
    """A datetime without a time zone is refused, and nothing changes."""
    with pytest.raises(ValueError, match="has no time zone; give it one"):
        getattr(server.clock, call)(datetime(2026, 3, 15))
    assert server.state()["clock"]["driven"] is False


def test_wrong_calls(server: MockServer) -> None:
    """What a method cannot do is a ValueError that says why."""
    with pytest.raises(ValueError, match="clock: set: is not a date-time; write it like"):
        server.clock.set("tomorrow")
    with pytest.raises(ValueError, match="clock: advance: leads to the year 1926"):
        server.clock.advance(timedelta(days=-36_500))
    with pytest.raises(
        ValueError, match="faults: does nothing; send status, delay, drop or truncate"
    ):
        server.faults.add(times=2)
    with pytest.raises(ValueError, match="faults: status: is less than 400"):
        server.faults.add(status=200)
    with pytest.raises(ValueError, match="state: version: "):
        server.load_state({"version": 2, "experiments": []})
    assert server.faults.pending() == []


def test_a_state_for_a_full_database(tmp_path: Path) -> None:
    """A state replaces no experiments that the file holds."""
    file = tmp_path / "state.db"
    with MockServer(db=file) as server:
        created(server)
        state = server.state()
    with (
        pytest.raises(ValueError, match=r"state: .*state\.db holds experiments"),
        MockServer(db=file, state=state),
    ):
        pass


def test_a_port_in_use() -> None:
    """A port that is taken is an OSError that names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(OSError, match=f"cannot listen on '127.0.0.1' port {port}"),
            MockServer(port=port),
        ):
            pass


def test_outside_of_with() -> None:
    """Its methods say that it does not run."""
    server = MockServer()
    for call in (
        server.state,
        server.reset,
        server.requests,
        server.clock.now,
        server.faults.clear,
    ):
        with pytest.raises(RuntimeError, match="not running; use it inside its with statement"):
            call()
