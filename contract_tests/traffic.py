"""Every request of the suite: one httpx client and one requests session, behind the same guard."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter

from contract_tests import spec
from contract_tests.guard import Guard
from contract_tests.target import Target

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"

Witness = Callable[[str, httpx.Response], None]


class GuardedTransport(httpx.BaseTransport):
    """Sends what the guard admits, and shows every answer to the witness."""

    def __init__(self, target: Target, guard: Guard, witness: Witness) -> None:
        self._guard, self._witness = guard, witness
        self._base_path = urlsplit(target.base_url).path.rstrip("/")
        self._wire = httpx.HTTPTransport(retries=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        body = request.read()
        self._guard.admit(request.method, str(request.url), body)
        started = time.perf_counter()
        response = self._wire.handle_request(request)
        response.request = request
        response.read()
        response.elapsed = dt.timedelta(seconds=time.perf_counter() - started)
        self._guard.observe(request.method, str(request.url), response.status_code, response.content)
        operation_id = spec.operation_id(request.method, request.url.path.removeprefix(self._base_path))
        if operation_id:
            self._witness(operation_id, response)
        return response

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def http_client(target: Target, guard: Guard, witness: Witness) -> httpx.Client:
    """A client without credentials that looks like a browser and follows no redirect."""
    return httpx.Client(
        base_url=target.base_url,
        transport=GuardedTransport(target, guard, witness),
        timeout=target.timeout,
        headers={"User-Agent": BROWSER},
    )


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not isinstance(body, bytes):
            raise TypeError("the guard has to see the body before it is sent, so it cannot be a stream")
        self._guard.admit(str(request.method), str(request.url), body)
        response = super().send(request, stream, timeout, verify, cert, proxies)
        self._guard.observe(str(request.method), str(request.url), response.status_code, response.content)
        return response


def requests_session(guard: Guard) -> requests.Session:
    """The session that schemathesis sends through."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _GuardedAdapter(guard))
    return session
