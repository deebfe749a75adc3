"""Recorded requests and responses in the HAR file of a browser, a proxy or a conformance run.

Recorders leave out, cut, compress and redact. What was not recorded is None here, which is not the
same as empty.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from pictify_conformance.exit_codes import WRONG_USAGE, Stop

KEY_HEADERS = ("authorization", "x-write-key")
BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS")
DEFAULT_PORTS = {"http": 80, "https": 443}
# `[Filtered]`, `<redacted>`, `***`: what recorders write in place of a key.
REDACTED = re.compile(
    r"\W*|\W*(filter|redact|remov|mask|hidden|sanitiz|scrub|omit)\w*\W*|x{3,}", re.IGNORECASE
)
UNDECODED = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
NOT_BASE64 = re.compile(r"[^\w+/=\s-]|[^\x00-\x7f]")
GZIP = b"\x1f\x8b"
MAX_BYTES = 16_000_000  # of a compressed body


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
    redirect: str
    """The URL that the response redirects to, or an empty string."""

    @cached_property
    def origin(self) -> tuple[str, str, int | None]:
        return origin(self.url)

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
            key = self.request.headers.get(name, "").rpartition(" ")[2]
            if not REDACTED.fullmatch(key):
                yield key
        try:
            body = json.loads(self.request.body or "")
        except (ValueError, RecursionError):
            return
        for event in body if isinstance(body, list) else [body]:
            if isinstance(event, dict):
                yield str(event.get("writeKey", ""))


@dataclass(frozen=True)
class Recording:
    """The entries of a file, and what was wrong with each that is left out."""

    name: str
    entries: list[Entry]
    unreadable: list[str]
    keys_were_removed: bool
    """A browser exported the file without the keys of all its requests."""


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port, which are alike for URLs of one server."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme)


def read(path: Path, name: str) -> Recording:
    """Read a file. Its entries are numbered from 1.

    Raises:
        Stop: the file cannot be read, or is not a HAR.
    """
    try:
        content = path.read_bytes()
        log = json.loads(content.decode(json.detect_encoding(content), "surrogateescape"))["log"]
        recorded = list(log["entries"])
    except OSError as error:
        raise Stop(WRONG_USAGE, f"{path} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise Stop(WRONG_USAGE, f"{path} is nested too deeply") from None
    except ValueError:
        remedy = "save a HAR from a browser's network view, and unpack it if it is compressed"
        raise Stop(WRONG_USAGE, f"{path} is not JSON; {remedy}") from None
    except (KeyError, TypeError):
        raise Stop(WRONG_USAGE, f"{path} is not a HAR. It has no log.entries.") from None
    entries, unreadable = [], []
    for number, each in enumerate(recorded, 1):
        try:
            entries.append(_entry(number, each))
        except _Unreadable as reason:
            unreadable.append(f"{name} entry {number}: {reason}")
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
            unreadable.append(f"{name} entry {number}: it does not have the form of HAR 1.2")
    creator = log.get("creator")
    is_sanitized = isinstance(creator, dict) and creator.get("name") == "WebInspector"
    has_key = any("authorization" in entry.request.headers for entry in entries)
    return Recording(name, entries, unreadable, is_sanitized and not has_key)


class _Unreadable(Exception):
    """An entry lacks a part without which it cannot be judged."""


def _entry(number: int, recorded: Any) -> Entry:
    for part in ("request", "response"):
        if not isinstance(recorded, dict) or not isinstance(recorded.get(part), dict):
            raise _Unreadable(f"it has no {part}")
    request, response = recorded["request"], recorded["response"]
    try:
        status = int(response.get("status"))
    except (TypeError, ValueError, OverflowError):
        raise _Unreadable("its status is not a number") from None
    method, url = request["method"].upper(), request["url"]
    if not isinstance(url, str):
        raise _Unreadable("it has no URL")
    try:
        origin(url)
    except ValueError:
        raise _Unreadable("its URL is not valid") from None
    sent = _message(request, request.get("postData") or {}, is_bodiless=method in BODILESS)
    content = response.get("content") or {}
    is_bodiless = method == "HEAD" or status in (204, 304)
    returned = _message(response, content, is_bodiless=is_bodiless)
    location = returned.headers.get("location") or response.get("redirectURL") or ""
    redirect = urljoin(url, location) if 300 <= status < 400 and location else ""
    return Entry(number, method, url, sent, status, returned, redirect)


def _message(
    recorded: Mapping[str, Any], content: Mapping[str, Any], *, is_bodiless: bool
) -> Message:
    pairs = recorded.get("headers") or ()
    headers = {pair["name"].lower(): str(pair.get("value") or "") for pair in pairs}
    stated = headers.get("content-type") or content.get("mimeType") or ""
    media_type = stated.partition(";")[0].strip().lower()
    body: str | None = ""
    if text := content.get("text"):
        body = _whole(text, content.get("encoding"), headers)
    elif not is_bodiless and not _was_empty(recorded, content, headers):
        body = None
    return Message(headers, "" if media_type == "x-unknown" else media_type, body)


def _was_empty(
    recorded: Mapping[str, Any], content: Mapping[str, Any], headers: Mapping[str, str]
) -> bool:
    """Return True if a body without a text was empty, and False if that is not known."""
    length = headers.get("content-length", "")
    if length.isdecimal():
        return int(length) == 0
    # A size of -1 stands for unknown.
    if content.get("size") or recorded.get("bodySize") or content.get("params"):
        return False
    # A message without a body has no media type.
    has_type = content.get("mimeType") or headers.keys() & {"content-type", "transfer-encoding"}
    return content.get("text") is not None or not has_type


def _whole(text: str, encoding: str | None, headers: Mapping[str, str]) -> str | None:
    """Return the body, or None if it was cut or redacted, or cannot be decompressed."""
    content = _decoded(text) if encoding == "base64" else _encoded(text)
    is_compressed, length = "content-encoding" in headers, headers.get("content-length", "")
    if content is None or (
        length.isdecimal() and not is_compressed and len(content) != int(length)
    ):
        return None
    if content.startswith(GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, MAX_BYTES)
        except zlib.error:
            return None
    body = content.decode("utf-8", "replace")
    is_redacted = body.strip("[]{}() \n") and REDACTED.fullmatch(body)
    return None if is_redacted or (is_compressed and UNDECODED.search(body)) else body


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")  # as mitmproxy writes other bytes
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _decoded(text: str) -> bytes | None:
    """Decode base64. A text with other characters was not encoded, and else it was cut."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return _encoded(text) if NOT_BASE64.search(text) else None
