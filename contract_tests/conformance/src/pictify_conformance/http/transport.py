"""Every request of the suite: one httpx client and one requests session, both through the same line."""

import functools
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter

from pictify_conformance import spec
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.bounded_transport import ENCODINGS, BoundedTransport
from pictify_conformance.http.errors import CONNECTION, RunOver
from pictify_conformance.http.plain_client import PlainClient, PlainSession
from pictify_conformance.http.rate_limiter import TRIES, Pace
from pictify_conformance.http.time_limit import LAST_TRY, TimeLimit
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results import exchange
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.target import Target

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
LOST_AFTER = 3  # requests in a row without an answer
EXCHANGE = "pictify_conformance.exchange"
"""The extension of a response that holds its exchange as reports show it."""
LATE_AFTER = 2  # requests in a row that passed their deadline


class Witness(Protocol):
    """Who sees what is sent and what comes."""

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Judge an answer that a test asked for."""

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep an exchange for the reports."""


class Line:
    """The way to the server: the guard admits, the pace holds back, the witness sees; a dead line is noticed."""

    def __init__(
        self,
        target: Target,
        guard: Guard,
        witness: Witness,
        pace: Pace | None = None,
        limit: TimeLimit | None = None,
    ) -> None:
        self.target, self.guard, self.witness, self._pace = target, guard, witness, pace or Pace()
        self._base_path = urlsplit(target.base_url).path.rstrip("/")
        self._limit = limit or TimeLimit()
        self._lost = self._late = 0

    def carry(
        self,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: bytes,
        send: Callable[[], httpx.Response],
    ) -> httpx.Response:
        """Send what the guard admits, again if the server asks for a little patience, and note what comes."""
        self.guard.admit(method, url, body)
        for attempt in range(TRIES):
            self._pace.keep(self._limit.left())
            started, clock = time.time(), time.perf_counter()
            response = self._sent(method, url, send)
            seconds = time.perf_counter() - clock
            self.guard.observe(method, url, body, response.status_code, response.content)
            clean = self.target.redacted
            seen = Exchange(
                method,
                clean(url),
                exchange.headers(headers, clean),
                exchange.body(body, clean),
                response.status_code,
                exchange.headers(response.headers.items(), clean),
                exchange.body(response.content, clean),
                started,
                seconds,
            )
            self.witness.note(self.operation(method, url), seen)
            response.extensions[EXCHANGE] = seen
            retry_after = response.headers.get("retry-after")
            wait = self._pace.wait_for(response.status_code, retry_after, response.content)
            if wait is None or attempt == TRIES - 1 or not self._pace.hold(wait):
                break
        return response

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is, and wait for its answer as long as the run allows."""
        seconds = self._limit.left(self.target.timeout)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        request.extensions = {**request.extensions, "timeout": timeout}
        return self.wire.handle_request(request)

    @functools.cached_property
    def wire(self) -> BoundedTransport:
        """The connections to the server."""
        return BoundedTransport()

    def operation(self, method: str, url: str) -> str | None:
        """Which operation a request calls."""
        return spec.operation_id(method, httpx.URL(url).path.removeprefix(self._base_path))

    def _sent(self, method: str, url: str, send: Callable[[], httpx.Response]) -> httpx.Response:
        self._limit.left()
        try:
            response = send()
        except CONNECTION as error:
            if not self._limit.is_over and self._is_gone(error):
                told = self.target.redacted(f"{method} {url}: {error!r}")
                reason = f"{self.target.base_url} has stopped answering; last tried: {told}"
                self._limit.stop(reason)
                raise RunOver(reason) from error
            raise
        self._lost = self._late = 0
        return response

    def _is_gone(self, error: Exception) -> bool:
        self._lost += 1
        self._late = self._late + 1 if isinstance(error, httpx.TimeoutException) else 0
        if self._late >= LATE_AFTER:
            return True
        if self._lost < LOST_AFTER:
            return False
        self._lost = 0  # more where calls are parallel
        return not self._is_there()

    def _is_there(self) -> bool:
        try:
            bounded_transport.send_once(
                "GET", self.target.base_url + "/experiments/api/quota", LAST_TRY
            )
        except httpx.TransportError:
            return False
        return True


class _Transport(httpx.BaseTransport):
    def __init__(self, line: Line) -> None:
        self._line = line

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body, url = request.read(), str(request.url)
        response = self._line.carry(
            request.method,
            url,
            request.headers.multi_items(),
            body,
            lambda: self._line.send(request),
        )
        if operation_id := self._line.operation(request.method, url):
            self._line.witness.witness(operation_id, response)
        return response

    def close(self) -> None:
        self._line.wire.close()


def http_client(line: Line) -> httpx.Client:
    """A client without credentials that looks like a browser and follows no redirect."""
    return PlainClient(
        base_url=line.target.base_url,
        transport=_Transport(line),
        timeout=line.target.timeout,
        headers={"User-Agent": BROWSER, "Accept-Encoding": ENCODINGS},
    )


class _Adapter(HTTPAdapter):
    """Sends over the same connections as httpx, so that there is one way to the server and one set of bounds."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not isinstance(body, bytes):
            raise TypeError(
                "the guard has to see the body before it is sent, so it cannot be a stream"
            )
        method, url = str(request.method), str(request.url)
        headers = [(name, _text(value)) for name, value in request.headers.items()]
        same = _as_httpx(method, url, headers, body, request.path_url)
        came = self._line.carry(method, url, headers, body, lambda: self._line.send(same))
        setattr(
            request, EXCHANGE, came.extensions[EXCHANGE]
        )  # schemathesis keeps the request, and no more
        return self._as_requests(request, came)

    def _as_requests(
        self, request: requests.PreparedRequest, came: httpx.Response
    ) -> requests.Response:
        headers = urllib3.HTTPHeaderDict(came.headers.multi_items())
        response = self.build_response(
            request,
            urllib3.HTTPResponse(
                headers=headers,
                status=came.status_code,
                reason=came.reason_phrase,
                version=11,
                preload_content=False,
            ),
        )
        response._content = came.content
        return response


def _as_httpx(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes, target: str
) -> httpx.Request:
    """The same request for httpx, with the target as it is and the headers that http.client would add."""
    names = {name.lower() for name, _ in headers}
    added = [("Accept-Encoding", "identity")] if "accept-encoding" not in names else []
    encoded = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in [*added, *headers]
    ]
    return httpx.Request(
        method, url, headers=encoded, content=body, extensions={"target": target.encode()}
    )


def exchange_of(sent: httpx.Response | requests.PreparedRequest) -> Exchange | None:
    """Return the exchange of a response to a client of this module, or of a request of its session."""
    if isinstance(sent, httpx.Response):
        return sent.extensions.get(EXCHANGE)
    return getattr(sent, EXCHANGE, None)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def requests_session(line: Line) -> requests.Session:
    """The session that schemathesis sends through."""
    session = PlainSession()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(line))
    return session
