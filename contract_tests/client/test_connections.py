"""Connections in forked processes, in several event loops, and in the hands of the caller."""

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from pictify_experiments import AsyncPictifyExperiments, ClientStateError, PictifyExperiments
from pictify_experiments.errors import APIConnectionError, APITimeoutError
from pictify_experiments.models import EventType, ExperimentEvent

from pictify_mock import MockServer

from .conftest import AT_ONCE, BROWSER, Open, request

PAGE = {"experiments": [], "total": 0, "page": 1, "limit": 20}
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def names_read(client: PictifyExperiments, uid: str, count: int, results: Any) -> None:
    results.put([client.get_experiment(uid).uid for _ in range(count)])


@forks
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forked_children_get_their_own_connections(
    server: MockServer,
    control: httpx.Client,  # noqa: ARG001 - the mock is reset
) -> None:
    """Processes that inherit a used client all read their own experiment."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    with PictifyExperiments(server.api_key, base_url=server.url) as client:
        uids = [client.create_experiment(request()).uid for _ in range(4)]
        children = [
            context.Process(target=names_read, args=(client, uid, 50, results)) for uid in uids
        ]
        for child in children:
            child.start()
        read = [results.get(timeout=60) for _ in children]
        for child in children:
            child.join()
        assert client.get_experiment(uids[0]).uid == uids[0]
    assert Counter(uid for row in read for uid in row) == dict.fromkeys(uids, 50)
    assert all(len(set(row)) == 1 for row in read)


def refusal(client: PictifyExperiments, results: Any) -> None:
    try:
        client.list_experiments()
    except ClientStateError as error:
        results.put(str(error))


@forks
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_given_client_in_a_forked_child(server: MockServer) -> None:
    """A child is refused the connections that the caller made in the parent."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    with httpx.Client() as http:
        client = PictifyExperiments(server.api_key, base_url=server.url, http_client=http)
        child = context.Process(target=refusal, args=(client, results))
        child.start()
        assert results.get(timeout=60).startswith(f"http_client was made in process {os.getpid()}")
        child.join()


def test_event_loops_one_after_the_other(server: MockServer) -> None:
    """One asynchronous client works in each of several event loops."""
    client = AsyncPictifyExperiments(server.api_key, base_url=server.url)

    async def total() -> int:
        return (await client.list_experiments()).total

    assert [asyncio.run(total()) for _ in range(3)] == [0, 0, 0]
    asyncio.run(client.close())
    gc.collect()


def test_given_client_in_another_event_loop(server: MockServer) -> None:
    client = AsyncPictifyExperiments(
        server.api_key, base_url=server.url, http_client=httpx.AsyncClient()
    )
    asyncio.run(client.list_experiments())
    with pytest.raises(ClientStateError, match=r"^http_client was used in another event loop"):
        asyncio.run(client.list_experiments())
    gc.collect()


def test_trio(server: MockServer, control: httpx.Client) -> None:
    """The asynchronous client works in trio, retries included."""
    control.post("/faults", json={"status": 503, "times": 2})

    async def total() -> int:
        async with AsyncPictifyExperiments(
            server.api_key, base_url=server.url, retries=AT_ONCE
        ) as client:
            return (await client.list_experiments()).total

    assert anyio.run(total, backend="trio") == 0


Answer = Callable[[], Awaitable[httpx.Response]]


