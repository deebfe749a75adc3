"""Injected faults: the next requests that match get an error, a delay or a broken connection."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from fnmatch import fnmatchcase
from http import HTTPStatus
from itertools import count
from random import Random
from typing import Any, Self

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pictify_mock.control import date_times
from pictify_mock.domain.errors import FieldError, Refusal, invalid, invalid_field
from pictify_mock.domain.teams import Team, by_api_key, by_write_key
from pictify_mock.http import responses
from pictify_mock.http.request_body import Headers

Answer = Callable[[Scope, Headers, Receive], Awaitable[Response]]


FAULT = "mock.fault"  # a key of the scope: the name of the fault that the request got
TOKEN = re.compile(r"[!#$%&'*+.^_`|0-9A-Za-z-]{1,100}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1000}")
MOST_HEADERS = 20
FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})
BODILESS = (204, 205, 304)
OF_THE_RESPONSE = ("retryAfter", "headers", "body")
MOST_FAULTS = 100


@dataclass(slots=True)
class Fault:
    """A fault for requests with its method, path and team. `members` is what was sent."""

    name: str
    members: Mapping[str, Any]
    times: int | None = 1  # None is for ever
    matched: int = 0  # requests that had it

    @classmethod
    def of(cls, name: str, members: Mapping[str, Any]) -> Self:
        faults = [*_contradictions(members), *_response_faults(members)]
        if faults:
            raise invalid(faults)
        _retry_after(members.get("retryAfter", 0))
        return cls(name, members, members.get("times", 1))

    def json(self) -> dict[str, Any]:
        counted = {"name": self.name, "times": self.times, "matched": self.matched}
        return {**self.members, **counted}

    def matches(self, method: str, path: str) -> bool:
        fits_method = self.members.get("method") in (None, method)
        return fits_method and matches_path(self.members.get("path", "/"), path)

    def wrap(self, answer: Answer) -> Answer:
        async def faulty(scope: Scope, headers: Headers, receive: Receive) -> Response:
            if "delay" in self.members:
                await asyncio.sleep(self.members["delay"])
            if self.members.get("drop") == "request":
                await close_connection(scope, receive)
            if "status" in self.members:
                return self._response(self.members["status"])
            return await answer(scope, headers, receive)

        return faulty

    async def send(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(ClientDisconnect):
            if self.members.get("drop") == "answer":
                await close_connection(scope, receive)
            if "truncate" in self.members:
                await _send_part(response, self.members["truncate"], scope, receive, send)
            await response(scope, receive, send)

    def _response(self, status: int) -> Response:
        headers, body = dict(self.members.get("headers", {})), self.members.get("body")
        if "retryAfter" in self.members:
            headers["Retry-After"] = _retry_after(self.members["retryAfter"])
        if body is None and status >= HTTPStatus.BAD_REQUEST:
            detail = "The control API was asked to answer so."
            refusal = Refusal("injected-fault", detail, headers=headers)
            refusal.status = status
            raise refusal
        if body is None or isinstance(body, str):
            return Response(body, status, headers, "text/plain" if body else None)
        return responses.Json(body, status, headers)


def _contradictions(members: Mapping[str, Any]) -> Iterator[FieldError]:
    """Yield what keeps the fault from ever being seen."""
    if members.get("probability") == 0:
        message = "is 0, so no request gets the fault; send more, up to 1"
        yield FieldError("/probability", message, "out_of_range")
    for name in ("status", "truncate"):
        if "drop" in members and name in members:
            message = f"leaves no response for {name}; leave out one of the two"
            yield FieldError("/drop", message, "conflict")
    for name in ("body", "truncate"):
        if members.get(name) is not None and members.get("status") in BODILESS:
            message = f"goes with a status {members['status']}, which has no body; leave it out"
            yield FieldError(f"/{name}", message, "invalid_value")


def _response_faults(members: Mapping[str, Any]) -> Iterator[FieldError]:
    """Yield what is wrong with the response to send."""
    for name in OF_THE_RESPONSE:
        if name in members and "status" not in members:
            message = "is part of a response; send its status, too"
            yield FieldError(f"/{name}", message, "required")
    headers = members.get("headers", {})
    if len(headers) > MOST_HEADERS:
        message = f"are {len(headers)}; send up to {MOST_HEADERS}"
        yield FieldError("/headers", message, "out_of_range")
    for name, value in headers.items():
        message = ""
        if not TOKEN.fullmatch(name):
            message = f"hold {name[:100]!r}, not the name of a header; use letters, digits and -"
            yield FieldError("/headers", message, "invalid_value")
            continue
        if name.lower() in FRAMING:
            message = "frames the message; to break it, send drop or truncate instead"
        elif not HEADER_VALUE.fullmatch(value):
            message = "is not a value of a header; use up to 1000 characters without line breaks"
        if message:
            yield FieldError(f"/headers/{name}", message, "invalid_value")


def _retry_after(value: Any) -> str:
    """Return the header of seconds, or of a date-time as an HTTP-date."""
    if isinstance(value, str):
        return format_datetime(date_times.read(value, "/retryAfter"), usegmt=True)
    if type(value) is not int:
        message = "is neither seconds nor a date-time; send a whole number or a date-time"
        raise invalid_field("/retryAfter", message, "invalid_type")
    if not 0 <= value <= date_times.MOST_SECONDS:
        message = f"is {value} seconds; send 0 to {date_times.MOST_SECONDS}"
        raise invalid_field("/retryAfter", message, "out_of_range")
    return str(value)


def matches_path(pattern: str, path: str) -> bool:
    """Return True if the path starts with the pattern, or matches all of one that has a `*`."""
    return fnmatchcase(path, pattern) if "*" in pattern else path.startswith(pattern)


class Faults:
    """The pending faults. False without any, so that ordinary requests lose no time."""

    def __init__(self, teams: Sequence[Team], rng: Random) -> None:
        self._teams = teams
        self._rng = rng
        self._pending: dict[str, Fault] = {}

    def __bool__(self) -> bool:
        return bool(self._pending)

    def add(self, members: Mapping[str, Any]) -> None:
        """Add a fault. It replaces the one of the same name."""
        name = members.get("name") or next(
            name for number in count(1) if (name := f"fault-{number}") not in self._pending
        )
        if name not in self._pending and len(self._pending) >= MOST_FAULTS:
            message = f"is one more than the {MOST_FAULTS} that may wait; remove one first"
            raise invalid_field("", message, "out_of_range")
        self._pending[name] = Fault.of(name, members)

    def remove(self, name: str) -> None:
        if self._pending.pop(name, None) is None:
            message = f"is not the name of a fault; there are {', '.join(self._pending) or 'none'}"
            raise Refusal("not-found", f"path.name: {message}")

    def clear(self) -> None:
        self._pending.clear()

    def json(self) -> list[dict[str, Any]]:
        return [fault.json() for fault in self._pending.values()]

    def take(self, scope: Scope, headers: Headers) -> Fault | None:
        """Return the first fault that matches, and use it up by one request."""
        for fault in self._pending.values():
            members = fault.members
            if (
                fault.matches(scope["method"], scope["path"])
                and ("team" not in members or members["team"] == team_of(headers, self._teams))
                and ("probability" not in members or self._rng.random() < members["probability"])
            ):
                scope[FAULT] = fault.name
                fault.matched += 1
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        del self._pending[fault.name]
                return fault
        return None


def team_of(headers: Headers, teams: Sequence[Team]) -> int | None:
    """Return the number of the team that one of the request's keys belongs to."""
    key = headers.get(b"authorization", b"").partition(b" ")[2].strip()
    team = by_api_key(teams, key) or by_write_key(teams, headers.get(b"x-write-key", b""))
    return None if team is None else teams.index(team)


async def close_connection(scope: Scope, receive: Receive, *, flush: bool = False) -> None:
    """Close the connection like a crash, or after everything written was sent."""
    transport: Any = scope.get("state", {}).get("transport")
    if transport is None:
        raise ConnectionResetError("a fault dropped this connection")
    if flush:
        transport.close()
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
    raise ClientDisconnect


async def _send_part(
    response: Response, size: int, scope: Scope, receive: Receive, send: Send
) -> None:
    # The headers promise the whole body, so that the client can notice what is missing.
    status, headers = response.status_code, response.raw_headers
    await send({"type": "http.response.start", "status": status, "headers": headers})
    part = bytes(response.body)[:size]
    await send({"type": "http.response.body", "body": part, "more_body": True})
    await close_connection(scope, receive, flush=True)
