"""Refusals of another form, and bytes that are taken or stumbled over."""

import json
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    wrap_server,
)
from broken_servers.operations import (
    CLICK,
    COMPLETE,
    CREATE,
    EVENTS,
    GET,
    LIST,
    QUOTA,
    SHOWING,
    START,
    UPDATE,
)
from pictify_mock import app
from pictify_mock.domain import errors
from pictify_mock.http import request_body

TAKING_JSON = (CREATE, UPDATE, COMPLETE, EVENTS)
PATH = "/experiments/api"


def is_json(content: bytes) -> bool:
    """Whether the bytes are JSON."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _page(operation: str, status: int, word: str) -> None:
    def fault(_: Request, response: Response) -> None:
        response.headers["content-type"] = "text/html; charset=utf-8"
        response.body.content = b"<!doctype html><h1>Error</h1>"

    fault.__name__ = f"{word}_is_a_page"
    fault.__doc__ = f"{status} on {operation} is a page of HTML."
    alter_error("errors.json", operation, status=status)(fault)


for _operation, _status, _word in (
    (LIST, 401, "unauthorised"),
    (CREATE, 400, "bad_create"),
    (GET, 404, "not_found"),
    (START, 409, "conflict"),
):
    _page(_operation, _status, _word)


@alter_error("errors.json", GET, status=404)
def not_found_has_no_body(_: Request, response: Response) -> None:
    """404 on get has no body."""
    response.body.content = b""


@alter_error("errors.json", CREATE, status=400)
def bad_create_is_a_list(_: Request, response: Response) -> None:
    """400 on create is a list of errors."""
    response.json = response.json["errors"]


@wrap_server("errors.json", CREATE)
async def malformed_create_is_a_page(request: Request, server: Server) -> Response:
    """A create that is not JSON is 400 from the framework, as a page of HTML."""
    response = await server(request)
    if response.status == 400 and not is_json(request.body.content):
        response.headers["content-type"], response.body.content = (
            "text/html",
            b"<pre>SyntaxError: Unexpected token</pre>",
        )
    return response


@alter_error("errors.json", LIST, status=401)
def wrong_key_is_a_text(request: Request, response: Response) -> None:
    """A wrong key is 401 and a text, a missing one is JSON."""
    if "authorization" in request.headers:
        response.headers["content-type"], response.body.content = "text/plain", b"Unauthorized"


@alter_error("errors.json", START, status=409)
def conflict_is_json_called_text(_: Request, response: Response) -> None:
    """409 on start is JSON that is called text."""
    response.headers["content-type"] = "text/plain"


@alter_error("errors.problem-shape")
def problem_has_no_instance(_: Request, response: Response) -> None:
    """Problems have no instance."""
    del response.json["instance"]


@alter_error("errors.problem-shape", status=404)
def problem_has_another_status(_: Request, response: Response) -> None:
    """The status in a 404's body is 400."""
    response.json["status"] = 400


@alter_error("errors.problem-shape", status=409)
def problem_has_no_detail(_: Request, response: Response) -> None:
    """A conflict has no detail."""
    response.json["detail"] = ""


@alter_error("errors.field-errors", CREATE, status=400)
def only_the_first_fault_is_told(_: Request, response: Response) -> None:
    """Of many broken fields the first is told."""
    response.json["errors"] = response.json["errors"][:1]


@alter_error("errors.field-errors", CREATE, status=400)
def fields_are_told_with_dots(_: Request, response: Response) -> None:
    """Fields are told as variants.0.weight."""
    for item in response.json["errors"]:
        item["field"] = item["field"].lstrip("/").replace("/", ".")


@alter_error("errors.field-errors", LIST, status=400)
def parameters_are_told_without_query(_: Request, response: Response) -> None:
    """A broken parameter is told by its bare name."""
    for item in response.json["errors"]:
        item["field"] = item["field"].removeprefix("query.")


@wrap_server("errors.malformed-json.refused", *TAKING_JSON)
async def trailing_comma_passes(request: Request, server: Server) -> Response:
    """A comma before the last brace passes, as JSON5 has it."""
    if request.body.content.endswith(b",}"):
        request.body.content = request.body.content[:-2] + b"}"
    return await server(request)


