"""Limits on a call: its time, the size of its response, and when it is repeated."""

import gzip
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pictify_experiments import RetryPolicy
from pictify_experiments.errors import (
    APIConnectionError,
    APITimeoutError,
    ResponseTooLargeError,
    TooManyRequestsError,
    UnreadableResponseError,
)

from .conftest import AT_ONCE, Open, answering, request

PAGE = b'{"experiments": [], "total": 0, "page": 1, "limit": 20}'


@pytest.mark.parametrize("encoded", [False, True])
def test_large_responses_are_not_read(open_client: Open, encoded: bool) -> None:
    """A response beyond the limit is an error that names it, also if only its decoded size is."""
    body = b" " * 2_000_000
    headers = {"Content-Encoding": "gzip"} if encoded else {}
    content = gzip.compress(body) if encoded else body
    client = open_client(
        "key",
        base_url="http://server.test",
        max_response_bytes=1_000_000,
        transport=httpx.MockTransport(
            lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))
        ),
    )
    with pytest.raises(ResponseTooLargeError, match=r"the response is over 1,000,000 bytes"):
        client.list_experiments()


HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.fixture(params=[HEADERS, b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["body", "headers"])
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve a response of which a byte arrives every 50 ms, for three seconds."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)

        def drip(connection: socket.socket) -> None:
            with connection:
                connection.recv(65536)
                connection.sendall(request.param)
                for _ in range(60):
                    if stop.wait(0.05):
                        return
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=drip, args=(connection,)).start()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join()


def test_deadline_ends_a_response_that_drips(open_client: Open, dripping: str) -> None:
    """No single byte is late, and the whole response would never come."""
    client = open_client("key", base_url=dripping, deadline=0.3)
    with pytest.raises(APITimeoutError, match=r"within deadline=0\.3 s"):
        client.list_experiments()


def test_deadline_covers_the_retries(open_client: Open) -> None:
    """No retry begins after the deadline."""
    client = open_client(
        "key",
        base_url="http://server.test",
        deadline=1,
        retries=RetryPolicy(max_retries=5, initial_delay=8),
        transport=answering(429, headers={"Retry-After": "30"}),
    )
    with pytest.raises(TooManyRequestsError):
        client.list_experiments()


def test_create_is_repeated_after_429_with_retry_after(open_client: Open) -> None:
    """The server refused it, so nothing can have happened."""
    responses = [
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(204),
    ]
    client = open_client(
        "key",
        base_url="http://server.test",
        transport=httpx.MockTransport(lambda _: responses.pop(0)),
    )
    with pytest.raises(UnreadableResponseError):
        client.create_experiment(request())
    assert responses == []


def refusing(asked: list[httpx.Request], error: type[httpx.TransportError]) -> Any:
    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise error("no", request=request)

    return httpx.MockTransport(refuse)


@pytest.mark.parametrize(
    ("error", "tries"), [(httpx.ConnectError, 3), (httpx.ConnectTimeout, 3), (httpx.ReadError, 1)]
)
def test_create_is_repeated_if_no_connection_was_made(
    open_client: Open, error: type[httpx.TransportError], tries: int
) -> None:
    """Without a connection nothing was sent; after that the server may have acted."""
    asked: list[httpx.Request] = []
    client = open_client(
        "key",
        base_url="http://server.test",
        transport=refusing(asked, error),
        retries=AT_ONCE,
    )
    with pytest.raises(APIConnectionError) as caught:
        client.create_experiment(request())
    assert (len(asked), caught.value.was_sent) == (tries, tries == 1)


ANY_POLICY: Any = RetryPolicy


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"retries": 3}, TypeError, "^retries has to be a RetryPolicy, not int; .* max_retries$"),
        ({"max_retries": -1}, ValueError, "^max_retries has to be finite and 0 or more, not -1$"),
        ({"max_retries": 1.5}, TypeError, "^max_retries has to be an int, not float$"),
        ({"retries": ANY_POLICY("3")}, TypeError, "^max_retries has to be an int, not str$"),
        ({"retries": ANY_POLICY(max_seconds=None)}, TypeError, "^max_seconds has to be a number"),
        (
            {"retries": RetryPolicy(initial_delay=float("nan"))},
            ValueError,
            "^initial_delay has to be finite and 0 or more, not nan$",
        ),
        (
            {"retries": RetryPolicy(max_delay=-1)},
            ValueError,
            "^max_delay has to be finite and 0 or more, not -1$",
        ),
        ({"timeout": float("inf")}, ValueError, "^timeout has to be a number of seconds"),
        ({"timeout": -1}, ValueError, "^timeout has to be a number of seconds"),
        ({"timeout": "5"}, TypeError, "^timeout has to be a number of seconds"),
        ({"timeout": httpx.Timeout(5, read=float("nan"))}, ValueError, r"^timeout \(read\) has"),
        ({"deadline": float("nan")}, ValueError, "^deadline has to be a number of seconds"),
        ({"max_response_bytes": 0}, ValueError, "^max_response_bytes has to be a positive int"),
    ],
)
def test_wrong_limits_are_refused_at_once(
    open_client: Open, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        open_client("key", **options)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_success_without_a_body(open_client: Open, status: int) -> None:
    """A success counts with and without a body."""
    client = open_client("key", base_url="http://server.test", transport=answering(status))
    assert client.delete_experiment("exp_1").deleted


def test_max_retries_stands_for_that_of_the_policy(open_client: Open) -> None:
    asked: list[httpx.Request] = []
    client = open_client(
        "key",
        base_url="http://server.test",
        transport=refusing(asked, httpx.ReadError),
        retries=AT_ONCE,
        max_retries=4,
    )
    with pytest.raises(APIConnectionError):
        client.list_experiments()
    assert len(asked) == 5
