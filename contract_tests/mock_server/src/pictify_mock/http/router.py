"""Find the application of a path."""

from collections.abc import Mapping

from starlette.routing import Router, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send


class Routes:
    """Routes by Starlette's path templates.

    Starlette's router tries one route after the other, which takes longer than most responses. So a
    path without parameters is looked up first, which also keeps `quota` from being a uid.
    """

    def __init__(self, paths: Mapping[str, ASGIApp], otherwise: ASGIApp) -> None:
        self.literal = {path: app for path, app in paths.items() if "{" not in path}
        patterns = [
            (path, compile_path(path)[0], app)
            for path, app in paths.items()
            if path not in self.literal
        ]
        # By the first part of the path, so that few are tried
        self.patterns = {
            first: [(pattern, app) for path, pattern, app in patterns if _first_part(path) == first]
            for first in map(_first_part, paths)
        }
        self.otherwise = otherwise
        self.other_protocols = Router()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.other_protocols(scope, receive, send)
        else:
            await self.app(scope)(scope, receive, send)

    def app(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        if path in self.literal:
            return self.literal[path]
        for pattern, app in self.patterns.get(_first_part(path), ()):
            match = pattern.match(path)
            if match:
                scope["path_params"] = match.groupdict()
                return app
        return self.otherwise


def _first_part(path: str) -> str:
    return path[1:].partition("/")[0]
