"""Servers that overlook or refuse the keys of events, and servers that browsers cannot use."""

from typing import Any

from broken_servers.catalogue.events import TAKEN, is_text, items
from broken_servers.changes import declare_statuses, drop_header, drop_member
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import EVENTS, LIST
from pictify_mock.api import authentication
from pictify_mock.api import events as handler
from pictify_mock.domain import events
from pictify_mock.domain.teams import by_write_key

WARNING = "write_key_recommended"
TARGET = events.target


# --- no key

alter_response("events.write-key-warning", EVENTS, name="nobody_is_warned")(drop_member("warning"))


@alter_response("events.write-key-warning", EVENTS)
def beacons_are_not_warned(request: Request, response: Response) -> None:
    """The response to events sent as text has no warning."""
    if is_text(request):
        del response.json["warning"]


@alter_response("events.write-key-warning", EVENTS)
def warning_is_a_sentence(_: Request, response: Response) -> None:
    if "warning" in response.json:
        response.json["warning"] = "A write key is recommended."


@alter_response("events.write-key-warning", EVENTS)
def write_key_is_required(_: Request, response: Response) -> None:
    """Events without a key are 401."""
    if "warning" in response.json:
        response.status = 401


# --- write keys


@alter_request("events.write-key", EVENTS)
def write_key_in_the_header_is_overlooked(request: Request) -> None:
    request.headers.pop("x-write-key", None)


@alter_request("events.write-key", EVENTS)
def write_key_in_the_event_is_overlooked(request: Request) -> None:
    for item in items(request):
        item.pop("writeKey", None)


@alter_request("events.write-key", EVENTS)
def write_key_in_a_beacon_is_overlooked(request: Request) -> None:
    if is_text(request):
        del request.json["writeKey"]


@refuse_request("events.write-key", EVENTS, status=401)
def write_key_has_to_be_a_bearer(request: Request) -> bool:
    """A write key in its own header is 401."""
    return "x-write-key" in request.headers


@patch_mock("events.write-key-unknown")
def unknown_write_keys_are_none(patch: Patch) -> None:
    """An unknown write key is ignored."""
    patch(authentication, "_write_key", lambda key, teams: by_write_key(teams, key))


declare_statuses("events.write-key-unknown", EVENTS, 401, unknown_write_keys_are_403=403)


@wrap_server("events.write-key-unknown", EVENTS)
async def unknown_write_keys_count(request: Request, server: Server) -> Response:
    """Events with an unknown write key are 401, and counted."""
    response = await server(request)
    if response.status == 401:
        rows = [
            {name: value for name, value in item.items() if name != "writeKey"}
            for item in items(request)
        ]
        keyless = request.like("POST", "/s/events", rows)
        keyless.headers.pop("x-write-key", None)
        await server(keyless)
    return response


@alter_request("events.write-key-unknown", EVENTS)
def write_keys_of_later_items_are_overlooked(request: Request) -> None:
    """Only the write key of the first event is checked."""
    for item in items(request)[1:]:
        item.pop("writeKey", None)


# --- API keys


@alter_response("events.api-key", EVENTS)
def api_keys_are_warned(request: Request, response: Response) -> None:
    """The response to events with an API key has the warning."""
    if "authorization" in request.headers:
        response.json["warning"] = WARNING


@refuse_request("events.api-key", EVENTS, status=401)
def api_keys_are_refused(request: Request) -> bool:
    return "authorization" in request.headers


@patch_mock("events.foreign-key")
def foreign_keys_count(patch: Patch) -> None:
    """Events with another team's key are counted."""

    def target(experiment: Any, variant: Any, _: Any, visit: Any) -> Any:
        return TARGET(experiment, variant, None, visit)

    patch(handler, "target", target)


@patch_mock("events.foreign-key")
def foreign_experiments_are_forbidden(patch: Patch) -> None:
    """The error tells another team's experiment from an unknown one."""

    def target(experiment: Any, variant: Any, team: Any, visit: Any) -> Any:
        if experiment is not None and team is not None and experiment.team is not team:
            return "It belongs to another team."
        return TARGET(experiment, variant, team, visit)

    patch(handler, "target", target)


# --- text and browsers


@refuse_request("events.text-plain", EVENTS, status=415)
def text_with_a_charset_is_415(request: Request) -> bool:
    return is_text(request) and ";" in request.headers["content-type"]


@refuse_request("events.text-plain", EVENTS)
def text_holds_one_event(request: Request) -> bool:
    """An array sent as text is refused."""
    return is_text(request) and isinstance(request.json, list)


@wrap_server("events.text-plain", EVENTS)
async def text_is_taken_and_not_counted(request: Request, server: Server) -> Response:
    if not is_text(request):
        return await server(request)
    processed = len(items(request))
    return Response.of(200, {**TAKEN, "processed": processed, "warning": WARNING})


@alter_response("events.cors", EVENTS, LIST, statuses=range(600))
def every_route_is_open(request: Request, response: Response) -> None:
    """The list is open to all origins."""
    if "origin" in request.headers:
        response.headers["access-control-allow-origin"] = "*"


@refuse_request("events.cors", status=405)
def preflights_are_unknown(request: Request) -> bool:
    """OPTIONS is 405."""
    return request.method == "OPTIONS"


@alter_response("events.cors")
def preflights_name_no_write_key(request: Request, response: Response) -> None:
    """A preflight allows the header Content-Type only."""
    if request.method == "OPTIONS":
        response.headers["access-control-allow-headers"] = "Content-Type"


alter_response("events.cors", EVENTS, name="answers_name_no_origin")(
    drop_header("access-control-allow-origin")
)
