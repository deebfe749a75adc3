"""The mock server in a thread of the tests' process: `with MockServer() as server: ...`."""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, Self, TypedDict, TypeVar, cast
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp

from pictify_mock import development
from pictify_mock.app import create_app
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.json_values import LARGEST, SMALLEST
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.in_process import request
from pictify_mock.http.thread import ServerThread
from pictify_mock.storage.durable import DurableStore
from pictify_mock.storage.memory import Store
from pictify_mock.storage.sqlite import SqliteFileError

SendControl = Callable[[str, str, object], Any]
T = TypeVar("T")
State = Mapping[str, Any] | str | os.PathLike[str]

LAST_PORT = 65535


class MockServer:
    """A mock of the Pictify Experiments API in a thread, from enter to exit.

    Use it in `with` or in `async with`, as often as you like; each time it starts anew. A wrong
    argument, of a method too, is a `ValueError` that names it.

    Attributes:
        url: The base URL, such as `http://127.0.0.1:40123`. Empty before the first enter.
        api_key: The secret key of the first team.
        write_key: The key for events of the first team; empty if the team has none.
        clock: Sets, advances and freezes the time of the server.
        faults: Injects faults.
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
        """Take the settings of the server.

        Args:
            teams: Teams with keys of their own, in place of one with the development keys.
            host: The address to listen on.
            port: The port to listen on; 0 takes a free one at each enter.
            db: Keep the state in this file, which is created if it does not exist.
            seed: Give the same uids and draws for the same requests.
            plan: `starter`, `basic`, `standard`, `business` or `enterprise`.
            state: Start with this state: a document as `state()` returns it, or the name of a JSON
                file that holds one. Not on top of a `db` that holds experiments.
            rate_limits: Answer 429 beyond the documented limits.
            trust_forwarded: Take a viewer's address from `X-Forwarded-For`.

        Raises:
            ValueError: `plan`, `port` or `seed` is not valid.
        """
        if plan not in PLANS:
            raise ValueError(f"plan: {plan!r} is not a plan; use one of {', '.join(PLANS)}")
        if type(port) is not int or not 0 <= port <= LAST_PORT:
            raise ValueError(f"port: {port!r} is not a port; use 0 to {LAST_PORT}")
        if seed is not None and (type(seed) is not int or not SMALLEST <= seed <= LARGEST):
            raise ValueError(f"seed: {seed!r} is not an integer of 64 bits")
        self.teams = tuple(teams or [development.team(plan)])
        self.url = ""
        self.api_key = self.teams[0].api_key.decode()
        self.write_key = b"".join(self.teams[0].write_keys[:1]).decode()
        self.clock = Clock(self._send)
        self.faults = Faults(self._send)
        self._host, self._port = host, port
        self._db = None if db is None else Path(db)
        self._seed = seed
        self._state = state
        self._rate_limits = rate_limits
        self._trust_forwarded = trust_forwarded
        self._thread: ServerThread | None = None
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Listen, then return.

        Raises:
            ValueError: `db` or `state` cannot be used; the message says why.
            OSError: The server cannot listen on the address.
            RuntimeError: The server is running already, or gevent has patched threads.
        """
        if self._thread is not None:
            raise RuntimeError("this MockServer is running already; make another one")
        with ExitStack() as resources:
            store = resources.enter_context(closing(self._open_store()))
            self._app = self._create_app(store)
            self._thread = self._listen()
            resources.callback(self._stop)
            self.url = self._thread.url
            self._resources = resources.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection and stop."""
        self._resources.close()

    async def __aenter__(self) -> Self:
        """Do what `__enter__` does. The caller's event loop waits for some milliseconds."""
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        self.__exit__()

    def reset(self, *, empty: bool = False) -> None:
        """Return to the state on enter: no faults, no requests, the system's time.

        `state` and `seed` apply again. With `db`, the experiments of the file are deleted, too.

        Args:
            empty: Leave no experiments, without regard to `state`.
        """
        self._send("POST", "/reset", {"empty": empty})

    def state(self) -> dict[str, Any]:
        """Return the whole state as one JSON document. No key is part of it."""
        return cast("dict[str, Any]", self._send("GET", "/state", None))

    def load_state(self, state: State) -> None:
        """Replace the whole state by this one: a document, or the name of a JSON file.

        Raises:
            ValueError: It is not a state of this server. Nothing was changed.
        """
        self._send("PUT", "/state", _state_json(state))

    def requests(
        self,
        *,
        method: str | None = None,
        path: str | None = None,
        team: int | None = None,
        status: int | None = None,
        limit: int | None = None,
    ) -> list["RecordedRequest"]:
        """Return the last 1,000 requests to the API with their responses, the oldest first.

        Keys are removed.

        Args:
            method: Only requests with this method.
            path: Only paths that start with this, or match all of it if it has a `*`.
            team: Only requests with a key of this team, counted from 0, and visits of its
                experiments.
            status: Only responses with this status.
            limit: Only the last of them.
        """
        query = _given(method=method, path=path, team=team, status=status, limit=limit)
        answer = self._send("GET", f"/requests?{urlencode(query)}", None)
        return cast("list[RecordedRequest]", answer["requests"])

    def traffic(
        self, uid: str, viewers: int, click_rates: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        """Show a running experiment to so many new viewers, and return what they did.

        Args:
            uid: The experiment.
            viewers: 1 to 100,000. They have different addresses, devices and countries.
            click_rates: The chance of a click, by the id of the variant that a viewer sees.
        """
        body = {"uid": uid, "viewers": viewers, "clickRates": dict(click_rates or {})}
        return cast("dict[str, Any]", self._send("POST", "/traffic", body))

    def _open_store(self) -> Store:
        if self._db is None:
            return Store()
        try:
            return DurableStore(self._db, self.teams)
        except SqliteFileError as error:
            raise ValueError(f"db: {error}") from None

    def _create_app(self, store: Store) -> ASGIApp:
        if self._state is not None and store.everything():
            problem = f"{self._db} holds experiments, which this would replace"
            raise ValueError(f"state: {problem}; leave out one of the two")
        try:
            return create_app(
                self.teams,
                store=store,
                start=None if self._state is None else _state_json(self._state),
                seed=self._seed,
                rate_limits=self._rate_limits,
                trust_forwarded=self._trust_forwarded,
            )
        except Refusal as refusal:
            faults = ((fault.field, fault.message) for fault in refusal.fields)
            raise _value_error("state", faults) from None

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

    def _send(self, method: str, path: str, document: object) -> Any:
        """Send a request to a control path, in the server's event loop and without a socket."""
        if self._thread is None:
            raise RuntimeError("this MockServer is not running; use it inside its with statement")
        subject = re.split("[/?]", path)[1]
        body = document if isinstance(document, bytes) else _json(subject, document)
        status, answer = self._thread.run(request(self._app, method, f"/_mock{path}", body))
        content = json.loads(answer)
        if status < HTTPStatus.BAD_REQUEST:
            return content
        if "errors" in content:
            faults = ((fault["field"], fault["message"]) for fault in content["errors"])
            raise _value_error(subject, faults)
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ValueError(f"{subject}: {content['detail']}")
        raise RuntimeError(content["detail"])


class Clock:
    """The time of a mock server. Timestamps, schedules, bandits and rate limits follow it."""

    def __init__(self, send: SendControl) -> None:
        self._send = send

    def now(self) -> datetime:
        """Return the server's time, to the millisecond."""
        return _moment(self._send("GET", "/clock", None))

    def set(self, moment: datetime | str) -> datetime:
        """Go on from this moment; a frozen clock stays frozen at it. Return the new time.

        Args:
            moment: A datetime with a time zone, a date-time such as `2026-03-15T09:00:00Z`, or
                a date, which starts in UTC.
        """
        return self._adjust(set=_date_time(moment))

    def advance(self, by: timedelta | float | str) -> datetime:
        """Move on; below 0 it moves back. Return the new time.

        Args:
            by: A duration, a number of seconds, or a text such as `90s`, `15m`, `2h` or `1d`.
        """
        return self._adjust(advance=by.total_seconds() if isinstance(by, timedelta) else by)

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stop at this moment, or now. Return it."""
        return self._adjust(freeze=True, **({} if moment is None else {"set": _date_time(moment)}))

    def resume(self) -> datetime:
        """Run again from the moment at which the clock was frozen. Return the time."""
        return self._adjust(freeze=False)

    def release(self) -> datetime:
        """Follow the system's clock again. Return the time."""
        return _moment(self._send("DELETE", "/clock", None))

    def _adjust(self, **members: object) -> datetime:
        return _moment(self._send("POST", "/clock", members))


class Faults:
    """The injected faults of a mock server."""

    def __init__(self, send: SendControl) -> None:
        self._send = send

    def add(
        self,
        *,
        name: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        retry_after: datetime | int | str | None = None,
        delay: float | None = None,
        drop: Literal["request", "answer"] | None = None,
        truncate: int | None = None,
        times: int | None = 1,
        probability: float | None = None,
        method: str | None = None,
        path: str | None = None,
        team: int | None = None,
    ) -> None:
        """Inject a fault into the next requests that match.

        At least one of `status`, `delay`, `drop` and `truncate` is needed.

        Args:
            name: Replace the fault of this name. `remove` and the log of requests know it by it.
            status: Respond with this status, 200 to 599, and do nothing else.
            headers: Send these headers with that status.
            body: Send this with that status: text, or anything else as JSON. By default an error
                is a problem document.
            retry_after: Send `Retry-After` with that status: seconds, or a time as an HTTP-date.
            delay: Wait first, for this number of seconds.
            drop: Close the connection before anything happens (`request`), or in place of the
                response (`answer`). Not with `status` or `truncate`.
            truncate: Send only this number of bytes of the body.
            times: The number of requests; None is for ever.
            probability: Spoil only this part of the requests, up to 1. The draws follow the seed.
            method: Only requests with this method.
            path: Only paths of the API that start with this, or match all of it if it has a `*`.
            team: Only requests with a key of this team, counted from 0.
        """
        members = _given(
            name=name,
            status=status,
            headers=None if headers is None else dict(headers),
            body=body,
            retryAfter=None
            if retry_after is None
            else _date_time(retry_after, "faults: retryAfter"),
            delay=delay,
            drop=drop,
            truncate=truncate,
            probability=probability,
            method=method,
            path=path,
            team=team,
        )
        self._send("POST", "/faults", {**members, "times": times})

    def remove(self, name: str) -> None:
        """Remove the fault of this name."""
        self._send("DELETE", f"/faults/{quote(name, safe='')}", None)

    def pending(self) -> list[dict[str, Any]]:
        """Return the faults that are still to come, in the form of `GET /_mock/faults`."""
        return cast("list[dict[str, Any]]", self._send("GET", "/faults", None)["faults"])

    def clear(self) -> None:
        """Remove all faults."""
        self._send("DELETE", "/faults", None)


class RequestParts(TypedDict):
    headers: dict[str, str]
    body: str | None  # cut at 4 KiB; None if it is binary


class ResponseParts(RequestParts):
    bytes: int  # the length of the whole body


class RecordedRequest(TypedDict):
    """A request to the API and its response."""

    at: str  # the date-time of its arrival
    ms: float  # until the response
    method: str
    team: int | None  # of the key, else of the experiment
    experiment: str | None  # the uid of the experiment that it names
    fault: str | None  # the name of the fault that it met
    path: str
    query: str
    request: RequestParts
    status: int
    answer: ResponseParts


def _moment(clock: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(clock["now"])


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _date_time(moment: T, argument: str = "clock: set") -> T | str:
    if not isinstance(moment, datetime):
        return moment
    if moment.utcoffset() is None:
        remedy = "give it one, such as datetime.UTC"
        raise ValueError(f"{argument}: {moment!r} has no time zone; {remedy}")
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
    lines = []
    for field, message in faults:
        place = field.strip("/").removeprefix("query.")
        where = subject if place in ("", subject) else f"{subject}: {place}"
        lines.append(f"{where}: {message}")
    return ValueError("; ".join(lines))
