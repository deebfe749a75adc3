"""The last exchanges, for people and tests to read."""

import re
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.types import Scope

from pictify_mock.control.redaction import REDACTED, KeyRedactor
from pictify_mock.domain.teams import Team
from pictify_mock.http.headers import SMALL_HEAD
from pictify_mock.slices import in_slices

KEPT = 1000
LONGEST = 4096  # bytes of a path, a query, all headers or a body
ENTRY = 32  # bytes that a header counts for beside its name and value
ESCAPED = 6  # characters that one character of a key may take, as \u0061
REDIRECT = 302
CUT = "[cut]"
SECRETS = frozenset({"authorization", "x-write-key", "cookie", "proxy-authorization"})

_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_WRITE_KEY = re.compile(r'("writeKey"\s*:\s*")(?:[^"\\]|\\.)*')


class Exchange(NamedTuple):
    """Bytes as they were, so that noting one costs little. They are read, cut and redacted by who asks."""

    began: float
    ended: float
    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    status: int
    answer_headers: list[tuple[bytes, bytes]]
    answer: bytes
    answer_size: int


class Exchanges:
    def __init__(self, teams: Iterable[Team]) -> None:
        self._redacted = KeyRedactor(teams)
        # A text is kept somewhat longer than it is shown, so that no part of a key is at its end.
        self._kept = LONGEST + ESCAPED * self._redacted.longest
        self._exchanges: deque[tuple[Any, ...]] = deque(maxlen=KEPT)

    def clear(self) -> Iterable[object]:
        """Forget them; what is returned is for whoever takes it apart."""
        gone, self._exchanges = self._exchanges, deque(maxlen=KEPT)
        return gone

    def note(self, began: float, ended: float, scope: Scope, response: Response) -> None:
        path, query, body, answer = (
            scope["path"],
            scope["query_string"],
            scope.get("body", b""),
            response.body,
        )
        headers, answer_headers, kept = scope["headers"], response.raw_headers, self._kept
        # An answer has a long header only where it repeats one of the request, or leads to a long URL.
        if SMALL_HEAD not in scope:
            headers, answer_headers = _kept_headers(headers), _kept_headers(answer_headers)
        elif response.status_code == REDIRECT:
            answer_headers = _kept_headers(answer_headers)
        self._exchanges.append(
            (  # the members of an Exchange; making one here would cost as much as all the rest
                began,
                ended,
                scope["method"],
                path if len(path) <= kept else path[:kept],
                query if len(query) <= kept else query[:kept],
                headers,
                body if len(body) <= kept else body[:kept],
                response.status_code,
                answer_headers,
                answer if len(answer) <= kept else answer[:kept],
                len(answer),
            )
        )

    async def read(self) -> list[dict[str, Any]]:
        """The oldest first, read while requests are answered."""
        return [
            self._shown(Exchange._make(each)) async for each in in_slices(list(self._exchanges))
        ]

    def _shown(self, exchange: Exchange) -> dict[str, Any]:
        return {
            "at": datetime.fromtimestamp(exchange.began, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "ms": round((exchange.ended - exchange.began) * 1000, 3),
            "method": exchange.method,
            "path": _cut(self._redacted(exchange.path), len(exchange.path)),
            "query": _cut(self._redacted(exchange.query.decode("latin-1")), len(exchange.query)),
            "request": {
                "headers": self._headers(exchange.headers),
                "body": self._body(exchange.body),
            },
            "status": exchange.status,
            "answer": {
                "headers": self._headers(exchange.answer_headers),
                "body": self._body(exchange.answer),
                "bytes": exchange.answer_size,
            },
        }

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        pairs = (
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers
        )
        return {
            name: REDACTED if name in SECRETS else self._redacted(value) for name, value in pairs
        }

    def _body(self, raw: bytes) -> str | None:
        """None for what is no text. JSON may spell a key with escapes, so those of ASCII are undone first."""
        text = bytes(raw).decode("utf-8", "replace")
        if "\0" in text:
            return None
        text = _ESCAPE.sub(_plain, text)
        return _cut(self._redacted(_WRITE_KEY.sub(rf"\1{REDACTED}", text)), len(raw))


def _kept_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers, or those that fit and the number of the others."""
    if ENTRY * len(headers) + sum(map(len, chain.from_iterable(headers))) <= LONGEST:
        return headers
    room = LONGEST
    for number, (name, value) in enumerate(headers):
        room -= len(name) + len(value) + ENTRY
        if room < 0:
            return [*headers[:number], (CUT.encode(), b"%d more" % (len(headers) - number))]
    return headers


def _cut(text: str, kept: int) -> str:
    """The text without what is only kept for the sake of redacting, of so many characters or bytes in all."""
    return text if kept <= LONGEST else text[: LONGEST - kept] + CUT


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return escape[0] if character in '"\\\x7f' else character
