"""Our mock on a socket, with a fault or without."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any
from unittest import mock

from starlette.types import ASGIApp, Receive, Scope, Send

from broken_servers.exchange import Request, Response, call, read_request, send_response
from broken_servers.fault import Fault, Layer
from pictify_conformance.spec import Level
from pictify_conformance.target import Target
from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.thread import ServerThread

SETTLE = 0.6  # seconds; the mock counts at once


class Layered:
    """An application with a layer around it."""

    def __init__(self, app: ASGIApp, layer: Layer, memory: dict[Any, Any]) -> None:
        self._app, self._layer, self._memory = app, layer, memory
        self.problems: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one exchange through the layer."""
        request = await read_request(scope, receive, self._memory)
        try:
            response = await self._layer(request, self._inner)
        except Exception as error:  # a bug of the layer must not look like the fault it plays
            self.problems.append(f"{request.method} {request.path}: {error!r}")
            response = Response.of(500)
        await send_response(response, request, send)

    async def _inner(self, request: Request) -> Response:
        return await call(self._app, request)


@contextlib.contextmanager
def broken_by(fault: Fault | None, level: Level) -> Iterator[tuple[Target, list[str]]]:
    """Serve our mock with a fault. Yield it as a target, and the list of bugs of the fault."""
    first, second, write_key = (f"{kind}_{secrets.token_hex(12)}" for kind in ("key", "key", "wk"))
    business = Team(first.encode(), (write_key.encode(),), PLANS["business"])
    starter = Team(second.encode(), (), PLANS["starter"])
    with contextlib.ExitStack() as stack:

        def patch(owner: Any, name: str, part: Any) -> None:
            stack.enter_context(mock.patch.object(owner, name, part))

        if fault and fault.replace_parts:
            fault.replace_parts(patch)
        app: ASGIApp = create_app((business, starter), control=False)
        keys: dict[Any, Any] = {"key": first, "second key": second, "write key": write_key}
        layered = Layered(app, fault.layer, keys) if fault and fault.layer else None
        with serving(layered or app) as url:
            target = Target(url, first, second, write_key, level=level, settle=SETTLE)
            yield target, layered.problems if layered else []


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application in a thread, and yield its URL."""
    thread = ServerThread(app)
    try:
        yield thread.url
    finally:
        thread.stop()
