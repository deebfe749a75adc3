"""What a fault is, and the five ways to declare one. Its docstring says what goes wrong, in an engineer's words."""

import functools
import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from broken_servers.exchange import Request, Response

Server: TypeAlias = Callable[[Request], Awaitable[Response]]
Layer: TypeAlias = Callable[[Request, Server], Awaitable[Response]]
Patch: TypeAlias = Callable[[Any, str, Any], None]
Function: TypeAlias = Callable[..., Any]
Declare: TypeAlias = Callable[[Function], Function]

CATALOGUE: dict[str, "Fault"] = {}
NOT_SUCH_A_BODY = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Fault:
    """A server that breaks one rule: a layer over our mock, or other parts inside it."""

    name: str
    breaks: str
    sentence: str
    module: str
    layer: Layer | None = None
    parts: Callable[[Patch], None] | None = None


def wrap_server(breaks: str, *operations: str) -> Declare:
    """Decorate `async f(request, server) -> answer`, which stands before these operations, or before all."""

    async def go(function: Function, request: Request, server: Server) -> Response:
        response: Response = await function(request, server)
        return response

    return _layer(breaks, operations, go)


def alter_request(breaks: str, *operations: str) -> Declare:
    """Decorate `f(request)`, which changes the requests that it fits on their way in."""

    async def go(function: Function, request: Request, server: Server) -> Response:
        with suppress(*NOT_SUCH_A_BODY):
            function(request)
        return await server(request)

    return _layer(breaks, operations, go)


def alter_response(breaks: str, *operations: str) -> Declare:
    """Decorate `f(request, answer)`, which changes the successes that it fits on their way out."""
    return _way_out(breaks, operations, range(400))


def alter_error(breaks: str, *operations: str, status: int | None = None) -> Declare:
    """Decorate `f(request, answer)`, which changes the refusals that it fits, or only those of one status."""
    return _way_out(breaks, operations, (status,) if status else range(400, 600))


def patch_mock(breaks: str) -> Declare:
    """Decorate `f(patch)`, which puts other parts into the mock with `patch(owner, "name", part)`."""

    def declare(function: Function) -> Function:
        _add(function, breaks, parts=function)
        return function

    return declare


def _way_out(breaks: str, operations: tuple[str, ...], statuses: Any) -> Declare:
    async def go(function: Function, request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status in statuses:
            with suppress(*NOT_SUCH_A_BODY):
                function(request, response)
        return response

    return _layer(breaks, operations, go)


def _layer(
    breaks: str,
    operations: tuple[str, ...],
    go: Callable[[Function, Request, Server], Awaitable[Response]],
) -> Declare:
    def declare(function: Function) -> Function:
        @functools.wraps(function)
        async def layer(request: Request, server: Server) -> Response:
            concerned = not operations or request.operation in operations
            return await (go(function, request, server) if concerned else server(request))

        _add(function, breaks, layer=layer)
        return function

    return declare


def _add(function: Function, breaks: str, **kind: Any) -> None:
    name = function.__name__.replace("_", "-")
    module = function.__module__.rpartition(".")[2]
    if name in CATALOGUE:
        raise ValueError(f"{module} and {CATALOGUE[name].module} both declare the fault {name}")
    CATALOGUE[name] = Fault(name, breaks, (function.__doc__ or "").strip(), module, **kind)


def catalogue() -> dict[str, Fault]:
    """Every fault by its name."""
    package = importlib.import_module("broken_servers.catalogue")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return CATALOGUE
