"""The last requests to the API and their responses, for people and tests to read."""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.types import Scope

from pictify_mock.api.context import EXPERIMENT
from pictify_mock.control.fault_injection import FAULT, matches_path, team_of
from pictify_mock.control.redaction import REDACTED, KeyRedactor
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.teams import Team
from pictify_mock.http.headers import SMALL_HEAD
from pictify_mock.http.responses import date_time
from pictify_mock.slices import in_slices
from pictify_mock.storage.memory import Store

KEPT = 1000
LONGEST = 4096  # bytes of a path, a query, all headers or a body
ENTRY = 32  # bytes that a header counts for besides its name and value
ESCAPED = 6  # characters that one character of a key may take, as \u0061
REDIRECT = 302
CUT = "[cut]"
SECRETS = frozenset({"authorization", "x-write-key", "cookie", "proxy-authorization"})

_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_WRITE_KEY = re.compile(r'("writeKey"\s*:\s*")(?:[^"\\]|\\.)*')


class LoggedRequest(NamedTuple):
    began: float
    ended: float
    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    status: int
    response_headers: list[tuple[bytes, bytes]]
    response_body: bytes
    response_size: int
    experiment: Experiment | None  # that the path, the events or the response name
    fault: str | None


class RequestLog:
    """Keeps the bytes as they are, so that a request costs little. A reader gets them redacted."""

    def __init__(self, teams: Sequence[Team], store: Store) -> None:
        self._teams, self._store = teams, store
        self._redacted = KeyRedactor(teams)
        # Keep more of a text than is shown, so that it never ends with the first part of a key.
        self._limit = LONGEST + ESCAPED * self._redacted.longest
        self._entries: deque[tuple[Any, ...]] = deque(maxlen=KEPT)

    def clear(self) -> Iterable[object]:
        """Forget all requests. Return them, since freeing them takes long."""
        entries, self._entries = self._entries, deque(maxlen=KEPT)
        return entries

    def note_experiment(self, scope: Scope) -> None:
        """Note the experiment of a path before the request is handled, which may delete it."""
        names = scope.get("path_params")
        if names:
            by_uid = "uid" in names
            store = self._store
            found = store.by_uid(names["uid"]) if by_uid else store.by_slug(names["slug"])
            scope[EXPERIMENT] = found

    def add(self, began: float, ended: float, scope: Scope, response: Response) -> None:
        headers, response_headers, limit = scope["headers"], response.raw_headers, self._limit
        # A response has a long header only if it repeats one of the request or has a long Location.
        if SMALL_HEAD not in scope:
            headers, response_headers = _kept_headers(headers), _kept_headers(response_headers)
        elif response.status_code == REDIRECT or FAULT in scope:
            response_headers = _kept_headers(response_headers)
        # A plain tuple: to make a LoggedRequest would take as long as all the rest.
        self._entries.append(
            (
                began,
                ended,
                scope["method"],
                scope["path"][:limit],
                scope["query_string"][:limit],
                headers,
                scope.get("body", b"")[:limit],
                response.status_code,
                response_headers,
                response.body[:limit],
                len(response.body),
                scope.get(EXPERIMENT),
                scope.get(FAULT),
            )
        )

    async def read(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the requests that match, the oldest first, or the last `limit` of them."""
        entries = in_slices(map(LoggedRequest._make, list(self._entries)))
        found = [entry async for entry in entries if self._matches(entry, query)]
        limit = query.get("limit", KEPT)
        last = found[-limit:] if limit else []
        return [self._json(entry) async for entry in in_slices(last)]

    def _matches(self, entry: LoggedRequest, query: Mapping[str, Any]) -> bool:
        return (
            query.get("method", entry.method) == entry.method
            and query.get("status", entry.status) == entry.status
            and matches_path(query.get("path", ""), entry.path)
            and ("team" not in query or query["team"] == self._team(entry))
        )

    def _team(self, entry: LoggedRequest) -> int | None:
        """Return the team of the key, else of the experiment: viewers have no key."""
        team = team_of(dict(entry.headers), self._teams)
        if team is None and entry.experiment is not None:
            return self._teams.index(entry.experiment.team)
        return team

    def _json(self, entry: LoggedRequest) -> dict[str, Any]:
        return {
            "at": date_time(datetime.fromtimestamp(entry.began, UTC)),
            "ms": round((entry.ended - entry.began) * 1000, 3),
            "method": entry.method,
            "team": self._team(entry),
            "experiment": entry.experiment and entry.experiment.uid,
            "fault": entry.fault,
            "path": _cut(self._redacted(entry.path), len(entry.path)),
            "query": _cut(self._redacted(entry.query.decode("latin-1")), len(entry.query)),
            "request": {
                "headers": self._headers(entry.headers),
                "body": self._body(entry.body),
            },
            "status": entry.status,
            "answer": {
                "headers": self._headers(entry.response_headers),
                "body": self._body(entry.response_body),
                "bytes": entry.response_size,
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
        """Return the body as text, or None if it is binary."""
        text = bytes(raw).decode("utf-8", "replace")
        if "\0" in text:
            return None
        # JSON may write a key with escapes, which the redactor would not recognise.
        text = _ESCAPE.sub(_unescaped, text)
        return _cut(self._redacted(_WRITE_KEY.sub(rf"\1{REDACTED}", text)), len(raw))


def _kept_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers, or those that fit and the number of the others."""
    if ENTRY * len(headers) + sum(map(len, chain.from_iterable(headers))) <= LONGEST:
        return headers
    room = LONGEST
    for number, (name, value) in enumerate(headers):
        room -= len(name) + len(value) + ENTRY
        if room < 0:
            return [*headers[:number], (CUT.encode(), b"%d more" % (len(headers) - number))]
    return headers


def _cut(text: str, size: int) -> str:
    """Cut what was kept only for the redactor, from a text of this size before the redaction."""
    return text if size <= LONGEST else text[: LONGEST - size] + CUT


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return escape[0] if character in '"\\\x7f' else character
