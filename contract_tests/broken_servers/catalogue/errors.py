"""Servers whose refusals have another form, and servers that stumble over their input."""

import json
from typing import Any

from broken_servers.changes import (
    declare_parts,
    drop_header,
    drop_member,
    set_header,
)
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
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
from pictify_mock.http import request_body

JSON_OPERATIONS = (CREATE, UPDATE, COMPLETE, EVENTS)


def is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


# --- the form of a refusal


def respond_in_html(_: Request, response: Response) -> None:
    """Replace the problem with a page."""
    response.headers["content-type"] = "text/html; charset=utf-8"
    response.body.content = b"<!doctype html><h1>Error</h1>"


for name, operation, status in (
    ("unauthorised_is_a_page", LIST, 401),
    ("bad_create_is_a_page", CREATE, 400),
    ("conflict_is_a_page", START, 409),
):
    alter_error("errors.json", operation, status=status, name=name)(respond_in_html)

alter_error("errors.json", START, status=409, name="conflict_is_json_called_text")(
    set_header("content-type", "text/plain")
)


@alter_error("errors.json", GET, status=404)
def not_found_has_no_body(_: Request, response: Response) -> None:
    response.body.content = b""


@alter_error("errors.json", CREATE, status=400)
def bad_create_is_a_list(_: Request, response: Response) -> None:
    """A create that is refused with 400 has a list of errors as its body."""
    response.json = response.json["errors"]


@alter_error("errors.json", CREATE, status=400)
def malformed_create_is_a_page(request: Request, response: Response) -> None:
    """A create that is not JSON is answered by the framework, with a page."""
    if not is_json(request.body.content):
        respond_in_html(request, response)


@alter_error("errors.json", LIST, status=401)
def wrong_key_is_a_text(request: Request, response: Response) -> None:
    """A wrong key is refused in plain text, and a missing one in JSON."""
    if "authorization" in request.headers:
        response.headers["content-type"], response.body.content = "text/plain", b"Unauthorized"


alter_error("errors.problem-shape", name="problem_has_no_instance")(drop_member("instance"))


@alter_error("errors.problem-shape", status=404)
def problem_has_another_status(_: Request, response: Response) -> None:
    """The body of a 404 has the status 400."""
    response.json["status"] = 400


@alter_error("errors.problem-shape", status=409)
def problem_has_no_detail(_: Request, response: Response) -> None:
    """The detail of a 409 is empty."""
    response.json["detail"] = ""


@alter_error("errors.problem-shape", QUOTA)
def problems_are_messages(_: Request, response: Response) -> None:
    """An error of the quota has only a message."""
    response.json = {"message": response.json["title"]}


@alter_error("errors.field-errors", CREATE, status=400)
def only_the_first_fault_is_told(_: Request, response: Response) -> None:
    """Only the first of many wrong fields is listed."""
    response.json["errors"] = response.json["errors"][:1]


@alter_error("errors.field-errors", CREATE, status=400)
def fields_are_told_with_dots(_: Request, response: Response) -> None:
    """Fields are named with dots, as in `variants.0.weight`."""
    for item in response.json["errors"]:
        item["field"] = item["field"].lstrip("/").replace("/", ".")


@alter_error("errors.field-errors", LIST, status=400)
def parameters_are_told_without_query(_: Request, response: Response) -> None:
    """A query parameter is named without `query.`."""
    for item in response.json["errors"]:
        item["field"] = item["field"].removeprefix("query.")


# --- bytes that are not JSON


@alter_request("errors.malformed-json.refused", *JSON_OPERATIONS)
def text_after_the_json_passes(request: Request) -> None:
    text = request.body.content.decode()
    request.body.content = text[: json.JSONDecoder().raw_decode(text)[1]].encode()


@alter_request("errors.malformed-json.refused", UPDATE)
def update_without_a_body_passes(request: Request) -> None:
    if not request.body.content.strip():
        request.body.content = b"{}"


@wrap_server("errors.malformed-json.refused", EVENTS)
async def broken_beacons_are_swallowed(request: Request, server: Server) -> Response:
    """Events that are not JSON are 200."""
    if is_json(request.body.content):
        return await server(request)
    return Response.of(200, {"ok": True, "processed": 0, "errors": []})


