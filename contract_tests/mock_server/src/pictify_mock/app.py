"""The mock server as an ASGI application: the operations, the control paths, and how a refusal is answered."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from time import time

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pictify_mock.api.context import AppState, RequestContext
from pictify_mock.api.operations import PATHS, Operation
from pictify_mock.api.rate_limits import limited
from pictify_mock.control import snapshot
from pictify_mock.control.app import MOST_NESTING, Control
from pictify_mock.control.clock import DrivenClock
from pictify_mock.control.context import ControlContext
from pictify_mock.domain.assignment import PREPARED, prepare
from pictify_mock.domain.clock import Clock, system_clock
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.rate_windows import Windows
from pictify_mock.domain.teams import Team
from pictify_mock.http import headers as wire_headers
from pictify_mock.http import responses
from pictify_mock.http.request_body import Headers, linger, parse, read_checked
from pictify_mock.http.router import Routes
from pictify_mock.storage.memory import Store

logger = logging.getLogger(__name__)

TOO_LARGE = 413
CONTROL = ("/_mock", "/_mock/{rest:path}")
SHARED_ACROSS_ORIGINS = frozenset({"/s/events"})
EXPOSED = b"X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"


def create_app(
    teams: Sequence[Team],
    *,
    store: Store | None = None,
    clock: Clock = system_clock,
    chance: Random | None = None,
    trust_forwarded: bool = False,
    rate_limits: bool = False,
    control: bool = True,
    control_token: str | None = None,
    start: bytes | None = None,
) -> Routes:
    """The mock server as an ASGI application, with a state of its own, at first that of the JSON in `start`."""
    driven = DrivenClock(clock)
    windows = Windows() if rate_limits else None
    app_state = AppState(
        tuple(teams), store or Store(), driven, chance or Random(), trust_forwarded, windows
    )
    control_context = ControlContext.of(app_state, driven, PATHS)
    if start is not None:
        for _ in snapshot.load(control_context, parse(start, MOST_NESTING)):
            pass
    new_id = _request_ids()
    watch = control_context if control else None
    paths: dict[str, ASGIApp] = {path: Path(path, app_state, new_id, watch) for path in PATHS}
    if control:
        paths.update(dict.fromkeys(CONTROL, Control(control_context, control_token)))
    return Routes(paths, otherwise=Path("", app_state, new_id, watch))


class Path:
    """One path of the table, or what answers where there is none."""

    def __init__(
        self,
        path: str,
        app_state: AppState,
        new_id: Callable[[], bytes],
        control: ControlContext | None,
    ) -> None:
        self.operations = dict(PATHS.get(path, {}))
        if "GET" in self.operations:
            self.operations["HEAD"] = self.operations["GET"]
        self.shared = path in SHARED_ACROSS_ORIGINS
        self.app_state = app_state
        self.respond = (
            limited(self.answer, self.operation, app_state, app_state.windows)
            if app_state.windows
            else self.answer
        )
        self.new_id = new_id
        self.faults = control.faults if control else None
        self.exchanges = control.exchanges if control else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time()
        headers = dict(scope["headers"])
        fault = self.faults.take(scope, headers) if self.faults else None
        respond = self.respond if fault is None else fault.instead_of(self.respond)
        try:
            wire_headers.check(scope, headers)
            response = await respond(scope, headers, receive)
        except Refusal as refusal:
            response = responses.problem(refusal, scope["path"])
        except ClientDisconnect:
            return
        except ConnectionResetError:  # a fault's, where there is no connection to close
            raise
        except Exception:
            logger.exception("%s %s", scope["method"], scope["path"])
            response = responses.problem(
                Refusal("internal-error", "Its log has the traceback."), scope["path"]
            )
        response.raw_headers.append((b"x-request-id", self.new_id()))
        if self.shared:
            share(response, headers)
        if scope["method"] == "HEAD":
            response.body = b""
        if self.exchanges is not None:
            self.exchanges.note(began, time(), scope, response)
        if fault is not None:
            await fault.deliver(response, scope, receive, send)
        elif response.status_code == TOO_LARGE:
            await linger(response, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def answer(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        operation = self.operation(scope)
        team = operation.security(headers, self.app_state.teams)
        body = None
        if operation.body:
            scope["body"] = await read_checked(
                headers, receive, operation.body
            )  # for the record of the exchanges
            body = parse(scope["body"])
        if operation.visits is not None and not PREPARED.is_set() and operation.visits(body):
            await asyncio.to_thread(prepare)
        try:
            response = operation.handler(RequestContext(self.app_state, scope, headers, team, body))
            return response if isinstance(response, Response) else await response
        finally:
            await (
                self.app_state.store.saved()
            )  # no answer, a refusal included, tells what a crash could undo

    def operation(self, scope: Scope) -> Operation:
        if not self.operations or scope["path"].endswith(
            "\n"
        ):  # a route's $ also matches before a final newline
            raise Refusal(
                "not-found",
                "The API has no such path; check its spelling, a trailing slash included.",
            )
        operation = self.operations.get(scope["method"])
        if operation is None:
            allowed = ", ".join(sorted(self.operations))
            raise Refusal(
                "method-not-allowed", f"This path takes {allowed}.", headers={"Allow": allowed}
            )
        return operation


def share(response: Response, headers: Headers) -> None:
    """Let the page that asked read the answer, cookies or not: a beacon of JSON always comes with credentials."""
    response.raw_headers.append((b"vary", b"Origin"))
    origin = headers.get(b"origin")
    if origin is not None:
        response.raw_headers += [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", EXPOSED),
        ]


def _request_ids() -> Callable[[], bytes]:
    """Ids that no other run of the server gives. They are no part of the state that chance decides."""
    run = secrets.token_hex(4)
    numbers = count(1)
    return lambda: f"req_{run}{next(numbers):08x}".encode()
