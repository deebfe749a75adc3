"""A server that implements a part of the operations."""

import re
from collections.abc import Collection

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

API = "/experiments/api"
OPERATIONS = {
    "list": rf"GET {API}",
    "create": rf"POST {API}",
    "quota": rf"GET {API}/quota",
    "get": rf"GET {API}/(?!quota$)[^/]+",
    "update": rf"PUT {API}/[^/]+",
    "delete": rf"DELETE {API}/[^/]+",
    "start": rf"POST {API}/[^/]+/start",
}


class Partial:
    """Answer 404 to all but some operations of an application."""

    def __init__(self, app: ASGIApp, implemented: Collection[str]) -> None:
        self._app = app
        self._implemented = re.compile("|".join(OPERATIONS[name] for name in implemented))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._implemented.fullmatch(f"{scope['method']} {scope['path']}"):
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"message": "Cannot do that"}, 404)(scope, receive, send)
