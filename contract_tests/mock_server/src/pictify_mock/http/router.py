"""Which application answers a path."""

from collections.abc import Mapping

from starlette.routing import Router, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send


class Routes:
    """Templates as Starlette writes them. One without parameters is found at once and goes first: `quota` is no uid.

    Starlette's own router asks one route after the other, which costs more than answering does.
    """

    def __init__(self, paths: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        self.plain = {path: app for path, app in paths.items() if "{" not in path}
        self.open = [
            (compile_path(path)[0], app) for path, app in paths.items() if path not in self.plain
        ]
        self.otherwise = otherwise
        self.other_protocols = Router()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.other_protocols(scope, receive, send)
        else:
            await self.app(scope)(scope, receive, send)

    def app(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        if path in self.plain:
            return self.plain[path]
        for pattern, app in self.open:
            match = pattern.match(path)
            if match:
                scope["path_params"] = match.groupdict()
                return app
        return self.otherwise
