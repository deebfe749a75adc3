"""The mock server as an ASGI application."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from random import Random
from time import time

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pictify_mock.api import rate_limits as limits
from pictify_mock.api.context import AppState, RequestContext
from pictify_mock.api.operations import PATHS, Operation
from pictify_mock.control import forced_variant, snapshot
from pictify_mock.control.app import ControlApp
from pictify_mock.control.clock import AdjustableClock
from pictify_mock.control.context import ControlContext
from pictify_mock.domain.assignment import PREPARED, prepare
from pictify_mock.domain.clock import Clock, system_clock
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.rate_windows import Windows
from pictify_mock.domain.teams import Team
from pictify_mock.http import headers as request_headers
from pictify_mock.http import responses
from pictify_mock.http.request_body import Headers, drain_request_body, parse, read_checked
from pictify_mock.http.router import Routes
from pictify_mock.storage.memory import Store

TOO_LARGE = 413
CONTROL = ("/_mock", "/_mock/{rest:path}")
CORS_PATHS = frozenset({"/s/events"})
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
    seed: int | None = None,
) -> Routes:
    """Create the mock server as an ASGI application with a state of its own.

    Args:
        clock: Returns the current time as an aware `datetime`.
        chance: The only source of uids, from which the draws of bandits follow.
        control: Serve the control paths under `/_mock/`.
        start: Start with this state, the JSON of `GET /_mock/state`.
        seed: Give the same uids and draws for the same requests.

    Raises:
        Refusal: `start` is not a state of this server.
    """
    adjustable = AdjustableClock(clock)
    windows = Windows() if rate_limits else None
    rng = chance or Random()
    forced = partial(forced_variant.read, token=control_token) if control else None
    app_state = AppState(
        tuple(teams), store or Store(), adjustable, rng, trust_forwarded, windows, forced
    )
    control_context = ControlContext.of(app_state, adjustable, PATHS)
    control_context.start, control_context.start_seed = start, seed
    if start is not None:
        for _ in snapshot.load(control_context, parse(start, snapshot.MOST_NESTING)):
            pass
    if seed is not None:
        control_context.reseed(seed)
    new_id = _request_ids()
    observer = control_context if control else None
    paths: dict[str, ASGIApp] = {
        path: Endpoint(path, app_state, new_id, observer) for path in PATHS
    }
    control_app = ControlApp(control_context, control_token, health_only=not control)
    paths.update(dict.fromkeys(CONTROL, control_app))
    return Routes(paths, otherwise=Endpoint("", app_state, new_id, observer))


class Endpoint:
    """One path of the API, or the answer to an unknown path."""

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
        self.cors = path in CORS_PATHS
        self.app_state = app_state
        self.new_id = new_id
        self.control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time()
        headers = dict(scope["headers"])
        fault = self.control.begin(scope, headers) if self.control else None
        respond = self.respond if fault is None else fault.wrap(self.respond)
        try:
            request_headers.check(scope, headers)
            response = await respond(scope, headers, receive)
        except Refusal as refusal:
            response = responses.problem(refusal, scope["path"])
        except ClientDisconnect:
            return
        except ConnectionResetError:  # of an injected fault, where there is no connection to close
            raise
        except Exception:
            response = responses.internal_error(scope)
        response.raw_headers.append((b"x-request-id", self.new_id()))
        if self.cors:
            add_cors_headers(response, headers)
        if scope["method"] == "HEAD":
            response.body = b""  # the headers stay those of GET
        if self.control is not None:
            self.control.request_log.add(began, time(), scope, response)
        if fault is not None:
            await fault.send(response, scope, receive, send)
        elif response.status_code == TOO_LARGE:
            await drain_request_body(response, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def respond(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        """Resolve, authenticate, limit, parse and handle the request, in this order."""
        operation = self.operation(scope)
        team = operation.security(headers, self.app_state.teams)
        context = RequestContext(self.app_state, scope, headers, team)
        windows, limit = self.app_state.windows, operation.limit
        if windows is None or limit is None:
            return await self.handle(operation, context, receive)
        allowance = windows.take(*limit.of(context, operation), context.now)
        if allowance.is_spent:
            return await limits.with_headers(allowance, limits.response_beyond(limit, allowance))
        return await limits.with_headers(allowance, self.handle(operation, context, receive))

    async def handle(
        self, operation: Operation, context: RequestContext, receive: Receive
    ) -> Response:
        if operation.body:
            raw = await read_checked(context.headers, receive, operation.body)
            context.scope["body"] = raw  # for the request log
            context.body = parse(raw)
        needs_tables = operation.needs_tables
        if needs_tables and not PREPARED.is_set() and needs_tables(context.body):
            await asyncio.to_thread(prepare)
        try:
            response = operation.handler(context)
            return response if isinstance(response, Response) else await response
        finally:
            # Even a refusal shows something of the state that a crash must not undo.
            await self.app_state.store.saved()

    def operation(self, scope: Scope) -> Operation:
        # The $ of a route's pattern also matches before a final newline.
        if not self.operations or scope["path"].endswith("\n"):
            detail = "The API has no such path; check its spelling, a trailing slash included."
            raise Refusal("not-found", detail)
        operation = self.operations.get(scope["method"])
        if operation is None:
            allowed = ", ".join(sorted(self.operations))
            detail = f"This path takes {allowed}."
            raise Refusal("method-not-allowed", detail, headers={"Allow": allowed})
        return operation


def add_cors_headers(response: Response, headers: Headers) -> None:
    response.raw_headers.append((b"vary", b"Origin"))
    origin = headers.get(b"origin")
    if origin is not None:
        response.raw_headers += [
            # The origin and not *, since `sendBeacon` always sends credentials with JSON
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", EXPOSED),
        ]


def _request_ids() -> Callable[[], bytes]:
    """Return a function that makes ids. They are unique over all runs, and so not seeded."""
    run = secrets.token_hex(4)
    numbers = count(1)
    return lambda: f"req_{run}{next(numbers):08x}".encode()
