"""The transport to a server that may be hostile: an answer has a deadline and a size at most."""

import contextlib
import datetime as dt
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from io import BytesIO
from typing import Any

import httpcore
import httpx
import urllib3

from pictify_conformance.http.plain_client import PlainClient

LARGEST_BODY = 16 * 2**20
SENT_AT_ONCE = 64 * 2**10  # bytes, of a server that reads slowly
ENCODINGS = "gzip, deflate"  # what can be decoded in every installation
_deadline: ContextVar[float] = ContextVar("deadline")


class BodyTooLarge(httpx.TransportError):
    """A body is larger than what is read of one."""


class BoundedTransport(httpx.HTTPTransport):
    """Read an answer of at most so many bytes, decoded too, before the deadline of its request.

    The deadline is the read timeout of the request, which httpx takes for the longest wait for a byte, so that a byte
    a second would hold a request for good.
    """

    def __init__(self, largest_body: int = LARGEST_BODY) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        # Only a pool of our own takes a network backend. The limits are those of httpx.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )
        self._largest_body = largest_body

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its answer with the whole body."""
        started, seconds = time.perf_counter(), request.extensions["timeout"]["read"]
        try:
            with _until(seconds), contextlib.closing(super().handle_request(request)) as came:
                body = self._read(came)
            if body is None:
                raise BodyTooLarge(
                    f"the body is over {self._largest_body / 2**20:g} MB; the rest of it was not read"
                )
        except httpx.TimeoutException as error:
            raise type(error)(f"no whole answer within {seconds:g} s", request=request) from None
        except httpx.RequestError as error:
            error.request = request
            raise
        extensions = {name: came.extensions[name] for name in ("http_version", "reason_phrase")}
        response = httpx.Response(
            came.status_code, content=body, request=request, extensions=extensions
        )
        response.headers = came.headers  # not before, lest httpx decodes the body again
        response.elapsed = dt.timedelta(seconds=time.perf_counter() - started)
        return response

    def _read(self, came: httpx.Response) -> bytes | None:
        """Return the decoded body, or None if it is too large."""
        raw = bytearray()
        try:
            for chunk in came.iter_raw():
                raw += chunk
                if len(raw) > self._largest_body:
                    return None
            return self._decoded(raw, came.headers.get("content-encoding", ""))
        finally:
            raw.clear()  # lest the traceback of an error keeps it, as pytest keeps the error

    def _decoded(self, raw: bytearray, encoding: str) -> bytes | None:
        if not raw or not encoding:
            return bytes(raw)
        coded = urllib3.HTTPResponse(
            BytesIO(raw), {"content-encoding": encoding}, preload_content=False
        )
        try:
            body = coded.read(self._largest_body + 1, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            raise httpx.RemoteProtocolError(
                f"the body is not in its content-encoding {encoding}: {error}"
            ) from None
        return body if len(body) <= self._largest_body else None


def send_once(
    method: str,
    url: str,
    seconds: float,
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """Send a single request on a connection of its own."""
    with PlainClient(transport=BoundedTransport(), timeout=seconds) as client:
        accepted = {"Accept-Encoding": ENCODINGS, **(headers or {})}
        return client.request(method, url, headers=accepted, content=content)


@contextlib.contextmanager
def _until(seconds: float) -> Iterator[None]:
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(passed: type[Exception]) -> float:
    """Return the seconds to the deadline."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise passed
    return left


class _Backend(httpcore.SyncBackend):
    """Connect, and let nothing on the connection wait past the deadline of the request that it is used for."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is the one timeout
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for start in range(0, len(buffer), SENT_AT_ONCE):
            self._stream.write(buffer[start : start + SENT_AT_ONCE], _left(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, _left(httpcore.ConnectTimeout))
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
