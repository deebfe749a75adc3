"""Responses that reveal internals or let the caller inject headers."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_request, wrap_server
from broken_servers.operations import CLICK, COMPLETE, CREATE, MANAGEMENT, UPDATE


@alter_error("errors.no-internals", CREATE, status=400)
def refused_create_shows_its_stack(_: Request, response: Response) -> None:
    stack = "Error: name is required\n    at validate (/app/routes/experiments.js:31:11)"
    response.json["stack"] = stack


@alter_error("errors.no-internals", CREATE, status=409)
def taken_slug_shows_the_database(_: Request, response: Response) -> None:
    """The refusal of a taken slug quotes the database."""
    detail = "E11000 duplicate key error collection: prod.experiments index: slug_1"
    response.json["detail"] = detail


@alter_error("errors.no-internals", COMPLETE, status=400)
def odd_winner_shows_a_traceback(_: Request, response: Response) -> None:
    detail = 'Traceback (most recent call last):\n  File "app.py", line 7, in complete'
    response.json["detail"] = detail


@alter_request("auth.scheme-case", *MANAGEMENT)
def scheme_is_read_to_the_letter(request: Request) -> None:
    """The scheme Bearer is case-sensitive."""
    scheme, _, key = request.headers["authorization"].partition(" ")
    if scheme != "Bearer":
        request.headers["authorization"] = f"Basic {key}"


@wrap_server("auth.key-not-echoed")
async def trace_sends_everything_back(request: Request, server: Server) -> Response:
    """TRACE echoes the request's headers, the key among them."""
    return Response.of(200, request.headers) if request.method == "TRACE" else await server(request)


def inject_header(response: Response, line: Any) -> None:
    name, _, value = line.partition(": ")
    response.headers[name.lower()] = value


@wrap_server("click.no-open-redirect", CLICK)
async def query_starts_a_header(request: Request, server: Server) -> Response:
    """Text after a line break in the query is sent as a header."""
    response = await server(request)
    for value in request.query.values():
        if value.startswith(("\r\n", "\n")) and ": " in value:
            inject_header(response, value.strip())
    return response


@wrap_server("click.one-line-location", CREATE, UPDATE, CLICK)
async def destination_starts_a_header(request: Request, server: Server) -> Response:
    """Text after a line break in the destination is sent as a header."""
    injected: dict[str, str] = request.memory.setdefault("injected", {})
    goal = request.json.get("goalConfig", {}) if isinstance(request.json, dict) else {}
    lines = str(goal.get("destinationUrl", "")).splitlines()
    if len(lines) > 1:
        goal["destinationUrl"] = lines[0]  # the mock refuses line breaks
    response = await server(request)
    if len(lines) > 1:
        injected.update({experiment["slug"]: lines[-1] for experiment in response.experiments})
    if request.operation == CLICK and request.name in injected:
        inject_header(response, injected[request.name])
    return response
