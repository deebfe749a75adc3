"""The transport to a server that may be hostile: a response has a deadline and a largest size."""

import contextlib
import datetime as dt
import os
import ssl
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import Any

import httpcore
import httpx
import urllib3

from pictify_conformance.http.plain_client import PlainClient
from pictify_conformance.target import DIRECT, Connection

MAX_BODY = 16 * 2**20
WRITE_SIZE = 64 * 2**10  # bytes; the deadline is checked between writes to a slow reader
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
ENCODINGS = "gzip, deflate"  # the ones that every installation can decode
_deadline: ContextVar[float] = ContextVar("deadline")
_reused: ContextVar[bool] = ContextVar("reused", default=False)
"""True while a connection that carried a request before has sent nothing of the next response."""


class BodyTooLarge(httpx.TransportError):
    """A body is larger than `MAX_BODY`."""


class BoundedTransport(httpx.HTTPTransport):
    """Read responses up to a size, also after decoding, and before the deadline of the request.

    The deadline is the read timeout of the request. httpx itself applies that to each read, so a
    server that sends a byte a second would hold a request for ever.
    """

    def __init__(self, largest_body: int = MAX_BODY, connection: Connection = DIRECT) -> None:
        context = ssl_context(connection)
        super().__init__(verify=context)
        # httpx passes no network backend on, so replace its pool. The limits are httpx' defaults.
        settings: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": 100,
            "max_keepalive_connections": 20,
            "keepalive_expiry": 5.0,
            "network_backend": _Backend(),
        }
        if connection.proxy:
            proxy = httpx.Proxy(connection.proxy)
            url, auth = str(proxy.url), proxy.raw_auth
            self._pool = httpcore.HTTPProxy(proxy_url=url, proxy_auth=auth, **settings)
        else:
            self._pool = httpcore.ConnectionPool(**settings)
        self._largest_body = largest_body

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response with its whole body."""
        started, seconds = time.perf_counter(), request.extensions["timeout"]["read"]
        try:
            with _until(seconds), contextlib.closing(self._send(request)) as received:
                body = self._read(received)
            if body is None:
                limit = f"{self._largest_body / 2**20:g} MB"
                raise BodyTooLarge(f"the body is over {limit}; the rest of it was not read")
        except httpx.TimeoutException as error:
            message = f"no whole response within {seconds:g} s"
            raise type(error)(message, request=request) from None
        except httpx.RequestError as error:
            error.request = request
            raise
        extensions = {name: received.extensions[name] for name in ("http_version", "reason_phrase")}
        response = httpx.Response(
            received.status_code, content=body, request=request, extensions=extensions
        )
        # Set afterwards: given to the constructor, content-encoding would decode the body again.
        response.headers = received.headers
        response.elapsed = dt.timedelta(seconds=time.perf_counter() - started)
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, once more if the server had closed the connection that is reused."""
        _reused.set(False)
        try:
            return super().handle_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # Nothing of a response came. RFC 9110, section 9.2.2, allows one retry then.
            if not _reused.get():
                raise
            return super().handle_request(request)

    def _read(self, received: httpx.Response) -> bytes | None:
        """Return the decoded body, or None if it is too large."""
        raw = bytearray()
        try:
            for chunk in received.iter_raw():
                raw += chunk
                if len(raw) > self._largest_body:
                    return None
            return self._decode(raw, received.headers.get("content-encoding", ""))
        finally:
            raw.clear()  # pytest keeps errors to the end, and their tracebacks would keep the body

    def _decode(self, raw: bytearray, encoding: str) -> bytes | None:
        if not raw or not encoding:
            return bytes(raw)
        encoded = urllib3.HTTPResponse(
            BytesIO(raw), {"content-encoding": encoding}, preload_content=False
        )
        try:
            body = encoded.read(self._largest_body + 1, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            message = f"the body does not match its content-encoding {encoding}: {error}"
            raise httpx.RemoteProtocolError(message) from None
        return body if len(body) <= self._largest_body else None


def ssl_context(connection: Connection) -> ssl.SSLContext:
    """Return the context that trusts the certificates of the options or of the environment."""
    trusted = connection.ca or next(filter(None, map(os.environ.get, CA_VARIABLES)), None)
    if connection.insecure or not trusted:
        return httpx.create_ssl_context(verify=not connection.insecure, trust_env=False)
    if Path(trusted).is_dir():
        return ssl.create_default_context(capath=trusted)
    return ssl.create_default_context(cafile=trusted)


def send_once(
    method: str,
    url: str,
    timeout: float,
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
    connection: Connection = DIRECT,
) -> httpx.Response:
    """Send one request on a connection of its own."""
    headers = {"Accept-Encoding": ENCODINGS, **(headers or {}), **dict(connection.headers)}
    transport = BoundedTransport(connection=connection)
    with PlainClient(transport=transport, timeout=timeout) as client:
        return client.request(method, url, headers=headers, content=content)


@contextlib.contextmanager
def _until(seconds: float) -> Iterator[None]:
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _seconds_left(error: type[Exception]) -> float:
    """Return the seconds until the deadline, or raise the error if it has passed."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise error
    return left


class _Backend(httpcore.SyncBackend):
    """Open connections on which each wait ends at the deadline; httpcore's timeout is ignored."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _seconds_left(httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._has_received = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        received = self._stream.read(max_bytes, _seconds_left(httpcore.ReadTimeout))
        if received:
            self._has_received = True
            _reused.set(False)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        _reused.set(self._has_received)
        for start in range(0, len(buffer), WRITE_SIZE):
            part = buffer[start : start + WRITE_SIZE]
            self._stream.write(part, _seconds_left(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = _seconds_left(httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
