"""Recorded requests and responses in the HAR file of a browser, a proxy or a conformance run."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pictify_conformance.exit_codes import WRONG_USAGE, Stop

KEY_HEADERS = ("authorization", "x-write-key")


@dataclass(frozen=True)
class Message:
    """A request or a response. Its body is None if it was not recorded whole."""

    headers: Mapping[str, str]
    media_type: str
    body: str | None

    @property
    def is_json(self) -> bool:
        return self.media_type == "application/json" or self.media_type.endswith("+json")


@dataclass(frozen=True)
class Entry:
    """A request and its response, with its place in the file."""

    number: int
    method: str
    url: str
    request: Message
    status: int
    response: Message

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def was_refused(self) -> bool:
        return 400 <= self.status < 500

    def secrets(self) -> Iterator[str]:
        """Yield the keys in headers and in events."""
        for name in KEY_HEADERS:
            yield self.request.headers.get(name, "").rpartition(" ")[2]
        body = parse_json(self.request.body)
        for event in body if isinstance(body, list) else [body]:
            if isinstance(event, dict):
                yield str(event.get("writeKey", ""))


def read(path: Path) -> list[Entry]:
    """Return the entries of a file, numbered from 1.

    Raises:
        Stop: the file cannot be read, or is not a HAR.
    """
    try:
        log = json.loads(path.read_text(encoding="utf-8-sig"))["log"]
        return [_entry(number, recorded) for number, recorded in enumerate(log["entries"], 1)]
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
    except ValueError:
        message = f"{path} is not JSON; save a HAR from a browser's network view"
    except (KeyError, TypeError, AttributeError):
        missing = "It has no log.entries, or one of its entries has no request or response."
        message = f"{path} is not a HAR. {missing}"
    raise Stop(WRONG_USAGE, message)


def _entry(number: int, recorded: Mapping[str, Any]) -> Entry:
    request, response = recorded["request"], recorded["response"]
    posted, content = request.get("postData") or {}, response.get("content") or {}
    return Entry(
        number,
        request["method"].upper(),
        request["url"],
        _message(request, posted, posted.get("text", "")),
        int(response["status"]),
        _message(response, content, _decoded(content)),
    )


def _decoded(content: Mapping[str, Any]) -> str | None:
    text: str | None = content.get("text")
    if text is None:
        return None if content.get("size", 0) > 0 else ""
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except binascii.Error:
        return None


def _message(recorded: Mapping[str, Any], content: Mapping[str, Any], body: str | None) -> Message:
    headers = {pair["name"].lower(): pair["value"] for pair in recorded["headers"]}
    length = headers.get("content-length", "")
    # A recorder may have cut the body, or removed a key from it.
    if body and length.isdigit() and "content-encoding" not in headers:
        body = body if len(body.encode()) == int(length) else None
    media_type = headers.get("content-type") or content.get("mimeType") or ""
    return Message(headers, media_type.partition(";")[0].strip().lower(), body)


def parse_json(text: str | None) -> Any:
    """Return the value of a JSON text, or None if it is not JSON."""
    try:
        return json.loads(text or "")
    except ValueError:
        return None
