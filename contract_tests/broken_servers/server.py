"""Broken servers on a socket."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any
from unittest import mock

from starlette.types import ASGIApp, Receive, Scope, Send

from broken_servers.exchange import Request, Response, ask, deliver, received
from broken_servers.fault import Fault, Layer
from pictify_conformance.spec import Level
from pictify_conformance.target import Target
from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.thread import ServerThread

SETTLE = 0.6  # seconds; the mock counts at once


class Layered:
    """An application with a layer over it. What breaks in the layer itself is kept, so that it is not taken for it."""

    def __init__(self, app: ASGIApp, layer: Layer, memory: dict[Any, Any]) -> None:
        self._app, self._layer, self._memory = app, layer, memory
        self.broke: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one exchange through the layer."""
        request = await received(scope, receive, self._memory)
        try:
            response = await self._layer(request, self._inner)
        except Exception as error:  # any mistake of a fault is to be told, whatever it is
            self.broke.append(f"{request.method} {request.path}: {error!r}")
            response = Response.of(500)
        await deliver(response, request, send)

    async def _inner(self, request: Request) -> Response:
        return await ask(self._app, request)


@contextlib.contextmanager
def broken_by(fault: Fault | None, level: Level) -> Iterator[tuple[Target, list[str]]]:
    """Our mock with a fault as a target, and the list of what broke in the fault itself."""
    first, second, write_key = (f"{kind}_{secrets.token_hex(12)}" for kind in ("key", "key", "wk"))
    business = Team(first.encode(), (write_key.encode(),), PLANS["business"])
    starter = Team(second.encode(), (), PLANS["starter"])
    with contextlib.ExitStack() as parts:
        if fault and fault.parts:
            fault.parts(
                lambda owner, name, part: (
                    parts.enter_context(mock.patch.object(owner, name, part)) and None
                )
            )
        app: ASGIApp = create_app((business, starter), control=False)
        keys: dict[Any, Any] = {"key": first, "second key": second, "write key": write_key}
        layered = Layered(app, fault.layer, keys) if fault and fault.layer else None
        with serving(layered or app) as url:
            target = Target(url, first, second, write_key, level=level, settle=SETTLE)
            yield target, layered.broke if layered else []


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application in a thread, and yield its URL."""
    thread = ServerThread(app)
    try:
        yield thread.url
    finally:
        thread.stop()
