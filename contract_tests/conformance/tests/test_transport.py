"""The way to the server: what is kept, tried again and given up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
import requests

from hostile_servers.echoing import COOKIE, LostVisits, Sessions
from hostile_servers.server import serving
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.errors import RunOver
from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import Line, exchange_of, http_client, requests_session
from pictify_conformance.http.write_guard import Guard, NeedsToWrite
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.target import Target

TARGET = Target("http://server.test", "secret-key-of-a-team")
URL = "http://server.test/experiments/api/quota"


class Witness:
    """Keeps what it sees."""

    def __init__(self) -> None:
        self.seen: list[Exchange] = []

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Nothing is judged here."""

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep it, if an operation was called."""
        if operation_id:
            self.seen.append(seen)


@pytest.fixture
def witness() -> Witness:
    """Who sees what is sent."""
    return Witness()


def line(witness: Witness, *, read_only: bool = False, limit: TimeLimit | None = None) -> Line:
    """A way to a server, without the server."""
    return Line(
        TARGET, Guard(TARGET.base_url, TARGET.token, read_only=read_only), witness, Pace(), limit
    )


def carried(
    through: Line, send: Callable[[], httpx.Response], method: str = "GET"
) -> httpx.Response:
    """What comes back of a request."""
    return through.carry(method, URL, [("Authorization", f"Bearer {TARGET.api_key}")], b"", send)


def test_response_has_its_exchange(witness: Witness) -> None:
    """Whoever judges a response finds the exchange that reports show, which holds no key."""
    response = carried(line(witness), lambda: httpx.Response(200, text=f"hello {TARGET.api_key}"))
    assert exchange_of(response) is witness.seen[0]
    assert exchange_of(httpx.Response(200)) is None


def test_exchanges_are_kept_without_keys(witness: Witness) -> None:
    """Reports get the request as a curl command that names the key's variable, and the answer."""
    carried(line(witness), lambda: httpx.Response(200, text=f"hello {TARGET.api_key}"))
    [seen] = witness.seen
    assert '-H "authorization: Bearer $PICTIFY_API_KEY"' in seen.as_curl()
    assert seen.as_answer().startswith("HTTP 200\n")
    assert TARGET.api_key not in repr(seen)


def test_rate_limit_is_waited_for(witness: Witness) -> None:
    """A request that came too early is sent again."""
    answers = [httpx.Response(429, headers={"Retry-After": "0"}), httpx.Response(200)]
    assert carried(line(witness), lambda: answers.pop(0)).status_code == 200
    assert [seen.status for seen in witness.seen] == [429, 200]


def test_rate_limit_is_not_waited_for_for_ever(witness: Witness) -> None:
    """A server that never has enough gives its 429 to the test."""
    answer = carried(line(witness), lambda: httpx.Response(429, headers={"Retry-After": "0"}))
    assert (answer.status_code, len(witness.seen)) == (429, 3)


def gone() -> httpx.Response:
    """No answer."""
    raise httpx.ReadError("reset", request=httpx.Request("GET", URL))


def late() -> httpx.Response:
    """No answer before the deadline."""
    raise httpx.ReadTimeout("slow", request=httpx.Request("GET", URL))


def test_lost_server_is_given_up(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three requests without an answer, and a last look, nothing more is sent."""
    monkeypatch.setattr(bounded_transport, "send_once", lambda *_, **__: gone())
    limit = TimeLimit()
    to_server = line(witness, limit=limit)
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            carried(to_server, gone)
    with pytest.raises(RunOver, match="has stopped answering; last tried: GET"):
        carried(to_server, gone)
    with limit.judging(), pytest.raises(RunOver, match="has stopped answering"):
        carried(to_server, lambda: pytest.fail("it was sent"))


def test_server_that_is_late_twice_is_given_up(witness: Witness) -> None:
    """After two deadlines in a row nothing more is sent but what cleans up."""
    limit = TimeLimit()
    to_server = line(witness, limit=limit)
    for send in (late, gone):
        with pytest.raises(httpx.TransportError):
            carried(to_server, send)
    assert carried(to_server, lambda: httpx.Response(200)).status_code == 200
    with pytest.raises(httpx.ReadTimeout):
        carried(to_server, late)
    with pytest.raises(RunOver, match="has stopped answering; last tried: GET"):
        carried(to_server, late)
    with limit.judging(), pytest.raises(RunOver, match="has stopped answering"):
        carried(to_server, lambda: pytest.fail("it was sent"))
    assert carried(to_server, lambda: httpx.Response(200)).status_code == 200


def test_server_that_drops_some_requests_is_not_lost(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers the last look, or now and then, goes on being judged."""
    monkeypatch.setattr(bounded_transport, "send_once", lambda *_, **__: httpx.Response(200))
    to_server = line(witness)
    for _ in range(7):
        with pytest.raises(httpx.ReadError):
            carried(to_server, gone)
    assert carried(to_server, lambda: httpx.Response(200)).status_code == 200


def test_read_only(witness: Witness) -> None:
    """A run that only reads skips what needs more, and sends nothing of it."""
    with pytest.raises(NeedsToWrite, match=r"^POST .* writes, and the run is --read-only$"):
        carried(line(witness, read_only=True), lambda: httpx.Response(200), "POST")
    assert witness.seen == []


@contextmanager
def clients(witness: Witness, url: str) -> Iterator[tuple[httpx.Client, requests.Session]]:
    """Both ways to a server."""
    target = replace(TARGET, base_url=url)
    there = Line(target, Guard(url, target.token), witness, Pace())
    with http_client(there) as first, requests_session(there) as second:
        yield first, second


def test_request_of_the_session_has_its_exchange(witness: Witness) -> None:
    """Whoever judges what schemathesis sent finds the exchange by the request, all that schemathesis keeps."""
    with serving(Sessions()) as url, clients(witness, url) as (_, second):
        answer = second.get(f"{url}/experiments/api/quota")
    assert exchange_of(answer.request) is witness.seen[0]


def test_no_cookie_is_sent_back_or_kept(witness: Witness) -> None:
    """What Set-Cookie gives is not sent by either client, nor in what reports show."""
    server = Sessions()
    with serving(server) as url, clients(witness, url) as (first, second):
        for _ in range(2):
            assert first.get("/experiments/api/quota").status_code == 401
            assert second.get(f"{url}/experiments/api/quota").status_code == 401
    assert [request.headers.get("cookie") for request in server.requests] == [None] * 4
    assert COOKIE not in repr(witness.seen)
    assert ("set-cookie", "[hidden]") in witness.seen[0].came_headers


def test_redirect_is_an_answer_wherever_it_leads(witness: Witness) -> None:
    """A Location that is no URL is handed on as it came."""
    with serving(LostVisits()) as url, clients(witness, url) as (first, second):
        path = f"/s/{TARGET.token}/click"
        answers = first.get(path), second.get(url + path, allow_redirects=False)
        assert [answer.headers["location"] for answer in answers] == ["http://xn--/"] * 2
