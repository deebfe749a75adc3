"""Recorded requests and answers, out of a HAR file of a browser, a proxy or a conformance run."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY_HEADERS = ("authorization", "x-write-key")


class NotTraffic(Exception):
    """The file is no HAR; one line says why."""


@dataclass(frozen=True)
class Message:
    """The headers and the body of a request or an answer; a body that was not recorded whole is None."""

    headers: Mapping[str, str]
    media_type: str
    body: str | None

    @property
    def is_json(self) -> bool:
        """Whether the media type says that the body is JSON."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")


@dataclass(frozen=True)
class Entry:
    """A request and its answer, and where in the file they are."""

    number: int
    method: str
    url: str
    request: Message
    status: int
    answer: Message

    @cached_property
    def path(self) -> str:
        """The path as it was sent, without the query."""
        return urlsplit(self.url).path or "/"

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def was_refused(self) -> bool:
        """Whether the server said that the request was wrong."""
        return 400 <= self.status < 500

    def secrets(self) -> Iterator[str]:
        """What must not be shown: the keys in headers and in events."""
        for name in KEY_HEADERS:
            yield self.request.headers.get(name, "").rpartition(" ")[2]
        body = read_json(self.request.body)
        for event in body if isinstance(body, list) else [body]:
            if isinstance(event, dict):
                yield str(event.get("writeKey", ""))


def read(path: Path) -> list[Entry]:
    """The entries of a file, counted from 1."""
    try:
        log = json.loads(path.read_text(encoding="utf-8-sig"))["log"]
        return [entry(number, recorded) for number, recorded in enumerate(log["entries"], start=1)]
    except OSError as error:
        raise NotTraffic(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, UnicodeDecodeError):
        raise NotTraffic(
            f"{path} is not JSON; a HAR is, as a browser's network view saves it"
        ) from None
    except (KeyError, TypeError, AttributeError):
        raise NotTraffic(
            f"{path} is no HAR: it lacks log.entries, or an entry its request or answer"
        ) from None


def entry(number: int, recorded: Mapping[str, Any]) -> Entry:
    sent, came = recorded["request"], recorded["response"]
    posted, content = sent.get("postData") or {}, came.get("content") or {}
    request = message(headers(sent), posted.get("mimeType"), posted.get("text", ""))
    answer = message(headers(came), content.get("mimeType"), decoded(content))
    return Entry(number, sent["method"].upper(), sent["url"], request, int(came["status"]), answer)


def headers(recorded: Mapping[str, Any]) -> dict[str, str]:
    return {pair["name"].lower(): pair["value"] for pair in recorded["headers"]}


def decoded(content: Mapping[str, Any]) -> str | None:
    text: str | None = content.get("text")
    if text is None:
        return None if content.get("size", 0) > 0 else ""
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except binascii.Error:
        return None


def message(headers: Mapping[str, str], media_type: str | None, body: str | None) -> Message:
    """A body of another length than its header tells was cut, or had a key taken out of it, when it was recorded."""
    length = headers.get("content-length", "")
    if (
        body
        and length.isdigit()
        and "content-encoding" not in headers
        and len(body.encode()) != int(length)
    ):
        body = None
    stated = headers.get("content-type") or media_type or ""
    return Message(headers, stated.partition(";")[0].strip().lower(), body)


def read_json(text: str | None) -> Any:
    """The value of a JSON text; None if it is none."""
    try:
        return json.loads(text or "")
    except ValueError:
        return None
