"""The mock in a thread of the process that tests with it: `with MockServer() as server: ...`."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, cast

from starlette.types import ASGIApp

from pictify_mock import development
from pictify_mock.app import create_app
from pictify_mock.control.fault_injection import matches_path
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.in_process import request
from pictify_mock.http.thread import ServerThread
from pictify_mock.storage.journal import JournalError
from pictify_mock.storage.memory import Store
from pictify_mock.storage.sqlite import DurableStore

Control = Callable[[str, str, object], Any]
State = Mapping[str, Any] | str | os.PathLike[str]

LAST_PORT = 65535
NOTHING = {"version": 1, "experiments": []}


class MockServer:
    """A mock of the Pictify Experiments API that serves from enter to exit, in a thread.

    Use it in `with` or in `async with`; it can be entered again, and then starts anew. Wrong
    arguments, of the methods too, are a `ValueError` that names the argument.

    Attributes:
        url: Where it serves, such as `http://127.0.0.1:40123`. Empty before the first enter.
        api_key: The secret key of the team, or of the first of several.
        write_key: The key that vouches for the team's events; empty if the team has none.
        clock: Sets, advances and stops the time of the server.
        faults: Makes it fail on purpose.
    """

    def __init__(
        self,
        teams: Sequence[Team] | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        db: str | os.PathLike[str] | None = None,
        seed: int | None = None,
        plan: str = development.PLAN,
        state: State | None = None,
        rate_limits: bool = False,
        trust_forwarded: bool = False,
    ) -> None:
        """Any argument may be left out.

        Args:
            teams: Teams with keys of their own, in place of one with the development keys.
            host: The address to listen on.
            port: The port to listen on; 0 takes a free one at each enter.
            db: Keep the state in this file. It is made if it is not there.
            seed: Give the same uids and draws for the same requests.
            plan: `starter`, `basic`, `standard`, `business` or `enterprise`.
            state: Start with this state: a document as `state()` returns it, or the name of a JSON
                file that holds one. Not on top of a `db` that holds experiments.
            rate_limits: Answer 429 beyond the documented limits.
            trust_forwarded: Take a viewer's address from `X-Forwarded-For`.

        Raises:
            ValueError: There is no such plan or port.
        """
        if plan not in PLANS:
            raise ValueError(f"plan: {plan!r} is not a plan; use one of {', '.join(PLANS)}")
        if type(port) is not int or not 0 <= port <= LAST_PORT:
            raise ValueError(f"port: {port!r} is not a port; use 0 to {LAST_PORT}")
        self.teams = tuple(teams or [development.team(plan)])
        self.url = ""
        self.api_key = self.teams[0].api_key.decode()
        self.write_key = b"".join(self.teams[0].write_keys[:1]).decode()
        self.clock = Clock(self._control)
        self.faults = Faults(self._control)
        self._host, self._port = host, port
        self._db = None if db is None else Path(db)
        self._seed = seed
        self._state = state
        self._rate_limits = rate_limits
        self._trust_forwarded = trust_forwarded
        self._thread: ServerThread | None = None
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        """Listen, then return.

        Raises:
            ValueError: `db`, `seed` or `state` cannot be used; the message says why.
            OSError: The address cannot be listened on.
            RuntimeError: It is running already.
        """
        if self._thread is not None:
            raise RuntimeError("this MockServer is running already; make another one")
        with ExitStack() as parts:
            store = parts.enter_context(closing(self._open_store()))
            self._app = self._create_app(store)
            self._thread = self._listen()
            parts.callback(self._stop)
            self.url = self._thread.url
            self._sow()
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Hang up on every client and stop."""
        self._parts.close()

    async def __aenter__(self) -> Self:
        """Listen, then return. Meanwhile, some milliseconds, the caller's event loop waits."""
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def reset(self) -> None:
        """Make everything as it was on enter: no faults, no requests, the system's time.

        `state` and `seed` apply again. With `db`, what the file held on enter is gone, too.
        """
        self._control("POST", "/reset", {})
        self.load_state(NOTHING if self._state is None else self._state)
        self._sow()

    def state(self) -> dict[str, Any]:
        """Return all that the server knows, as one document of JSON. No key is part of it."""
        return cast("dict[str, Any]", self._control("GET", "/state", None))

    def load_state(self, state: State) -> None:
        """Put this state, a document or the name of a JSON file, in the place of all that was.

        Raises:
            ValueError: It is not a state of this server; nothing was changed.
        """
        self._control("PUT", "/state", _state_json(state))

    def requests(
        self, *, method: str | None = None, path: str | None = None, status: int | None = None
    ) -> list["RecordedRequest"]:
        """Return the last 1,000 requests to the API with their answers, the oldest first.

        No key is in them.

        Args:
            method: Only those with this method.
            path: Only those whose path starts so, or, if there is a `*` in it, matches as a whole.
            status: Only those that were answered with this status.
        """
        recorded: list[RecordedRequest] = self._control("GET", "/requests", None)["requests"]
        return [
            each
            for each in recorded
            if method in (None, each["method"])
            and (path is None or matches_path(path, each["path"]))
            and status in (None, each["status"])
        ]

    def _sow(self) -> None:
        if self._seed is not None:
            self._control("POST", "/seed", {"seed": self._seed})

    def _open_store(self) -> Store:
        if self._db is None:
            return Store()
        try:
            return DurableStore(self._db, self.teams)
        except JournalError as error:
            raise ValueError(f"db: {error}") from None

    def _create_app(self, store: Store) -> ASGIApp:
        if self._state is not None and store.everything():
            raise ValueError(
                f"state: {self._db} holds experiments, which this would replace; leave out one of the two"
            )
        try:
            return create_app(
                self.teams,
                store=store,
                start=None if self._state is None else _state_json(self._state),
                rate_limits=self._rate_limits,
                trust_forwarded=self._trust_forwarded,
            )
        except Refusal as refusal:
            raise _value_error(
                "state", ((fault.field, fault.message) for fault in refusal.fields)
            ) from None

    def _listen(self) -> ServerThread:
        where = f"{self._host!r} port {self._port}"
        try:
            return ServerThread(self._app, self._host, self._port)
        except OSError as error:
            raise OSError(error.errno, f"cannot listen on {where}: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"host: cannot listen on {where}: {error}") from None

    def _stop(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def _control(self, method: str, path: str, document: object) -> Any:
        """Ask a control path, between two requests of the server and past its socket."""
        if self._thread is None:
            raise RuntimeError("this MockServer is not running; use it inside its with statement")
        body = document if isinstance(document, bytes) else _json(path.strip("/"), document)
        status, answer = self._thread.run(request(self._app, method, f"/_mock{path}", body))
        content = json.loads(answer)
        if status < HTTPStatus.BAD_REQUEST:
            return content
        if "errors" in content:
            raise _value_error(
                path.strip("/"), ((fault["field"], fault["message"]) for fault in content["errors"])
            )
        raise RuntimeError(content["detail"])


class Clock:
    """The time of a mock server. Timestamps, schedules, bandits and rate limits follow it."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """Return the server's time, to the millisecond."""
        return _moment(self._control("GET", "/clock", None))

    def set(self, moment: datetime | str) -> datetime:
        """Go on from this moment, or stand still at it, if the clock is frozen.

        Return the new time.

        Args:
            moment: A datetime with a time zone, or a date-time such as `2026-03-15T09:00:00Z`.
        """
        return self._drive(set=_date_time(moment))

    def advance(self, by: timedelta | float) -> datetime:
        """Move on by so much, or so many seconds; less than 0 moves back. Return the new time."""
        return self._drive(advance=by.total_seconds() if isinstance(by, timedelta) else by)

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stand still, now or at this moment. Return it."""
        return self._drive(freeze=True, **({} if moment is None else {"set": _date_time(moment)}))

    def resume(self) -> datetime:
        """Run again from where the clock stands still. Return the time."""
        return self._drive(freeze=False)

    def release(self) -> datetime:
        """Follow the system's clock again. Return the time."""
        return _moment(self._control("DELETE", "/clock", None))

    def _drive(self, **members: object) -> datetime:
        return _moment(self._control("POST", "/clock", members))


class Faults:
    """What a mock server spoils on purpose."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(
        self,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        delay: float | None = None,
        drop: Literal["request", "answer"] | None = None,
        truncate: int | None = None,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        team: int | None = None,
    ) -> None:
        """Spoil the next requests that match.

        At least one of `status`, `delay`, `drop` and `truncate` says how.

        Args:
            status: Answer with this status, 400 to 599, and do nothing else.
            retry_after: Send `Retry-After` with that status.
            delay: Wait for so many seconds first.
            drop: Close the connection before anything happens (`request`), or in place of the
                answer (`answer`).
            truncate: Send only so many bytes of the body.
            times: How many requests are spoilt.
            method: Only requests with this method.
            path: Only paths that start so, or, if there is a `*` in it, match as a whole.
            team: Only requests with a key of this team, counted from 0.
        """
        members = {
            "status": status,
            "retryAfter": retry_after,
            "delay": delay,
            "drop": drop,
            "truncate": truncate,
            "times": times,
            "method": method,
            "path": path,
            "team": team,
        }
        self._control(
            "POST", "/faults", {name: value for name, value in members.items() if value is not None}
        )

    def pending(self) -> list[dict[str, Any]]:
        """Return the faults that are still to come, as `GET /_mock/faults` shows them."""
        return cast("list[dict[str, Any]]", self._control("GET", "/faults", None)["faults"])

    def clear(self) -> None:
        """Spoil nothing any longer."""
        self._control("DELETE", "/faults", None)


class RequestParts(TypedDict):
    """What was sent. A body is cut at 4 KiB, and None if it is not text."""

    headers: dict[str, str]
    body: str | None


class AnswerParts(TypedDict):
    """What was answered; `bytes` is the whole length of the body."""

    headers: dict[str, str]
    body: str | None
    bytes: int


class RecordedRequest(TypedDict):
    """A request to the API and its answer; `at` is when it came, `ms` how long the answer took."""

    at: str
    ms: float
    method: str
    path: str
    query: str
    request: RequestParts
    status: int
    answer: AnswerParts


def _moment(clock: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(clock["now"])


def _date_time(moment: datetime | str) -> str:
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None:
        raise ValueError(
            f"clock: set: {moment!r} has no time zone; give it one, such as datetime.UTC"
        )
    return moment.astimezone(UTC).isoformat()


def _state_json(state: State) -> bytes:
    if isinstance(state, Mapping):
        return _json("state", dict(state))
    try:
        return Path(state).read_bytes()
    except OSError as error:
        raise ValueError(f"state: {os.fspath(state)} cannot be read: {error.strerror}") from None


def _json(subject: str, document: object) -> bytes:
    try:
        return json.dumps(document).encode()
    except (TypeError, RecursionError) as error:
        raise ValueError(f"{subject}: is not JSON: {error}") from None


def _value_error(subject: str, faults: Iterable[tuple[str, str]]) -> ValueError:
    places = ((field.strip("/"), message) for field, message in faults)
    return ValueError(
        "; ".join(
            f"{subject}: {f'{place}: ' if place not in ('', subject) else ''}{what}"
            for place, what in places
        )
    )
