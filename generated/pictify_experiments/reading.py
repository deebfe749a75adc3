"""Reading a response whole: not more of it, and not for longer, than the client allows."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any

import httpx

from .secrets import REDACTOR, Redactor, hide


class TooLargeError(Exception):
    """The body is larger than the client reads."""


class Body:
    """The decoded body of a response, as it arrives."""

    def __init__(self, most_bytes: int, ends_at: float) -> None:
        self._most_bytes = most_bytes
        self._ends_at = ends_at
        self._size = 0
        self._chunks: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        """Add a part.

        Raises:
            TooLargeError: It is one too many.
            TimeoutError: The deadline has passed.
        """
        self._size += len(chunk)
        if self._size > self._most_bytes:
            raise TooLargeError(f"the response is over {self._most_bytes:,} bytes")
        if monotonic() > self._ends_at:
            raise TimeoutError("the deadline passed while the response arrived")
        self._chunks.append(chunk)

    @property
    def content(self) -> bytes:
        """The parts as one."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)


def read(response: Any, most_bytes: int, ends_at: float) -> bytes:
    """Read the body and close the response. Raises as `Body.add` does."""
    body = Body(most_bytes, ends_at)
    try:
        for chunk in response.iter_bytes():
            body.add(chunk)
    finally:
        response.close()
    return body.content


async def read_async(response: Any, most_bytes: int, ends_at: float) -> bytes:
    """Read the body and close the response. Raises as `Body.add` does."""
    body = Body(most_bytes, ends_at)
    try:
        async for chunk in response.aiter_bytes():
            body.add(chunk)
    finally:
        await response.aclose()
    return body.content


def whole(response: Any, content: bytes, redactor: Redactor) -> httpx.Response:
    """Return the response with its body, and with a request that holds neither keys nor a body."""
    sent = response.request
    request = type(sent)(sent.method, sent.url, headers=hide(sent.headers))
    extensions = {**response.extensions, REDACTOR: redactor}
    location = extensions.pop("location", None)
    found: httpx.Response = type(response)(
        response.status_code, content=content, request=request, extensions=extensions
    )
    found.headers = response.headers  # not before: httpx would decode the body again
    if location is not None:
        found.headers["Location"] = location
    with suppress(RuntimeError):  # a transport of tests may have read the body itself
        found.elapsed = response.elapsed
    return found
