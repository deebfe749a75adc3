"""The transport: recording, retries, and servers that stop answering."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from conformance.tests.helpers import KEY, getters
from hostile_servers.echoing import COOKIE, LostVisits, Sessions
from hostile_servers.server import serving
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.errors import RunOver
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import RecordingTransport, exchange_of, http_client
from pictify_conformance.http.write_guard import Guard, NeedsToWrite
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.target import Target

TARGET = Target("http://server.test", KEY)
QUOTA = "/experiments/api/quota"


class Recorder:
    """Keep the exchanges of operations."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def check_response(self, operation_id: str, response: httpx.Response) -> None:
        """Check nothing."""

    def record_exchange(self, operation_id: str | None, exchange: Exchange) -> None:
        if operation_id:
            self.exchanges.append(exchange)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


class FakeConnections(httpx.BaseTransport):
    """Return these responses or raise these errors in turn, the last one again and again."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes, self.requests = list(outcomes), 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, httpx.Response):
            return outcome
        raise outcome("broken", request=request)


def client_of(
    recorder: Recorder,
    *outcomes: Any,
    read_only: bool = False,
    limit: TimeLimit | None = None,
) -> tuple[httpx.Client, FakeConnections]:
    guard = Guard(TARGET.base_url, TARGET.token, read_only=read_only)
    connections = FakeConnections(*outcomes)
    transport = RecordingTransport(
        TARGET, guard, recorder, time_limit=limit, connections=connections
    )
    client = http_client(transport)
    client.headers["Authorization"] = f"Bearer {KEY}"
    return client, connections


OK = httpx.Response(200, text=f"hello {KEY}")
BUSY = httpx.Response(429, headers={"Retry-After": "0"})


def test_exchange_of_a_response_holds_no_key(recorder: Recorder) -> None:
    client, _ = client_of(recorder, OK)
    response = client.get(QUOTA)
    [exchange] = recorder.exchanges
    assert exchange_of(response) is exchange
    assert '-H "authorization: Bearer $PICTIFY_API_KEY"' in exchange.as_curl()
    assert exchange.as_answer().startswith("HTTP 200\n")
    assert KEY not in repr(exchange)


def test_response_of_another_client_has_no_exchange() -> None:
    assert exchange_of(httpx.Response(200)) is None


def test_request_is_repeated_after_a_429(recorder: Recorder) -> None:
    client, _ = client_of(recorder, BUSY, OK)
    assert client.get(QUOTA).status_code == 200
    assert [exchange.status for exchange in recorder.exchanges] == [429, 200]


def test_third_429_is_the_response(recorder: Recorder) -> None:
    client, connections = client_of(recorder, BUSY)
    assert (client.get(QUOTA).status_code, connections.requests) == (429, 3)


@pytest.mark.parametrize(
    "errors",
    [(httpx.ReadError,) * 3, (httpx.ReadTimeout,) * 2],
    ids=["three-errors", "two-timeouts"],
)
def test_server_that_stops_answering_ends_the_run(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, errors: tuple[type[Exception], ...]
) -> None:
    """Only the clean-up may send more."""

    def raise_error(*_: object) -> None:
        raise httpx.ReadError("broken")

    monkeypatch.setattr(bounded_transport, "send_once", raise_error)
    limit = TimeLimit()
    client, connections = client_of(recorder, *errors, OK, limit=limit)
    for error in errors[:-1]:
        with pytest.raises(error):
            client.get(QUOTA)
    with pytest.raises(RunOver, match="has stopped answering; last tried: GET"):
        client.get(QUOTA)
    with limit.judging(), pytest.raises(RunOver, match="has stopped answering"):
        client.get(QUOTA)
    assert connections.requests == len(errors)
    assert client.get(QUOTA).status_code == 200


@pytest.mark.parametrize(
    "errors",
    [
        (httpx.ReadTimeout, httpx.ReadError, OK, httpx.ReadTimeout),
        (httpx.ReadError,) * 7,
    ],
    ids=["timeouts-that-do-not-follow", "errors-though-it-answers-the-last-request"],
)
def test_server_that_drops_some_requests_is_judged_on(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, errors: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(bounded_transport, "send_once", lambda *_: OK)
    limit = TimeLimit()
    client, _ = client_of(recorder, *errors, OK, limit=limit)
    for error in errors:
        if error is OK:
            client.get(QUOTA)
        else:
            with pytest.raises(error):
                client.get(QUOTA)
    with limit.judging():
        assert client.get(QUOTA).status_code == 200


def test_read_only_run_sends_no_write(recorder: Recorder) -> None:
    client, connections = client_of(recorder, OK, read_only=True)
    with pytest.raises(NeedsToWrite, match=r"^POST .* writes, and the run is --read-only$"):
        client.post(QUOTA)
    assert connections.requests == 0


def transport_to(url: str, recorder: Recorder) -> RecordingTransport:
    return RecordingTransport(replace(TARGET, base_url=url), Guard(url, TARGET.token), recorder)


def test_request_of_the_session_has_its_exchange(recorder: Recorder) -> None:
    """schemathesis keeps only the request."""
    with serving(Sessions()) as url, getters(transport_to(url, recorder)) as get:
        response = get["requests"](QUOTA)
    assert exchange_of(response.request) is recorder.exchanges[0]


@pytest.mark.parametrize("client", ["httpx", "requests"])
def test_no_cookie_is_sent_back_or_recorded(recorder: Recorder, client: str) -> None:
    server = Sessions()
    with serving(server) as url, getters(transport_to(url, recorder)) as get:
        for _ in range(2):
            assert get[client](QUOTA).status_code == 401
    assert [request.headers.get("cookie") for request in server.requests] == [None] * 2
    assert COOKIE not in repr(recorder.exchanges)
    assert ("set-cookie", "[hidden]") in recorder.exchanges[0].response_headers


@pytest.mark.parametrize("client", ["httpx", "requests"])
def test_invalid_location_is_passed_on(recorder: Recorder, client: str) -> None:
    with serving(LostVisits()) as url, getters(transport_to(url, recorder)) as get:
        response = get[client](f"/s/{TARGET.token}/click")
    assert response.headers["location"] == "http://xn--/"