@pytest.fixture
def answer_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Let the connections that asynchronous clients make answer without a network."""

    def patch(answer: Answer) -> None:
        async def handle(_: httpx.AsyncHTTPTransport, __: httpx.Request) -> httpx.Response:
            return await answer()

        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)

    return patch


def test_many_tasks_wait_for_a_connection(answer_with: Callable[[Answer], None]) -> None:
    """However many tasks call at once, only as many requests are on their way as connections."""
    running = most = 0

    async def answer() -> httpx.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return httpx.Response(200, json=PAGE)

    async def all_of_them() -> int:
        async with AsyncPictifyExperiments("key") as client:
            found = await asyncio.gather(*(client.list_experiments() for _ in range(300)))
        return sum(row.total == 0 for row in found)

    answer_with(answer)
    assert asyncio.run(all_of_them()) == 300
    assert most == 20


def test_given_client_has_only_its_own_bound() -> None:
    """50 requests of a client that the caller gave are on their way at once."""

    async def all_of_them() -> int:
        together = asyncio.Barrier(50)

        async def answer(_: httpx.Request) -> httpx.Response:
            await together.wait()
            return httpx.Response(200, json=PAGE)

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            client = AsyncPictifyExperiments("key", http_client=http)
            async with asyncio.timeout(30):
                return len(await asyncio.gather(*(client.list_experiments() for _ in range(50))))

    assert asyncio.run(all_of_them()) == 50


def test_deadline_includes_the_wait_for_a_connection(
    answer_with: Callable[[Answer], None],
) -> None:
    """A call that waits behind 20 others ends at its own deadline. It was not sent."""

    async def never() -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def failures() -> list[APITimeoutError]:
        async with AsyncPictifyExperiments("key", base_url="http://server.test") as client:
            patient, hasty = client.with_options(deadline=0.5), client.with_options(deadline=0.1)
            calls = [patient.list_experiments() for _ in range(20)]
            found = await asyncio.gather(*calls, hasty.list_experiments(), return_exceptions=True)
        return [error for error in found if isinstance(error, APITimeoutError)]

    answer_with(never)
    found = asyncio.run(failures())
    assert [error.was_sent for error in found] == [True] * 20 + [False]
    call, limit = "GET /experiments/api", "http://server.test within deadline=0.5 s"
    assert str(found[0]) == f"{call}: no whole response from {limit}"
    limit = "http://server.test was free within deadline=0.1 s"
    assert str(found[20]) == f"{call}: no connection to {limit}"


def test_waiting_for_a_retry_occupies_no_connection(
    answer_with: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call succeeds while 20 others wait to be tried again."""
    statuses = [503] * 20

    async def answer() -> httpx.Response:
        return httpx.Response(statuses.pop() if statuses else 200, json=PAGE)

    async def totals() -> list[int]:
        everyone_waits, go_on = asyncio.Event(), asyncio.Event()
        waiting = 0

        async def sleep(_: float) -> None:
            nonlocal waiting
            waiting += 1
            if waiting == 20:
                everyone_waits.set()
            await go_on.wait()

        monkeypatch.setattr("anyio.sleep", sleep)
        async with AsyncPictifyExperiments("key") as client, asyncio.timeout(30):
            calls = [asyncio.create_task(client.list_experiments()) for _ in range(20)]
            await everyone_waits.wait()
            found = [await client.list_experiments()]
            go_on.set()
            found += await asyncio.gather(*calls)
        return [row.total for row in found]

    answer_with(answer)
    assert asyncio.run(totals()) == [0] * 21