@wrap_server("errors.malformed-json.refused", *TAKING_JSON)
async def single_quotes_pass(request: Request, server: Server) -> Response:
    """Single quotes pass, as YAML has them."""
    if request.body.content.startswith(b"{'"):
        request.body.content = request.body.content.replace(b"'", b'"')
    return await server(request)


@wrap_server("errors.malformed-json.refused", *TAKING_JSON)
async def text_after_the_json_passes(request: Request, server: Server) -> Response:
    """Only the first JSON value of a body is read."""
    try:
        text = request.body.content.decode()
        request.body.content = text[: json.JSONDecoder().raw_decode(text)[1]].encode()
    except ValueError:
        pass
    return await server(request)


@wrap_server("errors.malformed-json.refused", UPDATE)
async def update_without_a_body_passes(request: Request, server: Server) -> Response:
    """An empty body counts as {}."""
    if not request.body.content.strip():
        request.body.content = b"{}"
    return await server(request)


@wrap_server("errors.malformed-json.refused", EVENTS)
async def broken_beacons_are_swallowed(request: Request, server: Server) -> Response:
    """Events that are not JSON are 200, so that beacons never fail."""
    if is_json(request.body.content):
        return await server(request)
    return Response.of(200, {"ok": True, "processed": 0, "errors": []})


@wrap_server("errors.malformed-json.refused", COMPLETE)
async def completion_breaks_on_malformed_json(request: Request, server: Server) -> Response:
    """A completion that is not JSON is 500."""
    return (
        await server(request)
        if is_json(request.body.content)
        else Response.of(500, {"error": "Unexpected token"})
    )


@wrap_server("errors.malformed-json.status", CREATE)
async def not_a_number_passes(request: Request, server: Server) -> Response:
    """NaN passes, as Python has it."""
    request.body.content = request.body.content.replace(b":NaN", b":0")
    return await server(request)


@wrap_server("errors.malformed-json.status", UPDATE)
async def malformed_json_is_422(request: Request, server: Server) -> Response:
    """An update that is not JSON is 422."""
    response = await server(request)
    if response.status == 400 and not is_json(request.body.content):
        response.status = 422
    return response


@alter_request("errors.media-type", *TAKING_JSON)
def media_type_does_not_matter(request: Request) -> None:
    """JSON is taken under any media type."""
    request.headers["content-type"] = "application/json"


@alter_error("errors.media-type", status=415)
def media_type_is_bad(_: Request, response: Response) -> None:
    """Another media type is 400."""
    response.status = 400


@wrap_server("errors.media-type", *TAKING_JSON)
async def charset_is_not_known(request: Request, server: Server) -> Response:
    """A media type with a charset is not known."""
    return (
        Response.of(415, {})
        if ";" in request.headers.get("content-type", "")
        else await server(request)
    )


@patch_mock("errors.payload-too-large")
def body_may_have_a_byte_more(patch: Patch) -> None:
    """A body of 1 MiB and a byte is read."""
    patch(request_body.read, "__defaults__", (request_body.LARGEST_BODY + 1,))


@patch_mock("errors.payload-too-large")
def body_of_1_mib_is_too_large(patch: Patch) -> None:
    """A body of exactly 1 MiB is too large."""
    patch(request_body.read, "__defaults__", (request_body.LARGEST_BODY - 1,))


@alter_error("errors.payload-too-large", status=413)
def large_body_is_bad(_: Request, response: Response) -> None:
    """A large body is 400."""
    response.status = 400


@alter_error("errors.method-not-allowed", status=405)
def method_is_not_found(_: Request, response: Response) -> None:
    """An unknown method is 404."""
    response.status = 404


@alter_error("errors.method-not-allowed", status=405)
def allow_is_not_told(_: Request, response: Response) -> None:
    """405 has no Allow."""
    del response.headers["allow"]


@wrap_server("errors.method-not-allowed")
async def patch_is_taken_for_put(request: Request, server: Server) -> Response:
    """PATCH does what PUT does."""
    if request.method == "PATCH" and request.path.count("/") == 3:
        request.scope["method"] = "PUT"
    return await server(request)


