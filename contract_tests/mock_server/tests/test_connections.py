"""What a connection may make the server hold, and how long it may keep it waiting."""

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

from pictify_mock import MockServer
from pictify_mock.http import request_body
from pictify_mock.http.protocol import LARGEST_HEAD, MOST_PIPELINED, SLICE, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PIXEL = b"GET /s/some-slug/pixel.gif HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /s/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
FAR_TOO_MUCH = b"a" * (4 * LARGEST_HEAD)


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


def connect(server: MockServer) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def received(connection: socket.socket) -> bytes:
    """All that arrives until the server closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def talk(server: MockServer, *parts: bytes) -> bytes:
    with connect(server) as connection:
        for part in parts:
            connection.sendall(part)
        return received(connection)


def problem(answer: bytes, status: int) -> dict[str, Any]:
    """The problem document of the last answer, which has this status and closes the connection."""
    head, _, content = answer[answer.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
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
    ids=[
        "header",
        "endless header",
        "endless name",
        "many",
        "url",
        "endless url",
        "second request",
        "trailer",
    ],
)
def test_a_head_that_is_too_large(server: MockServer, request_bytes: bytes) -> None:
    """A request line and headers beyond the limit are a 431, complete or not."""
    answer = talk(server, request_bytes)
    document = problem(answer, 431)
    assert b"\r\nx-request-id: req_" in answer
    assert document["type"].endswith("/headers-too-large")
    assert str(LARGEST_HEAD) in document["detail"]


def test_the_largest_head(server: MockServer) -> None:
    """The limit counts every byte of the request line and the headers, and not one of the request before."""
    head = PIXEL + b"Connection: close\r\nX: "
    for excess, status in ((0, b"200"), (1, b"431")):
        request = head.ljust(LARGEST_HEAD - 2 + excess, b"x") + b"\r\n\r\n"
        answers = talk(server, PIXEL + b"Content-Length: 9000\r\n\r\n" + b"b" * 9000 + request)
        assert answers.startswith(b"HTTP/1.1 200 ")
        assert answers[answers.rindex(b"HTTP/1.1") :].startswith(b"HTTP/1.1 " + status)


class Transport(asyncio.Transport):
    """Where nothing leads: notes whether the protocol wants more."""

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


def test_pipelined_requests_wait_outside() -> None:
    """Of requests that arrive at once few are taken in; reading goes on once those are answered."""
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
        transport = Transport()
        protocol.connection_made(transport)
        request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        most = MOST_PIPELINED + SLICE // len(request)
        protocol.data_received(request * 5_000)
        for _ in range(4_999):
            assert len(protocol.pipeline) <= most
            assert transport.reading is (
                len(protocol.pipeline) < MOST_PIPELINED and not protocol._unread
            )
            (await asked.get()).set()
        (await asked.get()).set()
        await asyncio.wait(protocol.tasks)
        assert transport.reading
        protocol.connection_lost(None)

    asyncio.run(scenario())


def test_all_pipelined_requests_are_answered(server: MockServer) -> None:
    """However many requests come at once, large bodies among them, each has its answer, in order."""
    upload = b"POST /s/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500000\r\n\r\n"
    many = (
        (PIXEL + b"\r\n") * 300
        + (upload + b" " * 500_000)
        + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    last = b"GET / HTTP/1.0\r\n\r\n"
    statuses = [part[:3] for part in talk(server, many * 2 + last).split(b"HTTP/1.1 ")[1:]]
    assert statuses == ([b"200"] * 300 + [b"400", b"404"]) * 2 + [b"404"]


@pytest.mark.parametrize("begun", [PIXEL[:20], PIXEL, PIXEL + b"X: y", PIXEL + b"\r\n" + PIXEL])
def test_slow_headers(server: MockServer, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    """Headers that do not end in time are a 408."""
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    assert problem(talk(server, begun), 408)["type"].endswith("/request-timeout")


UNREAD_BODY = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"


@pytest.mark.parametrize(
    ("begun", "rest"),
    [(b"", b""), (b"\r\n", b""), (PIXEL + b"\r\n", b"\r\n"), (UNREAD_BODY, b"2")],
    ids=["nothing", "line", "line after a request", "body that nobody reads"],
)
def test_connections_that_send_nothing(
    server: MockServer, monkeypatch: pytest.MonkeyPatch, begun: bytes, rest: bytes
) -> None:
    """A connection on which no request begins, or an unread body does not end, is closed without a word."""
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    with connect(server) as connection:
        connection.sendall(begun)
        if rest:
            assert connection.recv(65536).startswith(b"HTTP/1.1 ")
        connection.sendall(rest)
        assert received(connection) == b""


def test_clients_that_wait_have_time(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is on what a client has to send, not on how long its answer takes."""
    monkeypatch.setattr(request_body, "TIMEOUT_SECONDS", 0.05)
    fault = {"path": "/s/some-slug/pixel.gif", "delay": 0.3}
    assert httpx.post(f"{server.url}/_mock/faults", json=fault).status_code == 200
    answers = talk(server, PIXEL + b"\r\n" + PIXEL)
    assert answers.startswith(b"HTTP/1.1 200 ")
    problem(answers, 408)


