"""The bounds of a connection: what the server holds for it, and how long it waits for it."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from pictify_mock import MockServer, http
from pictify_mock.http import request_body
from pictify_mock.http.protocol import LARGEST_HEAD, MOST_PIPELINED, SLICE, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PIXEL = b"GET /s/some-slug/pixel.gif HTTP/1.1\r\nHost: x\r\n"
EVENTS = b"POST /s/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
CHUNKED = EVENTS + b"Transfer-Encoding: chunked\r\n"
FAR_TOO_MUCH = b"a" * (4 * LARGEST_HEAD)


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


def connect(server: MockServer) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def receive_all(connection: socket.socket) -> bytes:
    """Return everything that arrives until the server closes the connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def exchange(server: MockServer, request: bytes) -> bytes:
    with connect(server) as connection:
        connection.sendall(request)
        return receive_all(connection)


def assert_last_problem(responses: bytes, status: int) -> dict[str, Any]:
    """Assert that the last response is a problem that closes the connection. Return the problem."""
    head, _, content = responses[responses.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nconnection: close" in head.lower()
    document: dict[str, Any] = json.loads(content)
    assert document["status"] == status
    return document


@pytest.mark.parametrize(
    "request_bytes",
    [
        PIXEL + b"X: " + FAR_TOO_MUCH + b"\r\n\r\n",
        PIXEL + b"X: " + FAR_TOO_MUCH,
        PIXEL + FAR_TOO_MUCH,
        PIXEL + b"X: value\r\n" * 10_000 + b"\r\n",
        b"GET /" + FAR_TOO_MUCH + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + FAR_TOO_MUCH,
        PIXEL + b"\r\n" + PIXEL + b"X: " + FAR_TOO_MUCH,
        CHUNKED + b"\r\n0\r\nX: " + FAR_TOO_MUCH,
    ],
    ids=range(8),
)
def test_a_head_over_the_limit_is_refused_complete_or_not(
    server: MockServer, request_bytes: bytes
) -> None:
    response = exchange(server, request_bytes)
    document = assert_last_problem(response, 431)
    assert b"\r\nx-request-id: req_" in response
    assert document["type"].endswith("/headers-too-large")
    assert str(LARGEST_HEAD) in document["detail"]


def test_the_limit_counts_every_byte_of_one_head(server: MockServer) -> None:
    head = PIXEL + b"Connection: close\r\nX: "
    for excess, status in ((0, b"200"), (1, b"431")):
        request = head.ljust(LARGEST_HEAD - 2 + excess, b"x") + b"\r\n\r\n"
        answers = exchange(server, PIXEL + b"Content-Length: 9000\r\n\r\n" + b"b" * 9000 + request)
        assert answers.startswith(b"HTTP/1.1 200 ")
        assert answers[answers.rindex(b"HTTP/1.1") :].startswith(b"HTTP/1.1 " + status)


class SilentTransport(asyncio.Transport):
    """Send nothing, and know whether the protocol wants to read more."""

    reading = True

    def get_extra_info(self, _: str, default: Any = None) -> Any:
        return default

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def write(self, data: Any) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass


def test_few_pipelined_requests_are_read_before_the_first_is_answered() -> None:
    """Reading goes on once those are answered."""
    asked: asyncio.Queue[asyncio.Event] = asyncio.Queue()

    async def app(_: Any, receive: Any, send: Any) -> None:
        answer = asyncio.Event()
        asked.put_nowait(answer)
        await answer.wait()
        await receive()
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    async def scenario() -> None:
        config = Config(app, lifespan="off", log_config=None, ws="none")
        config.load()
        protocol = Protocol(config, ServerState(), {})
        transport = SilentTransport()
        protocol.connection_made(transport)
        request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        # What is read in one go may hold more requests than are taken.
        most = MOST_PIPELINED + SLICE // len(request)
        protocol.data_received(request * 1_000)
        assert not transport.reading
        for _ in range(999):
            assert len(protocol.pipeline) <= most
            (await asked.get()).set()
        (await asked.get()).set()
        await asyncio.wait(protocol.tasks)
        assert transport.reading
        protocol.connection_lost(None)

    asyncio.run(scenario())


def test_pipelined_requests_are_all_answered_in_order(server: MockServer) -> None:
    """Large bodies among them."""
    upload = EVENTS + b"Content-Length: 500000\r\n\r\n" + b" " * 500_000
    many = (PIXEL + b"\r\n") * 300 + upload + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET / HTTP/1.0\r\n\r\n"
    statuses = [part[:3] for part in exchange(server, many * 2 + last).split(b"HTTP/1.1 ")[1:]]
    assert statuses == ([b"200"] * 300 + [b"400", b"404"]) * 2 + [b"404"]


@pytest.mark.parametrize("begun", [PIXEL[:20], PIXEL, PIXEL + b"X: y", PIXEL + b"\r\n" + PIXEL])
def test_headers_that_do_not_end_in_time_are_a_408(
    server: MockServer, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    assert assert_last_problem(exchange(server, begun), 408)["type"].endswith("/request-timeout")


UNREAD_BODY = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"


@pytest.mark.parametrize(
    ("begun", "rest"),
    [(b"", b""), (b"\r\n", b""), (PIXEL + b"\r\n", b"\r\n"), (UNREAD_BODY, b"2")],
    ids=["nothing", "line", "line after a request", "unread body"],
)
def test_an_idle_connection_is_closed_without_a_response(
    server: MockServer, monkeypatch: pytest.MonkeyPatch, begun: bytes, rest: bytes
) -> None:
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    with connect(server) as connection:
        connection.sendall(begun)
        if rest:
            assert connection.recv(65536).startswith(b"HTTP/1.1 ")
        connection.sendall(rest)
        assert receive_all(connection) == b""


def test_a_client_may_wait_long_for_its_response(
    server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is on the time that a client takes to send."""
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    fault = {"path": "/s/some-slug/pixel.gif", "delay": 0.3}
    assert httpx.post(f"{server.url}/_mock/faults", json=fault).status_code == 200
    answers = exchange(server, PIXEL + b"\r\n" + PIXEL)
    assert answers.startswith(b"HTTP/1.1 200 ")
    assert_last_problem(answers, 408)


def test_a_refusal_reaches_a_client_that_is_still_sending(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(PIXEL + b"X: " + FAR_TOO_MUCH)
        for _ in range(20):
            connection.sendall(FAR_TOO_MUCH)
        assert_last_problem(receive_all(connection), 431)


def test_a_refusal_comes_after_the_responses_before_it(server: MockServer) -> None:
    for broken, status in ((PIXEL + b"X: " + FAR_TOO_MUCH, 431), (b"NOT HTTP", 400)):
        answers = exchange(server, (PIXEL + b"\r\n") * 3 + broken)
        assert answers.count(b"HTTP/1.1 200 ") == 3
        assert_last_problem(answers, status)


def test_a_trailer_is_not_a_header(server: MockServer) -> None:
    """A key in it does not authenticate the request."""
    request = (
        b"POST /experiments/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n"
        b"Authorization: Bearer %s\r\n\r\n" % server.api_key.encode()
    )
    answer = exchange(server, request)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"missing-authorization" in answer


@pytest.mark.parametrize("name", ["Authorization", "Host", "X-Write-Key", "Content-Type", "Origin"])
@pytest.mark.parametrize("path", ["/experiments/api", "/s/events", "/_mock/health", "/nowhere"])
def test_a_header_that_decides_is_refused_if_it_comes_twice(
    server: MockServer, path: str, name: str
) -> None:
    """Even if both are equal."""
    sent = {
        "Host": b"localhost",
        "Authorization": b"Bearer " + server.api_key.encode(),
        name: b"text/plain",
    }
    lines = b"".join(b"%b: %b\r\n" % (key.encode(), value) for key, value in sent.items())
    repeated = b"%b: %b\r\n" % (name.lower().encode(), sent[name])
    request = b"POST " + path.encode() + b" HTTP/1.1\r\n" + lines + repeated + b"\r\n"
    (error,) = assert_last_problem(exchange(server, request), 400)["errors"]
    assert (error["field"], error["code"]) == (f"header.{name.lower()}", "conflict")


def test_http_1_1_needs_a_host(server: MockServer) -> None:
    line = b"GET /s/some-slug/pixel.gif HTTP/"
    (error,) = assert_last_problem(exchange(server, line + b"1.1\r\n\r\n"), 400)["errors"]
    assert (error["field"], error["code"]) == ("header.host", "required")
    assert exchange(server, line + b"1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("offer", ["h2c", "websocket", "TLS/1.0, HTTP/2.0"])
@pytest.mark.parametrize("size", [1, 7, 4000])
def test_an_offered_upgrade_is_ignored(server: MockServer, offer: str, size: int) -> None:
    """The bodies are read, chunked or not, and so is the next request."""
    offered = (
        f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {offer}\r\nHTTP2-Settings: AAMAAABk\r\n"
    ).encode()
    event = json.dumps({"event": "click", "experiment": "unknown"}).encode()
    requests = (
        EVENTS + offered + b"Content-Length: %d\r\n\r\n%b" % (len(event), event),
        CHUNKED + offered + b"\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(event), event),
        PIXEL + b"Connection: close\r\n\r\n",
    )
    everything = b"".join(requests)
    with connect(server) as connection:
        for start in range(0, len(everything), size):
            connection.sendall(everything[start : start + size])
        *events, pixel = receive_all(connection).split(b"HTTP/1.1 200 ")[1:]
    assert [b'"processed":0,"errors":[{"index":0' in each for each in events] == [True, True]
    assert b"image/gif" in pixel


def test_a_connection_is_kept_for_the_announced_time(
    server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(server) as connection:
        connection.sendall(PIXEL + b"\r\n")
        assert b"\r\nkeep-alive: timeout=75\r\n" in connection.recv(65536).lower()
    monkeypatch.setattr(http.server, "KEEP_ALIVE_SECONDS", 0.05)
    with MockServer() as impatient:
        answer = exchange(impatient, PIXEL + b"\r\n")
    assert b"\r\nkeep-alive: timeout=0.05\r\n" in answer.lower()


def test_other_headers_may_come_twice(server: MockServer) -> None:
    response = exchange(server, PIXEL + b"X: 1\r\nX: 2\r\nConnection: close\r\n\r\n")
    assert response.startswith(b"HTTP/1.1 200 ")


def test_a_closed_connection_leaves_nothing_to_the_garbage_collector() -> None:
    """The collector runs rarely, so the memory of a busy server would grow."""
    # Large heads, so that what is kept of them shows in the traced memory.
    size, count = LARGEST_HEAD - 1024, 100
    request = b"GET /" + b"a" * size + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with MockServer() as server:
        httpx.get(f"{server.url}/nowhere")
        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            for _ in range(count):
                assert exchange(server, request).startswith(b"HTTP/1.1 404 ")
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
    assert kept < count * size / 2
