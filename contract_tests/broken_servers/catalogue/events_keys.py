"""Events whose keys are overlooked or refused, and browsers that are kept out."""

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
from broken_servers.operations import EVENTS, LIST
from pictify_mock.api import authentication
from pictify_mock.api import events as handler
from pictify_mock.domain import events
from pictify_mock.domain.teams import by_write_key

WARNING = "write_key_recommended"
TARGET = events.target


@alter_response("events.write-key-warning", EVENTS)
def nobody_is_warned(_: Request, response: Response) -> None:
    """Without a key there is no warning."""
    response.json.pop("warning", None)


@alter_response("events.write-key-warning", EVENTS)
def arrays_are_not_warned(request: Request, response: Response) -> None:
    """Arrays without a key bring no warning."""
    if isinstance(request.json, list):
        del response.json["warning"]


@alter_response("events.write-key-warning", EVENTS)
def beacons_are_not_warned(request: Request, response: Response) -> None:
    """Events sent as text bring no warning."""
    if request.headers.get("content-type", "").startswith("text/plain"):
        del response.json["warning"]


@alter_response("events.write-key-warning", EVENTS)
def warning_is_a_sentence(_: Request, response: Response) -> None:
    """The warning is a sentence."""
    if "warning" in response.json:
        response.json["warning"] = "A write key is recommended."


@wrap_server("events.write-key-warning", EVENTS)
async def write_key_is_required(request: Request, server: Server) -> Response:
    """Without a key the call is 401."""
    response = await server(request)
    return Response.of(401, {}) if response.json.get("warning") else response


@alter_response("events.write-key", EVENTS)
def everybody_is_warned(_: Request, response: Response) -> None:
    """The warning comes with a key, too."""
    response.json["warning"] = WARNING


@alter_request("events.write-key", EVENTS)
def write_key_in_the_header_is_overlooked(request: Request) -> None:
    """The write key is looked for in the body."""
    request.headers.pop("x-write-key", None)


@alter_request("events.write-key", EVENTS)
def write_key_in_the_event_is_overlooked(request: Request) -> None:
    """The write key is looked for in the header."""
    for item in request.json if isinstance(request.json, list) else [request.json]:
        item.pop("writeKey", None)


@alter_request("events.write-key", EVENTS)
def write_key_in_a_beacon_is_overlooked(request: Request) -> None:
    """The write key is looked for before text is read as JSON."""
    if request.headers.get("content-type", "").startswith("text/plain"):
        request.json.pop("writeKey", None)


@wrap_server("events.write-key", EVENTS)
async def write_key_has_to_be_a_bearer(request: Request, server: Server) -> Response:
    """A write key in its own header is 401."""
    return Response.of(401, {}) if "x-write-key" in request.headers else await server(request)


@patch_mock("events.write-key-unknown")
def unknown_write_keys_are_none(patch: Patch) -> None:
    """An unknown write key is as good as none."""
    patch(authentication, "_write_key", lambda key, teams: by_write_key(teams, key))


@alter_error("events.write-key-unknown", EVENTS, status=401)
def unknown_write_keys_are_403(_: Request, response: Response) -> None:
    """An unknown write key is 403."""
    response.status = 403


@wrap_server("events.write-key-unknown", EVENTS)
async def unknown_write_keys_count(request: Request, server: Server) -> Response:
    """An unknown write key is 401 after its events were counted."""
    response = await server(request)
    if response.status == 401:
        keyless = request.like("POST", "/s/events")
        keyless.headers.pop("x-write-key", None)
        items = request.json if isinstance(request.json, list) else [request.json]
        rows = [
            {name: value for name, value in item.items() if name != "writeKey"} for item in items
        ]
        again = request.like("POST", "/s/events", rows)
        again.headers = {**keyless.headers, "content-type": "application/json"}
        await server(again)
    return response


