"""The catalogue of faults, and the decorators that add to it.

A fault is a function. Its name and docstring are the fault's name and sentence, unless the
decorator is given `name` and `sentence`, as it is in a loop that declares several alike. Without
a docstring the name is the sentence: `click_counts_twice` is "Click counts twice."
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from broken_servers.exchange import Request, Response

Server: TypeAlias = Callable[[Request], Awaitable[Response]]
Layer: TypeAlias = Callable[[Request, Server], Awaitable[Response]]
Patch: TypeAlias = Callable[[Any, str, Any], None]
Function: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Function], Function]

CATALOGUE: dict[str, "Fault"] = {}
SUCCESSES, ERRORS = range(400), range(400, 600)

# A change is written for the body that it breaks. Any other body passes as it came.
UNSUITABLE_BODY = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Fault:
    """A server that breaks one rule: a layer around our mock, or replaced parts inside it."""

    name: str
    rule: str
    sentence: str
    layer: Layer | None = None
    replace_parts: Callable[[Patch], None] | None = None


def wrap_server(rule: str, *operations: str, name: str = "", sentence: str = "") -> Decorator:
    """Decorate `async f(request, server) -> response`, called in place of the server."""

    def declare(function: Function) -> Function:
        async def layer(request: Request, server: Server) -> Response:
            if operations and request.operation not in operations:
                return await server(request)
            response: Response = await function(request, server)
            return response

        _add(function, rule, name, sentence, layer=layer)
        return function

    return declare


def alter_request(rule: str, *operations: str, name: str = "", sentence: str = "") -> Decorator:
    """Decorate `f(request)`, which changes requests on their way in."""

    def declare(function: Function) -> Function:
        async def layer(request: Request, server: Server) -> Response:
            with suppress(*UNSUITABLE_BODY):
                function(request)
            return await server(request)

        _wrap(function, layer, rule, operations, name, sentence)
        return function

    return declare


def refuse_request(
    rule: str, *operations: str, name: str = "", sentence: str = "", status: int = 400
) -> Decorator:
    """Decorate `f(request) -> bool`. Requests for which it is true are refused."""

    def declare(function: Function) -> Function:
        async def layer(request: Request, server: Server) -> Response:
            with suppress(*UNSUITABLE_BODY):
                if function(request):
                    return Response.of(status, {})
            return await server(request)

        _wrap(function, layer, rule, operations, name, sentence)
        return function

    return declare


def alter_response(
    rule: str,
    *operations: str,
    name: str = "",
    sentence: str = "",
    statuses: Container[int] = SUCCESSES,
) -> Decorator:
    """Decorate `f(request, response)`, which changes successes on their way out."""

    def declare(function: Function) -> Function:
        async def layer(request: Request, server: Server) -> Response:
            response = await server(request)
            if response.status in statuses:
                with suppress(*UNSUITABLE_BODY):
                    function(request, response)
            return response

        _wrap(function, layer, rule, operations, name, sentence)
        return function

    return declare


def alter_error(
    rule: str, *operations: str, name: str = "", sentence: str = "", status: int | None = None
) -> Decorator:
    """Decorate `f(request, response)`, which changes errors, or those of one status only."""
    statuses = ERRORS if status is None else (status,)
    return alter_response(rule, *operations, name=name, sentence=sentence, statuses=statuses)


def patch_mock(rule: str, *, name: str = "", sentence: str = "") -> Decorator:
    """Decorate `f(patch)`, which replaces parts of the mock with `patch(owner, "name", part)`."""

    def declare(function: Function) -> Function:
        _add(function, rule, name, sentence, replace_parts=function)
        return function

    return declare


def _wrap(
    function: Function,
    layer: Layer,
    rule: str,
    operations: tuple[str, ...],
    name: str,
    sentence: str,
) -> None:
    name, sentence = name or function.__name__, sentence or function.__doc__ or ""
    wrap_server(rule, *operations, name=name, sentence=sentence)(layer)


def _add(function: Function, rule: str, name: str, sentence: str, **kind: Any) -> None:
    name = (name or function.__name__).replace("_", "-")
    if name in CATALOGUE:
        raise ValueError(f"the fault {name} is declared twice")
    sentence = sentence or function.__doc__ or f"{name.replace('-', ' ').capitalize()}."
    CATALOGUE[name] = Fault(name, rule, sentence, **kind)


def catalogue() -> dict[str, Fault]:
    """Return every fault by its name."""
    package = importlib.import_module("broken_servers.catalogue")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return CATALOGUE
