"""Answers spoilt on purpose: the next so many that match."""

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


class Injected(Refusal):
    """A refusal with the status that somebody asked for."""

    def __init__(self, fault: "Fault", status: int) -> None:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        super().__init__(
            "injected-fault", "The control API was asked to answer so.", headers=headers
        )
        self.status = status


_NAMES = {"retryAfter": "retry_after"}
_JSON_NAMES = {name: member for member, name in _NAMES.items()}


@dataclass(slots=True)
class Fault:
    """What to do to the next `times` requests of this kind. `path` is a prefix, or a pattern if it has a `*`."""

    times: int = 1
    method: str | None = None
    path: str = "/"
    team: int | None = None
    status: int | None = None
    delay: float | None = None  # seconds
    drop: str | None = None  # "request": nothing happens; "answer": all but the answer happens
    truncate: int | None = None  # bytes of the body that still arrive
    retry_after: int | None = None

    @classmethod
    def of(cls, members: dict[str, Any]) -> Self:
        return cls(**{_NAMES.get(name, name): value for name, value in members.items()})

    def json(self) -> dict[str, Any]:
        members = ((_JSON_NAMES.get(name, name), value) for name, value in asdict(self).items())
        return {name: value for name, value in members if value is not None}

    def matches(self, method: str, path: str) -> bool:
        if self.method not in (None, method):
            return False
        return matches_path(self.path, path)

    def instead_of(self, answer: Answer) -> Answer:
        async def spoilt(scope: Scope, headers: Headers, receive: Receive) -> Response:
            if self.delay is not None:
                await asyncio.sleep(self.delay)
            if self.drop == "request":
                await hang_up(scope, receive)
            if self.status is not None:
                raise Injected(self, self.status)
            return await answer(scope, headers, receive)

        return spoilt

    async def deliver(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(ClientDisconnect):
            if self.drop == "answer":
                await hang_up(scope, receive)
            if self.truncate is not None:
                await _send_part(response, self.truncate, scope, receive, send)
            await response(scope, receive, send)


def matches_path(pattern: str, path: str) -> bool:
    """Return True if the path starts with the pattern, or, if there is a `*` in that, is matched by it as a whole."""
    return fnmatchcase(path, pattern) if "*" in pattern else path.startswith(pattern)


class Faults:
    """False while none is set, which is all that an ordinary request asks."""

    def __init__(self, teams: Sequence[Team]) -> None:
        self._teams = teams
        self._set: list[Fault] = []
        self.clear = self._set.clear

    def __bool__(self) -> bool:
        return bool(self._set)

    def add(self, fault: Fault) -> None:
        self._set.append(fault)

    def read(self) -> Sequence[Fault]:
        return self._set

    def take(self, scope: Scope, headers: Headers) -> Fault | None:
        """The first fault that matches, one time less."""
        for fault in self._set:
            if fault.matches(scope["method"], scope["path"]) and fault.team in (
                None,
                self._team(headers),
            ):
                fault.times -= 1
                if fault.times == 0:
                    self._set.remove(fault)
                return fault
        return None

    def _team(self, headers: Headers) -> int | None:
        key = headers.get(b"authorization", b"").partition(b" ")[2].strip()
        team = by_api_key(self._teams, key) or by_write_key(
            self._teams, headers.get(b"x-write-key", b"")
        )
        return None if team is None else self._teams.index(team)


async def hang_up(scope: Scope, receive: Receive, *, gently: bool = False) -> None:
    """Close the connection as a crash would, or once all that was written is on its way."""
    transport: Any = scope.get("state", {}).get("transport")
    if transport is None:
        raise ConnectionResetError("a fault dropped this connection")
    if gently:
        transport.close()
    else:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
    raise ClientDisconnect


async def _send_part(
    response: Response, size: int, scope: Scope, receive: Receive, send: Send
) -> None:
    """The headers promise the whole body."""
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    await send(
        {"type": "http.response.body", "body": bytes(response.body)[:size], "more_body": True}
    )
    await hang_up(scope, receive, gently=True)