@contextmanager
def setting_cookies() -> Iterator[tuple[str, list[str | None]]]:
    """Serve redirects that set a cookie, and note the cookies that come."""
    cookies: list[str | None] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    asked = b""
                    while b"\r\n\r\n" not in asked:
                        asked += connection.recv(65536)
                    lines = asked.decode().split("\r\n")
                    found = [line for line in lines if line.lower().startswith("cookie:")]
                    cookies.append(found[0] if found else None)
                    connection.sendall(
                        b"HTTP/1.1 302 Found\r\nLocation: https://shop.example.com/\r\n"
                        b"Set-Cookie: viewer=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", cookies
        thread.join()


def test_cookies_are_not_kept(open_client: Open) -> None:
    """The cookie of one viewer is not sent with the next, and `Set-Cookie` can be read."""
    with setting_cookies() as (url, cookies):
        client = open_client("key", base_url=url)
        answer = client.with_raw_response.track_experiment_click("a-slug", headers=BROWSER)
        client.track_experiment_click("a-slug", headers=BROWSER)
    assert cookies == [None, None]
    assert answer.headers["Set-Cookie"] == "viewer=1"


def test_use_after_close(open_client: Open, server: MockServer) -> None:
    client = open_client(server.api_key, base_url=server.url)
    client.list_experiments()
    client.close()
    with pytest.raises(ClientStateError, match=r"^the client is closed; make another one$"):
        client.list_experiments()
    client.close()


def test_close_by_another_thread_during_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    client = PictifyExperiments("key")
    http: Any = client.http_client
    build = http.build_request

    def build_and_close(*arguments: Any, **named: Any) -> Any:
        client.close()
        return build(*arguments, **named)

    monkeypatch.setattr(http, "build_request", build_and_close)
    with pytest.raises(ClientStateError, match="the client is closed"):
        client.list_experiments()


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.deepcopy])
@pytest.mark.parametrize("kind", [PictifyExperiments, AsyncPictifyExperiments])
def test_clients_cannot_be_pickled(kind: Any, duplicate: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="make one in each process"):
        duplicate(kind("key"))


def test_given_client_that_is_closed(server: MockServer) -> None:
    http = httpx.Client()
    client = PictifyExperiments(server.api_key, base_url=server.url, http_client=http)
    http.close()
    with pytest.raises(ClientStateError, match="the client is closed"):
        client.list_experiments()


def test_only_the_owner_closes(server: MockServer) -> None:
    """Leaving the block of a copy with other options leaves the connections open."""
    with PictifyExperiments(server.api_key, base_url=server.url) as client:
        with client.with_options(timeout=5) as other:
            other.list_experiments()
        client.list_experiments()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "NO_PROXY",
            "localhost,[fe80::/10]:x",
            r"^entry 2 of NO_PROXY, '\[fe80::/10\]:x', is not a host",
        ),
        ("HTTPS_PROXY", "socks9://user:secret@host", "^HTTPS_PROXY is not a valid URL"),
        ("SSL_CERT_FILE", "/nowhere.pem", "^SSL_CERT_FILE names nothing that exists: '/nowhere"),
    ],
)
def test_wrong_variables_of_the_environment(
    open_client: Open, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    """The error names the variable, and shows no password."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=message) as caught:
        open_client("key")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", [httpx.Client, httpx2.Client])
def test_clients_of_both_libraries(server: MockServer, kind: Any) -> None:
    """A client of httpx or httpx2 is taken, and its errors become those of this package."""
    with kind() as http:
        client = PictifyExperiments(server.api_key, base_url=server.url, http_client=http)
        assert client.list_experiments().total == 0
        nowhere = PictifyExperiments(
            "key", base_url="http://127.0.0.1:1", http_client=http, max_retries=0
        )
        with pytest.raises(APIConnectionError):
            nowhere.list_experiments()


def test_asynchronous_client_of_httpx2(server: MockServer) -> None:
    async def total() -> int:
        async with httpx2.AsyncClient() as http:
            client = AsyncPictifyExperiments(server.api_key, base_url=server.url, http_client=http)
            return (await client.list_experiments()).total

    assert asyncio.run(total()) == 0


def test_header_names_are_canonical(open_client: Open) -> None:
    """Mocks of httpx that compare the names of headers as they were written find them."""
    names: set[bytes] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        names.update(name for name, _ in request.headers.raw)
        return httpx.Response(200, json={**PAGE, "ok": True, "processed": 1})

    transport = httpx.MockTransport(answer)
    client = open_client("key", write_key="wk", base_url="http://server.test", transport=transport)
    client.list_experiments()
    client.track(ExperimentEvent(EventType.CLICK, "slug"))
    assert {b"Authorization", b"User-Agent", b"X-Write-Key"} <= names
