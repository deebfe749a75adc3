"""The deadline of a synchronous call, kept also while the headers of a response arrive.

httpx applies a timeout to each read, so a server that sends a byte a second would hold a call for
ever. Asynchronous calls are cancelled instead.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any

MOST_WRITTEN = 64 * 2**10  # bytes; the deadline is checked between writes to a slow reader
_ends_at: ContextVar[float] = ContextVar("ends_at", default=inf)


@contextmanager
def until(ends_at: float) -> Generator[None, None, None]:
    """Let reads and writes in this block end at this time of `monotonic`."""
    token = _ends_at.set(ends_at)
    try:
        yield
    finally:
        _ends_at.reset(token)


def keep_deadline(http_client: Any) -> None:
    """Let the connections of an httpx client keep the deadline."""
    # httpx passes no network backend on, so replace that of its pools, proxies included
    for transport in (http_client._transport, *http_client._mounts.values()):
        if transport is not None:  # a host that NO_PROXY names
            transport._pool._network_backend = _Backend(transport._pool._network_backend)


def _bounded(step: Callable[[Any, float | None], Any], value: Any, timeout: float | None) -> Any:
    """Read or write for as long as the timeout and the deadline allow.

    Raises:
        TimeoutError: The deadline has passed.
    """
    ends_at = _ends_at.get()
    left = ends_at - monotonic()
    if left > (inf if timeout is None else timeout) or ends_at == inf:
        return step(value, timeout)
    try:
        if left > 0:
            return step(value, left)
    except Exception as error:
        if monotonic() < ends_at:
            raise
        raise TimeoutError from error
    raise TimeoutError


class _Backend:
    """The network backend of httpcore, with connections that keep the deadline."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, *arguments: Any, **named: Any) -> _Stream:
        return _Stream(self._backend.connect_tcp(*arguments, **named))


class _Stream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.get_extra_info = stream.get_extra_info
        self.close = stream.close

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found: bytes = _bounded(self._stream.read, max_bytes, timeout)
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), MOST_WRITTEN):
            _bounded(self._stream.write, buffer[start : start + MOST_WRITTEN], timeout)

    def start_tls(self, *arguments: Any, **named: Any) -> _Stream:
        return _Stream(self._stream.start_tls(*arguments, **named))
