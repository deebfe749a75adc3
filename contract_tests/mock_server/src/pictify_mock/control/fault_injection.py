"""Injected faults: the next requests that match get an error, a delay or a broken connection."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Self

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.teams import Team, by_api_key, by_write_key
from pictify_mock.http.request_body import Headers

Answer = Callable[[Scope, Headers, Receive], Awaitable[Response]]


@dataclass(slots=True)
class Fault:
    """A fault for the next `times` requests with this method, path and team."""

    times: int = 1
    method: str | None = None
    path: str = "/"  # see `matches_path`
    team: int | None = None
    status: int | None = None
    delay: float | None = None  # seconds
    drop: str | None = None  # "request": do nothing; "answer": do all but answer
    truncate: int | None = None  # bytes of the body that still arrive
    retry_after: int | None = None

    @classmethod
    def of(cls, members: dict[str, Any]) -> Self:
        renamed = {"retryAfter": "retry_after"}
        return cls(**{renamed.get(name, name): value for name, value in members.items()})

    def json(self) -> dict[str, Any]:
        members = {name: value for name, value in asdict(self).items() if value is not None}
        if "retry_after" in members:
            members["retryAfter"] = members.pop("retry_after")
        return members

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and matches_path(self.path, path)

    def wrap(self, answer: Answer) -> Answer:
        async def faulty(scope: Scope, headers: Headers, receive: Receive) -> Response:
            if self.delay is not None:
                await asyncio.sleep(self.delay)
            if self.drop == "request":
                await close_connection(scope, receive)
            if self.status is not None:
                raise self._refusal(self.status)
            return await answer(scope, headers, receive)

        return faulty

    async def send(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(ClientDisconnect):
            if self.drop == "answer":
                await close_connection(scope, receive)
            if self.truncate is not None:
                await _send_part(response, self.truncate, scope, receive, send)
            await response(scope, receive, send)

    def _refusal(self, status: int) -> Refusal:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        detail = "The control API was asked to answer so."
        refusal = Refusal("injected-fault", detail, headers=headers)
        refusal.status = status
        return refusal


def matches_path(pattern: str, path: str) -> bool:
    """Return True if the path starts with the pattern, or matches all of one that has a `*`."""
    return fnmatchcase(path, pattern) if "*" in pattern else path.startswith(pattern)


class Faults:
    """The pending faults. False without any, so that ordinary requests lose no time."""

    def __init__(self, teams: Sequence[Team]) -> None:
        self._teams = teams
        self._pending: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._pending)

    def add(self, fault: Fault) -> None:
        self._pending.append(fault)

    def clear(self) -> None:
        self._pending.clear()

    def json(self) -> list[dict[str, Any]]:
        return [fault.json() for fault in self._pending]

    def take(self, scope: Scope, headers: Headers) -> Fault | None:
        """Return the first fault that matches, and use it up by one request."""
        for fault in self._pending:
            matches = fault.matches(scope["method"], scope["path"])
            if matches and fault.team in (None, self._team(headers)):
                fault.times -= 1
                if fault.times == 0:
                    self._pending.remove(fault)
                return fault
        return None

    def _team(self, headers: Headers) -> int | None:
        key = headers.get(b"authorization", b"").partition(b" ")[2].strip()
        write_key = headers.get(b"x-write-key", b"")
        team = by_api_key(self._teams, key) or by_write_key(self._teams, write_key)
        return None if team is None else self._teams.index(team)


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
