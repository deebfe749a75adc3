"""The transport of every request, for the suite's httpx client and its requests session."""

import functools
import time
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter

from pictify_conformance import spec
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.bounded_transport import ENCODINGS, BoundedTransport
from pictify_conformance.http.errors import CONNECTION_ERRORS, RunOver
from pictify_conformance.http.plain_client import PlainClient, PlainSession
from pictify_conformance.http.rate_limiter import TRIES, RateLimiter
from pictify_conformance.http.time_limit import CLEAN_UP_REQUEST_SECONDS, TimeLimit
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.exchange import (
    Exchange,
    clean_body,
    clean_headers,
)
from pictify_conformance.target import Target

# Servers do not count visits of HTTP libraries, so look like a browser.
BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)
MAX_ERRORS = 3  # connection errors in a row, after which the server is asked once more
MAX_TIMEOUTS = 2  # timeouts in a row, after which the server counts as gone
EXCHANGE = "pictify_conformance.exchange"
"""The extension of a response that holds its exchange as reports show it."""


class Recorder(Protocol):
    """Receives what a `RecordingTransport` sent and received."""

    def record_exchange(self, operation_id: str | None, exchange: Exchange) -> None:
        """Keep an exchange for the reports."""

    def check_response(self, operation_id: str, response: httpx.Response) -> None:
        """Check a response that a test asked for against the spec."""


