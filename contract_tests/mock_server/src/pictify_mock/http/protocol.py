"""One connection: uvicorn's protocol, with limits on what a client can make it hold or wait for."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pictify_mock.domain.errors import FieldError, Refusal
from pictify_mock.http import request_body, responses
from pictify_mock.http.headers import SMALL_HEAD
from pictify_mock.http.transport import BatchingTransport

LARGEST_HEAD = 64 * 1024  # bytes of the request line and the headers
SLICE = 4 * 1024  # bytes that the parser gets at a time; most requests are shorter
MOST_PIPELINED = 16
SMALL, FEW = 3 * 1024, 32  # bytes and headers that the request log never cuts


logger = logging.getLogger(__name__)


def _is_not_cancelled(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


logger.addFilter(_is_not_cancelled)  # the end of the server cancels requests that still wait


class HeadTooLarge(Exception):
    """Raised in a callback of the parser, to stop it."""


class Protocol(HttpToolsProtocol):
    """Limit the size and duration of heads and the number of waiting requests.

    The parser has no limits: it copies an incomplete header whenever more of it arrives, and a
    single read from the socket can bring thousands of pipelined requests. So it gets its input in
    slices, and none while enough requests wait. Malformed requests get a problem document.
    """

    # In CPython 3.11, reading an attribute is slower if the instance dictionary has more than 30.
    __slots__ = ("_deadline", "_refusal", "_unread", "_without_progress")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        batching: Any = BatchingTransport(transport)
        super().connection_made(batching)
        self.logger = logger
        self.flow = BoundedFlow(batching, self._is_full)
        # Injected faults close the transport, for which ASGI has no message.
        self.app_state = {**self.app_state, "transport": batching}
        self._unread: deque[memoryview] = deque()
        self._without_progress = 0  # bytes since the end of a head or the last piece of a body
        self._refusal: Refusal | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._clear_deadline()
        self._unread.clear()
        super().connection_lost(exc)
        # Reference cycles keep the connection until the garbage collector runs. What it has read
        # may be large, so release that now.
        self.pipeline.clear()
        self._refusal = None
        self.cycle = self.scope = None  # type: ignore[assignment]
        self.url, self.headers = b"", []

    def data_received(self, data: bytes) -> None:
        if len(data) <= SLICE and not self._unread:
            self._feed(data)
            return
        view = memoryview(data)
        self._unread.extend(view[start : start + SLICE] for start in range(0, len(view), SLICE))
        self._feed_unread()

    def _feed_unread(self) -> None:
        while self._unread and not self._is_full():
            self._feed(self._unread.popleft())
        if self._unread:
            self.flow.pause_reading()

    def _feed(self, data: bytes | memoryview) -> None:
        if self.parser is None:  # refused already; drop what still arrives
            return
        self._unset_keepalive_if_required()
        self._without_progress += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self._feed(self._head_without_upgrade())
            self._feed(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError as error:
            too_large = isinstance(error.__context__, HeadTooLarge)
            self._refuse(_too_large() if too_large else _malformed())
            return
        cycle = self.cycle
        if self._without_progress > LARGEST_HEAD:
            self._refuse(_too_large())
        elif cycle is None or cycle.response_complete or "method" not in self.scope:
            self._set_deadline()

    # The callbacks below name the base class: super() would take a noticeable part of a request.

    def on_headers_complete(self) -> None:
        if self._without_progress > LARGEST_HEAD - SLICE and self._head_size() > LARGEST_HEAD:
            raise HeadTooLarge
        if self._without_progress <= SMALL and len(self.headers) <= FEW:
            self.scope[SMALL_HEAD] = True  # type: ignore[literal-required]
        self._without_progress = 0
        if self._deadline is not None:
            self._clear_deadline()
        HttpToolsProtocol.on_headers_complete(self)
        self.headers = []  # for the trailers, which must not become headers

    def on_body(self, body: bytes) -> None:
        self._without_progress = 0
        HttpToolsProtocol.on_body(self, body)

    def on_response_complete(self) -> None:
        HttpToolsProtocol.on_response_complete(self)
        if self._refusal is not None and self.cycle.response_complete:
            self._answer(self._refusal)
        if self._unread:
            self._feed_unread()
        if self.flow.read_paused:
            self.flow.resume_reading()

    def _should_upgrade(self) -> bool:
        # After a head that offers an upgrade the parser reads no body. If this is True, uvicorn
        # drops the head, and `_feed` gives it to the parser again without the offer.
        return bool(self.scope["method"] != "CONNECT")

    def _head_without_upgrade(self) -> bytes:
        scope = self.scope
        lines = [
            f"{scope['method']} ".encode() + self.url + f" HTTP/{scope['http_version']}".encode()
        ]
        lines += [b"%b: %b" % each for each in scope["headers"] if each[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _is_in_head(self) -> bool:
        """Return True from the first byte of a request to the end of its headers."""
        return self.scope is not None and "method" not in self.scope

    def _head_size(self) -> int:
        request_line = len(self.parser.get_method()) + len(self.url) + len("  HTTP/1.1\r\n")
        headers = (len(name) + len(value) + len(": \r\n") for name, value in self.headers)
        return request_line + sum(headers)

    def _is_full(self) -> bool:
        """Return True if enough requests, or enough of a body, wait behind the present one."""
        waiting = len(self.pipeline)
        return waiting >= MOST_PIPELINED or (
            waiting > 0 and len(self.cycle.body) > HIGH_WATER_LIMIT
        )

    def _set_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(request_body.TIMEOUT_SECONDS, self._time_out)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _time_out(self) -> None:
        self._deadline = None
        if self.cycle is not None and not self.cycle.response_complete:
            self._set_deadline()  # the client waits for us
        elif self._is_in_head():
            self._refuse(_too_slow())
        else:
            self.transport.close()

    def _refuse(self, refusal: Refusal) -> None:
        """End the connection with this refusal, after the responses to earlier requests."""
        self.parser = None  # type: ignore[assignment]
        self._unread.clear()
        self._clear_deadline()
        if self._is_in_head() and self.cycle is not None and not self.cycle.response_complete:
            self._refusal = refusal
        else:
            self._answer(refusal)

    def _answer(self, refusal: Refusal) -> None:
        response = responses.problem(refusal, "")
        response.headers["Connection"] = "close"
        response.headers["X-Request-Id"] = f"req_{secrets.token_hex(8)}"
        head = b"".join(b"%b: %b\r\n" % header for header in response.raw_headers)
        status = f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}\r\n"
        self.pipeline.clear()
        content = status.encode() + head + b"\r\n" + bytes(response.body)
        self.transport.finish(content)  # type: ignore[attr-defined]


class BoundedFlow(FlowControl):
    """Flow control that does not resume reading while enough requests wait."""

    def __init__(self, transport: asyncio.Transport, is_full: Callable[[], bool]) -> None:
        super().__init__(transport)
        self._is_full = is_full

    def resume_reading(self) -> None:
        if self.read_paused and not self._is_full():
            super().resume_reading()


def _malformed() -> Refusal:
    message = "is not valid HTTP; look for control characters and a wrong length"
    fault = FieldError("", message, "invalid_format")
    return Refusal("validation-error", f"The request {message}.", [fault])


def _too_large() -> Refusal:
    detail = f"The request line and the headers are larger than {LARGEST_HEAD} bytes; send less."
    return Refusal("headers-too-large", detail)


def _too_slow() -> Refusal:
    problem = f"The headers were not complete after {request_body.TIMEOUT_SECONDS} seconds"
    return Refusal("request-timeout", f"{problem}; send them without a pause.")
