"""Every request of the suite: one httpx client and one requests session, both through the same line."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter

from contract_tests import exchange, spec
from contract_tests.exchange import Exchange
from contract_tests.failures import CONNECTION, ServerLost
from contract_tests.guard import Guard
from contract_tests.pace import TRIES, Pace
from contract_tests.target import Target

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
LOST_AFTER = 3  # requests in a row without an answer
LAST_TRY = 5.0  # seconds
Response = TypeVar("Response", httpx.Response, requests.Response)


class Witness(Protocol):
    """Who sees what is sent and what comes."""

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Judge an answer that a test asked for."""

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep an exchange for the reports."""


class Line:
    """The way to the server: the guard admits, the pace holds back, the witness sees; a dead line is noticed."""

    def __init__(self, target: Target, guard: Guard, witness: Witness, pace: Pace | None = None) -> None:
        self.target, self.guard, self.witness, self._pace = target, guard, witness, pace or Pace()
        self._base_path = urlsplit(target.base_url).path.rstrip("/")
        self._lost, self._gone = 0, ""

    def carry(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes, send: Callable[[], Response]
    ) -> Response:
        """Send what the guard admits, again if the server asks for a little patience, and note what comes."""
        self.guard.admit(method, url, body)
        for attempt in range(TRIES):
            self._pace.keep()
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
            retry_after = response.headers.get("retry-after")
            wait = self._pace.wait_for(response.status_code, retry_after, response.content)
            if wait is None or attempt == TRIES - 1:
                break
            self._pace.hold(wait)
        return response

    def operation(self, method: str, url: str) -> str | None:
        """Which operation a request calls."""
        return spec.operation_id(method, httpx.URL(url).path.removeprefix(self._base_path))

    def _sent(self, method: str, url: str, send: Callable[[], Response]) -> Response:
        if self._gone:
            raise ServerLost(self._gone)
        try:
            response = send()
        except CONNECTION as error:
            self._lost += 1
            if self._lost >= LOST_AFTER and self._is_there():  # more where calls are parallel
                self._lost = 0
            elif self._lost >= LOST_AFTER:
                told = self.target.redacted(f"{method} {url}: {error!r}")
                self._gone = f"{self.target.base_url} has stopped answering; last tried: {told}"
                raise ServerLost(self._gone) from error
            raise
        self._lost = 0
        return response

    def _is_there(self) -> bool:
        try:
            httpx.get(self.target.base_url + "/experiments/api/quota", timeout=LAST_TRY, trust_env=False)
        except httpx.TransportError:
            return False
        return True


class _Transport(httpx.BaseTransport):
    def __init__(self, line: Line) -> None:
        self._line = line
        self._wire = httpx.HTTPTransport(retries=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body, url = request.read(), str(request.url)
        response = self._line.carry(
            request.method, url, request.headers.multi_items(), body, lambda: self._answer(request)
        )
        if operation_id := self._line.operation(request.method, url):
            self._line.witness.witness(operation_id, response)
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        started = time.perf_counter()
        response = self._wire.handle_request(request)
        response.request = request
        response.read()
        response.elapsed = dt.timedelta(seconds=time.perf_counter() - started)
        return response

    def close(self) -> None:
        self._wire.close()


def http_client(line: Line) -> httpx.Client:
    """A client without credentials that looks like a browser and follows no redirect."""
    return httpx.Client(
        base_url=line.target.base_url,
        transport=_Transport(line),
        timeout=line.target.timeout,
        headers={"User-Agent": BROWSER},
    )


class _Adapter(HTTPAdapter):
    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not isinstance(body, bytes):
            raise TypeError("the guard has to see the body before it is sent, so it cannot be a stream")
        answer = super().send
        headers = [(name, _text(value)) for name, value in request.headers.items()]
        return self._line.carry(
            str(request.method), str(request.url), headers, body, lambda: answer(request, *args, **options)
        )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def requests_session(line: Line) -> requests.Session:
    """The session that schemathesis sends through."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(line))
    return session