@alter_request("events.write-key-unknown", EVENTS)
def write_keys_of_later_items_are_overlooked(request: Request) -> None:
    """The write key of the first event is looked at."""
    for item in request.json[1:] if isinstance(request.json, list) else ():
        item.pop("writeKey", None)


@alter_response("events.api-key", EVENTS)
def api_keys_are_warned(request: Request, response: Response) -> None:
    """An API key is no write key and brings the warning."""
    if "authorization" in request.headers:
        response.json["warning"] = WARNING


@wrap_server("events.api-key", EVENTS)
async def api_keys_are_refused(request: Request, server: Server) -> Response:
    """An API key is 401 where a write key belongs."""
    return Response.of(401, {}) if "authorization" in request.headers else await server(request)


def for_anybody(experiment: Any, variant: Any, _: Any, visit: Any) -> Any:
    """Where an event belongs, whoever sends it."""
    return TARGET(experiment, variant, None, visit)


@patch_mock("events.foreign-key")
def foreign_keys_count(patch: Patch) -> None:
    """A key is checked, and not whose it is."""
    patch(handler, "target", for_anybody)


@patch_mock("events.foreign-key")
def foreign_experiments_are_forbidden(patch: Patch) -> None:
    """Another team's experiment is told from one that does not exist."""

    def target(experiment: Any, variant: Any, team: Any, visit: Any) -> Any:
        foreign = experiment is not None and team is not None and experiment.team is not team
        return (
            "It belongs to another team." if foreign else TARGET(experiment, variant, team, visit)
        )

    patch(handler, "target", target)


# --- text and browsers


@wrap_server("events.text-plain", EVENTS)
async def text_is_415(request: Request, server: Server) -> Response:
    """Text is no JSON."""
    text = request.headers.get("content-type", "").startswith("text/plain")
    return Response.of(415, {}) if text else await server(request)


@wrap_server("events.text-plain", EVENTS)
async def text_with_a_charset_is_415(request: Request, server: Server) -> Response:
    """Text is JSON only where no charset is named, and browsers name one."""
    text = request.headers.get("content-type", "").startswith("text/plain;")
    return Response.of(415, {}) if text else await server(request)


@wrap_server("events.text-plain", EVENTS)
async def text_is_taken_and_not_counted(request: Request, server: Server) -> Response:
    """Beacons are answered and thrown away."""
    if request.headers.get("content-type", "").startswith("text/plain"):
        count = len(request.json) if isinstance(request.json, list) else 1
        return Response.of(200, {"ok": True, "processed": count, "errors": [], "warning": WARNING})
    return await server(request)


@wrap_server("events.text-plain", EVENTS)
async def text_holds_one_event(request: Request, server: Server) -> Response:
    """An array as text is refused."""
    text = request.headers.get("content-type", "").startswith("text/plain")
    return (
        Response.of(400, {}) if text and isinstance(request.json, list) else await server(request)
    )


@wrap_server("events.cors", EVENTS, LIST)
async def every_route_is_open(request: Request, server: Server) -> Response:
    """One middleware opens all routes to all origins."""
    response = await server(request)
    if "origin" in request.headers:
        response.headers["access-control-allow-origin"] = "*"
    return response


@wrap_server("events.cors")
async def preflights_are_unknown(request: Request, server: Server) -> Response:
    """OPTIONS is no method here."""
    return Response.of(405, {}) if request.method == "OPTIONS" else await server(request)


@wrap_server("events.cors")
async def preflights_name_no_write_key(request: Request, server: Server) -> Response:
    """A preflight allows Content-Type only."""
    response = await server(request)
    if request.method == "OPTIONS":
        response.headers["access-control-allow-headers"] = "Content-Type"
    return response


@alter_response("events.cors", EVENTS)
def answers_name_no_origin(_: Request, response: Response) -> None:
    """The preflight allows an origin, and the answer does not."""
    response.headers.pop("access-control-allow-origin", None)