class RecordingTransport(httpx.BaseTransport):
    """Send what the guard admits, as fast as the rate limiter allows, and record each exchange.

    The run is stopped if the server no longer answers.
    """

    def __init__(
        self,
        target: Target,
        guard: Guard,
        recorder: Recorder | None = None,
        rate_limiter: RateLimiter | None = None,
        time_limit: TimeLimit | None = None,
        connections: httpx.BaseTransport | None = None,
    ) -> None:
        self.target = target
        self._guard, self._recorder = guard, recorder
        self._rate_limiter = rate_limiter or RateLimiter()
        self._time_limit = time_limit or TimeLimit()
        self._connections = connections or BoundedTransport(connection=target.connection)
        self._base_path = urlsplit(target.base_url).path.rstrip("/")
        self._errors = self._timeouts = 0
        self._redact_header = functools.lru_cache(1024)(target.redact)  # most are always the same
        self._hidden = frozenset(name.lower() for name, _ in target.connection.headers)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of the httpx client, and have the response checked against the spec."""
        request.read()
        response = self.send(request, str(request.url))
        operation_id = self._operation(request)
        if operation_id and self._recorder:
            self._recorder.check_response(operation_id, response)
        return response

    def send(self, request: httpx.Request, url: str) -> httpx.Response:
        """Send a request, again after a 429 that asks for a short wait, and record what comes.

        The guard judges `url`, which is what goes over the wire: `request.url` is normalized.
        """
        self._guard.admit(request.method, url, request.content)
        request.headers.update(self.target.connection.headers)
        for attempt in range(TRIES):
            self._rate_limiter.acquire(self._time_limit.remaining())
            response = self._exchange(request, url)
            retry_after = response.headers.get("retry-after")
            delay = self._rate_limiter.retry_delay(
                response.status_code, retry_after, response.content
            )
            if delay is None or attempt == TRIES - 1 or not self._rate_limiter.pause(delay):
                break
        return response

    def close(self) -> None:
        self._connections.close()

    def _exchange(self, request: httpx.Request, url: str) -> httpx.Response:
        started, clock, redact = time.time(), time.perf_counter(), self.target.redact
        response = self._response(request, url)
        seconds = time.perf_counter() - clock
        self._guard.observe(
            request.method, url, request.content, response.status_code, response.content
        )
        operation_id = self._operation(request)
        authorization = request.headers.get("authorization")
        if operation_id and authorization in (None, f"Bearer {self.target.api_key}"):
            self._guard.note_call(operation_id, url, request.content, response.status_code)
        exchange = Exchange(
            request.method,
            redact(url),
            clean_headers(request.headers.multi_items(), self._redact_header, self._hidden),
            clean_body(request.content, redact),
            response.status_code,
            clean_headers(response.headers.multi_items(), self._redact_header),
            clean_body(response.content, redact),
            started,
            seconds,
        )
        if self._recorder:
            self._recorder.record_exchange(operation_id, exchange)
        response.extensions[EXCHANGE] = exchange
        return response

    def _response(self, request: httpx.Request, url: str) -> httpx.Response:
        seconds = self._time_limit.remaining(self.target.timeout)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        request.extensions = {**request.extensions, "timeout": timeout}
        try:
            response = self._connections.handle_request(request)
        except CONNECTION_ERRORS as error:
            if not self._time_limit.is_over and self._is_server_gone(error):
                last = self.target.redact(f"{request.method} {url}: {error!r}")
                reason = f"{self.target.base_url} has stopped answering; last tried: {last}"
                self._time_limit.stop(reason)
                raise RunOver(reason) from error
            raise
        self._errors = self._timeouts = 0
        return response

    def _operation(self, request: httpx.Request) -> str | None:
        return spec.operation_id(request.method, request.url.path.removeprefix(self._base_path))

    def _is_server_gone(self, error: Exception) -> bool:
        self._errors += 1
        self._timeouts = self._timeouts + 1 if isinstance(error, httpx.TimeoutException) else 0
        if self._timeouts >= MAX_TIMEOUTS:
            return True
        if self._errors < MAX_ERRORS:
            return False
        # Parallel requests may fail together on a server that is there, so ask it once more.
        self._errors = 0
        url = self.target.base_url + "/experiments/api/quota"
        try:
            seconds, connection = CLEAN_UP_REQUEST_SECONDS, self.target.connection
            bounded_transport.send_once("GET", url, seconds, None, None, connection)
        except httpx.TransportError:
            return True
        return False


def http_client(transport: RecordingTransport) -> httpx.Client:
    """Return a client without credentials that looks like a browser and follows no redirect."""
    return PlainClient(
        base_url=transport.target.base_url,
        transport=transport,
        timeout=transport.target.timeout,
        headers={"User-Agent": BROWSER, "Accept-Encoding": ENCODINGS},
    )


def requests_session(transport: RecordingTransport) -> requests.Session:
    """Return the session that schemathesis sends through."""
    session = PlainSession()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(transport))
    return session


def exchange_of(message: httpx.Response | requests.PreparedRequest) -> Exchange | None:
    """Return the exchange of a response to our client, or of a request of our session."""
    if isinstance(message, httpx.Response):
        return message.extensions.get(EXCHANGE)
    return getattr(message, EXCHANGE, None)


class _Adapter(HTTPAdapter):
    """Send requests of the session over httpx, so that guard and bounds apply to them too."""

    def __init__(self, transport: RecordingTransport) -> None:
        self._transport = transport
        super().__init__()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = self._transport.send(_as_httpx(request), str(request.url))
        # schemathesis keeps the request and not the response, so leave the exchange there.
        setattr(request, EXCHANGE, exchange_of(response))
        raw = urllib3.HTTPResponse(
            headers=urllib3.HTTPHeaderDict(response.headers.multi_items()),
            status=response.status_code,
            reason=response.reason_phrase,
            version=11,
            preload_content=False,
        )
        converted = self.build_response(request, raw)
        converted._content = response.content
        return converted


def _as_httpx(request: requests.PreparedRequest) -> httpx.Request:
    """Return the same request for httpx, with its exact target and http.client's headers."""
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    if not isinstance(body, bytes):
        raise TypeError("a request body must be bytes or text, which the guard can read")
    headers = [(_as_bytes(name), _as_bytes(value)) for name, value in request.headers.items()]
    if not any(name.lower() == b"accept-encoding" for name, _ in headers):
        headers.insert(0, (b"Accept-Encoding", b"identity"))
    return httpx.Request(
        str(request.method),
        str(request.url),
        headers=headers,
        content=body,
        extensions={"target": request.path_url.encode()},
    )


def _as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