def test_a_refusal_reaches_whoever_still_sends(server: MockServer) -> None:
    """A client that sends its whole request before it reads still gets the answer."""
    with closing(connect(server)) as connection:
        connection.sendall(PIXEL + b"X: " + FAR_TOO_MUCH)
        for _ in range(20):
            connection.sendall(FAR_TOO_MUCH)
        problem(received(connection), 431)


def test_refusals_wait_for_their_turn(server: MockServer) -> None:
    """What is refused unread is answered after the requests before it."""
    for broken, status in ((PIXEL + b"X: " + FAR_TOO_MUCH, 431), (b"NOT HTTP", 400)):
        answers = talk(server, (PIXEL + b"\r\n") * 3 + broken)
        assert answers.count(b"HTTP/1.1 200 ") == 3
        problem(answers, status)


def test_trailers_are_no_headers(server: MockServer) -> None:
    """What comes after a chunked body authenticates nobody, the same read or not."""
    request = (
        b"POST /experiments/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n"
        b"Authorization: Bearer %s\r\n\r\n" % server.api_key.encode()
    )
    answer = talk(server, request)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"missing-authorization" in answer


@pytest.mark.parametrize("name", ["Authorization", "Host", "X-Write-Key", "Content-Type", "Origin"])
@pytest.mark.parametrize("path", ["/experiments/api", "/s/events", "/_mock/health", "/nowhere"])
def test_headers_that_are_sent_twice(server: MockServer, path: str, name: str) -> None:
    """A header that tells who sends what to whom is refused if there are two of it, even equal ones."""
    sent = {
        "Host": b"localhost",
        "Authorization": b"Bearer " + server.api_key.encode(),
        name: b"text/plain",
    }
    lines = b"".join(b"%b: %b\r\n" % (key.encode(), value) for key, value in sent.items())
    repeated = b"%b: %b\r\n" % (name.lower().encode(), sent[name])
    document = problem(
        talk(server, b"POST " + path.encode() + b" HTTP/1.1\r\n" + lines + repeated + b"\r\n"), 400
    )
    assert [(error["field"], error["code"]) for error in document["errors"]] == [
        (f"header.{name.lower()}", "conflict")
    ]


def test_a_missing_host(server: MockServer) -> None:
    """HTTP/1.1 needs a Host; HTTP/1.0 knew none."""
    document = problem(talk(server, b"GET /s/some-slug/pixel.gif HTTP/1.1\r\n\r\n"), 400)
    assert [(error["field"], error["code"]) for error in document["errors"]] == [
        ("header.host", "required")
    ]
    assert talk(server, b"GET /s/some-slug/pixel.gif HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_headers_that_may_be_repeated(server: MockServer) -> None:
    """Other headers may come more than once."""
    assert talk(server, PIXEL + b"X: 1\r\nX: 2\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200 "
    )


def test_what_a_connection_sent_goes_with_it() -> None:
    """Connections that end leave nothing of their requests to the garbage collector, which comes by rarely."""
    size, count = LARGEST_HEAD - 1024, 100
    with MockServer() as server:
        httpx.get(f"{server.url}/nowhere")
        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            for _ in range(count):
                answer = talk(
                    server,
                    b"GET /" + b"a" * size + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                )
                assert answer.startswith(b"HTTP/1.1 404 ")
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
    assert kept < count * size / 2