@refuse_request("errors.malformed-json.refused", COMPLETE, status=500)
def completion_breaks_on_malformed_json(request: Request) -> bool:
    return not is_json(request.body.content)


@refuse_request("errors.malformed-json.refused", EVENTS, status=500)
def text_that_is_not_json_breaks_events(request: Request) -> bool:
    is_text = request.headers.get("content-type", "").startswith("text/plain")
    return is_text and not is_json(request.body.content)


@alter_request("errors.malformed-json.status", CREATE)
def not_a_number_passes(request: Request) -> None:
    """NaN is accepted as a number."""
    request.body.content = request.body.content.replace(b":NaN", b":0")


@alter_error("errors.malformed-json.status", UPDATE, status=400)
def malformed_json_is_422(request: Request, response: Response) -> None:
    if not is_json(request.body.content):
        response.status = 422


# --- media type and size


@alter_request("errors.media-type", *JSON_OPERATIONS)
def media_type_does_not_matter(request: Request) -> None:
    request.headers["content-type"] = "application/json"


@refuse_request("errors.media-type", *JSON_OPERATIONS, status=415)
def charset_is_not_known(request: Request) -> bool:
    """A media type with a charset is refused."""
    return ";" in request.headers["content-type"]


for rule, name, status in (
    ("errors.media-type", "media_type_is_bad", 415),
    ("errors.payload-too-large", "large_body_is_bad", 413),
):

    @alter_error(rule, status=status, name=name)
    def _(_: Request, response: Response) -> None:
        response.status = 400


declare_parts(
    "errors.payload-too-large",
    request_body.read_checked,
    "__defaults__",
    body_may_have_a_byte_more=(request_body.LARGEST_BODY + 1,),
    body_of_1_mib_is_too_large=(request_body.LARGEST_BODY - 1,),
)


# --- methods and paths


@alter_error("errors.method-not-allowed", status=405)
def method_is_not_found(_: Request, response: Response) -> None:
    """A wrong method is 404."""
    response.status = 404


alter_error("errors.method-not-allowed", status=405, name="allow_is_not_told")(drop_header("allow"))


@alter_request("errors.method-not-allowed")
def get_starts_too(request: Request) -> None:
    """GET starts and pauses."""
    if request.method == "GET" and request.path.endswith(("/start", "/pause")):
        request.scope["method"] = "POST"


@alter_request("errors.unknown-path")
def trailing_slash_does_not_matter(request: Request) -> None:
    request.scope["path"] = request.path.rstrip("/") or "/"


@wrap_server("errors.unknown-path")
async def root_is_a_page(request: Request, server: Server) -> Response:
    return Response.of(200, {"hello": "world"}) if request.path == "/" else await server(request)


# --- request ids


@patch_mock("errors.request-id")
def request_ids_repeat(patch: Any) -> None:
    """All responses have one request id."""
    patch(app, "_request_ids", lambda: lambda: b"req_1")


alter_error("errors.request-id", name="refusals_have_no_request_id")(drop_header("x-request-id"))
alter_response("errors.request-id", CLICK, name="redirects_have_no_request_id")(
    drop_header("x-request-id")
)


# --- hostile input and unknown members


@refuse_request("errors.hostile-input", status=500)
def nul_breaks_the_database(request: Request) -> bool:
    return rb"\u0000" in request.body.content


@refuse_request("errors.hostile-input", status=500)
def deep_nesting_breaks_the_parser(request: Request) -> bool:
    return b"[" * 10_000 in request.body.content


@refuse_request("errors.hostile-input", LIST, status=500)
def page_that_is_no_number_breaks(request: Request) -> bool:
    """A limit of 1e2 is a server error."""
    return request.query.get("limit") == "1e2"


@refuse_request("errors.hostile-input", status=500)
def a_body_that_is_no_object_breaks(request: Request) -> bool:
    """A body of null is a server error."""
    return request.body.content == b"null"


@refuse_request("errors.unknown-members", CREATE, UPDATE)
def unknown_members_are_refused(request: Request) -> bool:
    return b"x-unknown-member" in request.body.content


@alter_response("errors.unknown-members", *SHOWING)
def unknown_members_are_echoed(request: Request, response: Response) -> None:
    """The response repeats the unknown members of the request."""
    response.experiments[0].update(
        {name: value for name, value in request.json.items() if name not in response.experiments[0]}
    )
