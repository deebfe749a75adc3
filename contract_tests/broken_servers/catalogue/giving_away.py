"""Answers that give away what is inside, or take in what is outside."""

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, wrap_server
from broken_servers.operations import CLICK, COMPLETE, CREATE, LIST, MANAGEMENT, UPDATE

INTERNALS = "errors.no-internals"


@alter_error(INTERNALS, CREATE, status=400)
def refused_create_shows_its_stack(_: Request, response: Response) -> None:
    """A broken create is answered with where in the source it broke."""
    response.json["stack"] = (
        "Error: name is required\n    at validate (/app/routes/experiments.js:31:11)"
    )


@alter_error(INTERNALS, CREATE, status=409)
def taken_slug_shows_the_database(_: Request, response: Response) -> None:
    """A taken slug is told in the database's words."""
    response.json["detail"] = (
        "E11000 duplicate key error collection: prod.experiments index: slug_1"
    )


@alter_error(INTERNALS, COMPLETE, status=400)
def odd_winner_shows_a_traceback(_: Request, response: Response) -> None:
    """An odd winner is answered with a traceback."""
    response.json["detail"] = (
        'Traceback (most recent call last):\n  File "app.py", line 7, in complete'
    )


@wrap_server("auth.scheme-case", *MANAGEMENT)
async def scheme_is_read_to_the_letter(request: Request, server: Server) -> Response:
    """Only Bearer with a capital is a scheme."""
    if not request.headers.get("authorization", "Bearer").startswith("Bearer"):
        request.headers["authorization"] = (
            "Basic " + request.headers["authorization"].partition(" ")[2]
        )
    return await server(request)


@wrap_server("auth.key-not-echoed")
async def trace_sends_everything_back(request: Request, server: Server) -> Response:
    """TRACE answers with the request's headers, the key among them."""
    if request.method != "TRACE":
        return await server(request)
    return Response.of(200, request.headers)


@wrap_server("click.no-open-redirect", CLICK)
async def query_starts_a_header(request: Request, server: Server) -> Response:
    """What comes after a line break in the query is sent as a header."""
    response = await server(request)
    for value in request.query.values():
        name, colon, rest = value.strip().partition(": ")
        if value.startswith(("\r\n", "\n")) and colon:
            response.headers[name.lower()] = rest
    return response


@wrap_server("click.one-line-location", CREATE, UPDATE, CLICK)
async def destination_starts_a_header(request: Request, server: Server) -> Response:
    """What comes after a line break in the destination is sent as a header."""
    injected: dict[str, str] = request.memory.setdefault("injected", {})
    goal = request.json.get("goalConfig", {}) if isinstance(request.json, dict) else {}
    lines = str(goal.get("destinationUrl", "")).splitlines()
    if len(lines) > 1:
        goal["destinationUrl"] = lines[0]
    response = await server(request)
    if len(lines) > 1:
        injected.update({made["slug"]: lines[-1] for made in response.experiments})
    if request.operation == CLICK and request.name in injected:
        name, _, rest = injected[request.name].partition(": ")
        response.headers[name.lower()] = rest
    return response


@wrap_server("errors.unknown-members", LIST)
async def unknown_parameters_are_refused(request: Request, server: Server) -> Response:
    """A list with a parameter that nobody knows is 400."""
    unknown = request.query.keys() - {"type", "status", "page", "limit"}
    return Response.of(400, {}) if unknown else await server(request)


@wrap_server("errors.unknown-members", LIST)
async def offset_is_known_but_not_told(request: Request, server: Server) -> Response:
    """A list takes an offset that no page names."""
    response = await server(request)
    if "offset" in request.query:
        response.json["experiments"] = response.experiments[int(request.query["offset"]) :]
    return response