@wrap_server("errors.method-not-allowed")
async def get_starts_too(request: Request, server: Server) -> Response:
    """GET on a move does the move."""
    if request.method == "GET" and request.path.endswith(("/start", "/pause")):
        request.scope["method"] = "POST"
    return await server(request)


@wrap_server("errors.unknown-path")
async def trailing_slash_redirects(request: Request, server: Server) -> Response:
    """A path with a trailing slash is redirected to the one without."""
    if request.path.endswith("/") and len(request.path) > 1:
        return Response.of(308, location=request.path.rstrip("/"))
    return await server(request)


@wrap_server("errors.unknown-path")
async def trailing_slash_does_not_matter(request: Request, server: Server) -> Response:
    """A path with a trailing slash is the one without."""
    request.scope["path"] = request.path.rstrip("/") or "/"
    return await server(request)


@wrap_server("errors.unknown-path")
async def root_is_a_page(request: Request, server: Server) -> Response:
    """The root greets."""
    return Response.of(200, {"hello": "world"}) if request.path == "/" else await server(request)


@patch_mock("errors.request-id")
def request_ids_repeat(patch: Patch) -> None:
    """All answers have one request id."""
    patch(app, "_request_ids", lambda: lambda: b"req_1")


@alter_error("errors.request-id")
def refusals_have_no_request_id(_: Request, response: Response) -> None:
    """Refusals have no request id."""
    del response.headers["x-request-id"]


@alter_response("errors.request-id", CLICK)
def redirects_have_no_request_id(_: Request, response: Response) -> None:
    """Redirects have no request id."""
    del response.headers["x-request-id"]


@wrap_server("errors.hostile-input")
async def nul_breaks_the_database(request: Request, server: Server) -> Response:
    """NUL in a text is 500, as PostgreSQL has it."""
    return Response.of(500) if rb"\u0000" in request.body.content else await server(request)


@wrap_server("errors.hostile-input")
async def deep_nesting_breaks_the_parser(request: Request, server: Server) -> Response:
    """Very deep nesting overflows the stack."""
    return Response.of(500) if b"[" * 10_000 in request.body.content else await server(request)


@wrap_server("errors.hostile-input", LIST)
async def page_that_is_no_number_breaks(request: Request, server: Server) -> Response:
    """A limit of 1e2 is a type error."""
    return Response.of(500) if request.query.get("limit") == "1e2" else await server(request)


@wrap_server("errors.hostile-input", CREATE, UPDATE)
async def large_numbers_overflow(request: Request, server: Server) -> Response:
    """A number of more than 64 bits overflows its column."""
    return (
        Response.of(500)
        if b"9223372036854775808" in request.body.content
        else await server(request)
    )


@wrap_server("errors.hostile-input")
async def a_body_that_is_no_object_breaks(request: Request, server: Server) -> Response:
    """null as a body is a null pointer."""
    return Response.of(500) if request.body.content == b"null" else await server(request)


@wrap_server("errors.unknown-members", CREATE, UPDATE)
async def unknown_members_are_refused(request: Request, server: Server) -> Response:
    """An unknown member is 400."""
    return (
        Response.of(400, {})
        if b"x-unknown-member" in request.body.content
        else await server(request)
    )


@alter_response("errors.unknown-members", *SHOWING)
def unknown_members_are_echoed(request: Request, response: Response) -> None:
    """The answer to a create repeats what it does not know."""
    known: dict[str, Any] = response.experiments[0]
    known.update({name: value for name, value in request.json.items() if name not in known})


@patch_mock("errors.problem-shape")
def problems_have_no_title(patch: Patch) -> None:
    """Problems have an empty title."""
    patch(errors, "REFUSALS", {code: (status, "") for code, (status, _) in errors.REFUSALS.items()})


@alter_error("errors.problem-shape", QUOTA)
def problems_are_messages(_: Request, response: Response) -> None:
    """The quota tells errors as a message, as an older server did."""
    response.json = {"message": response.json["title"]}
