"""From the bytes of a request to a JSON value."""

import asyncio
import contextlib
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.domain.json_values import deeper_than

Headers = dict[bytes, bytes]  # names in lower case, as ASGI has them; of a repeated one the last

LARGEST_BODY = 1024 * 1024
LINGERING = 0.5  # seconds
PATIENCE = 30  # seconds
STALLED = f"The body was not complete after {PATIENCE} seconds; send it without a pause."
MOST_NESTING = 240  # orjson writes 254 levels; an answer wraps what it echoes in a few of its own


async def read_checked(headers: Headers, receive: Receive, media_types: Collection[str]) -> bytes:
    check_media_type(headers, media_types)
    raw = await read(headers, receive)
    if raw and b"content-type" not in headers:
        raise _unsupported("has no Content-Type", media_types)
    return raw


def check_media_type(headers: Headers, media_types: Collection[str]) -> None:
    sent = headers.get(b"content-type")
    if sent is not None:
        essence, charset = media_type(sent)
        if essence not in media_types:
            raise _unsupported("is of another media type", media_types)
        if charset not in ("utf-8", "us-ascii"):
            raise _unsupported("is not in UTF-8", media_types)
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise _unsupported("is compressed", media_types)


@lru_cache(64)
def media_type(sent: bytes) -> tuple[str, str]:
    """What a Content-Type says, and its charset."""
    essence, _, parameters = sent.decode("latin-1").partition(";")
    return essence.strip().lower(), _charset(parameters)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _unsupported(problem: str, media_types: Collection[str]) -> Refusal:
    accepted = " or ".join(media_types)
    return Refusal(
        "unsupported-media-type", f"The body {problem}; send plain UTF-8 JSON as {accepted}."
    )


async def read(headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """The body, refused as soon as it is known to be too large, announced or not, or too slow."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and (len(announced) > len(str(largest)) or int(announced) > largest):
        raise _too_large(largest)
    task = asyncio.current_task()
    assert task is not None
    # What asyncio.timeout does too, but that takes a tenth of the time that an event does.
    timer = asyncio.get_running_loop().call_later(PATIENCE, task.cancel, STALLED)
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


async def linger(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, then swallow the rest of the body: closing before a client has sent it may cost it the answer."""

    async def hold(message: Message) -> None:
        await send(
            {**message, "more_body": True} if message["type"] == "http.response.body" else message
        )

    await response(scope, receive, hold)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_swallow(receive), LINGERING)
    await send({"type": "http.response.body", "body": b""})


async def _swallow(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass


def _too_large(largest: int) -> Refusal:
    return Refusal(
        "payload-too-large", f"The body is larger than {largest} bytes; send less at a time."
    )


def parse(raw: bytes, most_nesting: int = MOST_NESTING) -> Any:
    if not raw.strip():
        raise invalid([FieldError("", "is missing; send JSON", "required")])
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise invalid([FieldError("", f"is not JSON: {error}", "invalid_format")]) from None
    if raw.count(b"{") + raw.count(b"[") > most_nesting and deeper_than(value, most_nesting):
        message = f"is nested more than {most_nesting} levels deep; flatten it"
        raise invalid([FieldError("", message, "out_of_range")])
    return value
