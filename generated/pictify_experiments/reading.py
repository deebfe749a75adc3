"""Reading a response whole: not more of it, and not for longer, than the client allows."""

from __future__ import annotations

from copy import copy
from time import monotonic
from typing import Any

import httpx

from .secrets import HIDDEN, REDACTOR, SECRET_HEADERS, Redactor


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


def set_body(response: Any, content: bytes) -> httpx.Response:
    """Give the response its body."""
    # httpx sets this when it reads a body itself; to make another response is much slower.
    response._content = content
    if (location := response.extensions.pop("location", None)) is not None:
        response.headers["Location"] = location
    found: httpx.Response = response
    return found


def hide_keys(response: httpx.Response, redactor: Redactor) -> None:
    """Give a response a request without keys. Mocks may hold the one that was sent."""
    response.extensions[REDACTOR] = redactor
    response.next_request = None
    sent = response.request
    headers = sent.headers.copy()
    for name in SECRET_HEADERS:
        if name in headers:
            headers[name] = HIDDEN
    if redactor.body_has_keys:
        response.request = type(sent)(sent.method, sent.url, headers=headers)
    else:
        response.request = copy(sent)
        response.request.headers = headers
