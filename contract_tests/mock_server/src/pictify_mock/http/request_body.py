"""Read a request's body, and parse its JSON."""

import asyncio
import contextlib
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from pictify_mock.domain.errors import Refusal, invalid_field
from pictify_mock.domain.json_values import deeper_than

Headers = dict[bytes, bytes]  # lower-case names, as in ASGI; the last of repeated headers

UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")  # ASCII is a part of it
LARGEST_BODY = 1024 * 1024
DRAIN_SECONDS = 0.5
TIMEOUT_SECONDS = 30
STALLED = f"The body was not complete after {TIMEOUT_SECONDS} seconds; send it without a pause."
MOST_NESTING = 240  # orjson writes 254 levels, and a response wraps what it echoes in a few


async def read_checked(
    headers: Headers,
    receive: Receive,
    media_types: Collection[str],
    largest: int = LARGEST_BODY,
) -> bytes:
    check_media_type(headers, media_types)
    raw = await read(headers, receive, largest)
    if raw and b"content-type" not in headers:
        raise _unsupported("has no Content-Type", media_types)
    return raw


def check_media_type(headers: Headers, media_types: Collection[str]) -> None:
    sent = headers.get(b"content-type")
    if sent is not None:
        essence, charset = _media_type(sent)
        if essence not in media_types:
            raise _unsupported("is of another media type", media_types)
        if charset not in UTF_8:
            raise _unsupported("is not in UTF-8", media_types)
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise _unsupported("is compressed", media_types)


@lru_cache(64)
def _media_type(sent: bytes) -> tuple[str, str]:
    """Split a Content-Type into the media type and its charset."""
    essence, *parameters = sent.decode("latin-1").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return essence.strip().lower(), value.strip().strip("\"'").strip().lower()
    return essence.strip().lower(), "utf-8"


def _unsupported(problem: str, media_types: Collection[str]) -> Refusal:
    detail = f"The body {problem}; send plain UTF-8 JSON as {' or '.join(media_types)}."
    return Refusal("unsupported-media-type", detail)


async def read(headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """Read the body. Refuse it as soon as it is known to be too large, or is too slow."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and (len(announced) > len(str(largest)) or int(announced) > largest):
        raise _too_large(largest)
    task = asyncio.current_task()
    assert task is not None
    # asyncio.timeout does the same, but takes a tenth of the time of an event.
    timer = asyncio.get_running_loop().call_later(TIMEOUT_SECONDS, task.cancel, STALLED)
    try:
        return await _read(receive, largest)
    except asyncio.CancelledError as cancelled:
        if STALLED not in cancelled.args:
            raise
        task.uncancel()
        raise Refusal("request-timeout", STALLED, headers={"Connection": "close"}) from None
    finally:
        timer.cancel()


async def _read(receive: Receive, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > largest:
            raise _too_large(largest)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def drain_request_body(
    response: Response, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send the response, but keep the connection open while the client still sends its body.

    A connection that is closed with unread data is reset, and the client may lose the response.
    """

    async def send_unfinished(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "more_body": True}
        await send(message)

    await response(scope, receive, send_unfinished)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_drain(receive), DRAIN_SECONDS)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


def _too_large(largest: int) -> Refusal:
    detail = f"The body is larger than {largest} bytes; send less at a time."
    return Refusal("payload-too-large", detail)


def parse(raw: bytes, most_nesting: int = MOST_NESTING) -> Any:
    if not raw.strip():
        raise invalid_field("", "is missing; send JSON", "required")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise invalid_field("", f"is not JSON: {error}", "invalid_format") from None
    # Counting brackets is fast, and enough for nearly every body.
    if raw.count(b"{") + raw.count(b"[") > most_nesting and deeper_than(value, most_nesting):
        message = f"is nested more than {most_nesting} levels deep; flatten it"
        raise invalid_field("", message, "out_of_range")
    return value
