"""Servers that refuse good events, accept wrong ones, or report the wrong outcome."""

from collections.abc import Callable
from typing import Any

from broken_servers.changes import declare_parts, declare_statuses
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_error,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import EVENTS
from pictify_mock.domain import events
from pictify_mock.http import request_parsing

TAKEN = {"ok": True, "processed": 1, "errors": []}


def items(request: Request) -> list[Any]:
    """Return the events of a request, one or many."""
    return request.json if isinstance(request.json, list) else [request.json]


def sent_values(request: Request, member: str) -> list[Any]:
    """Return the values of a member in the events of a request."""
    return [item[member] for item in items(request) if isinstance(item, dict) and member in item]


def is_text(request: Request) -> bool:
    """Return True for a request of `navigator.sendBeacon`."""
    return request.headers.get("content-type", "").startswith("text/plain")


# --- errors at another place


@alter_response("events.partial", EVENTS)
def error_index_counts_no_earlier_errors(_: Request, response: Response) -> None:
    for number, error in enumerate(response.json["errors"]):
        error["index"] -= number


# --- good events that are refused


def has_value(member: str, value: str) -> Callable[[Request], bool]:
    """Return a condition that is true for events with this value."""

    def condition(request: Request) -> bool:
        return value in sent_values(request, member)

    return condition


for rule, name, member, value in (
    ("events.single", "view_is_refused", "event", "view"),
    ("events.single", "conversion_is_refused", "event", "conversion"),
    ("events.all-fields", "in_app_is_refused", "channel", "in-app"),
    ("events.all-fields", "tablet_is_refused", "device", "tablet"),
    ("events.all-fields", "source_api_is_refused", "source", "api"),
):
    refuse_request(rule, EVENTS, name=name)(has_value(member, value))


@refuse_request("events.all-fields", EVENTS)
def metadata_has_1_kb(request: Request) -> bool:
    """Metadata over 1 KB is refused."""
    return any(len(str(metadata)) > 1024 for metadata in sent_values(request, "metadata"))


@refuse_request("events.all-fields", EVENTS)
def referrer_has_to_be_a_host(request: Request) -> bool:
    """A referrer with a slash is refused."""
    return any("/" in referrer for referrer in sent_values(request, "referrer"))


@refuse_request("events.all-fields", EVENTS)
def referrer_has_to_be_a_url(request: Request) -> bool:
    """A referrer that is not a URL is refused."""
    return any("://" not in referrer for referrer in sent_values(request, "referrer"))


@alter_request("events.all-fields", EVENTS)
def channel_email_is_answered_and_lost(request: Request) -> None:
    """An event of the channel email is accepted and not counted."""
    if request.json["channel"] == "email":
        request.json["event"] = "view"


@refuse_request("events.single", EVENTS)
def slug_of_an_event_has_59_characters(request: Request) -> bool:
    """An experiment of 60 characters is refused."""
    return any(len(slug) == 60 for slug in sent_values(request, "experiment"))


@refuse_request("events.batch", EVENTS)
def arrays_are_refused(request: Request) -> bool:
    return isinstance(request.json, list)


@refuse_request("events.batch", EVENTS)
def arrays_of_one_are_refused(request: Request) -> bool:
    return isinstance(request.json, list) and len(request.json) == 1


# --- the response

declare_statuses("events.single", EVENTS, 200, events_are_202=202)


@alter_response("events.single", EVENTS)
def one_event_is_never_processed(request: Request, response: Response) -> None:
    """The response to a single event says that 0 are processed."""
    if isinstance(request.json, dict):
        response.json["processed"] = 0


@alter_response("events.single", EVENTS)
def events_say_success(_: Request, response: Response) -> None:
    """The response has success instead of ok."""
    response.json["success"] = response.json.pop("ok")


@alter_response("events.batch", EVENTS)
def processed_counts_calls(_: Request, response: Response) -> None:
    """The response to an array says that 1 is processed."""
    response.json["processed"] = min(1, response.json["processed"])


@alter_request("events.batch", EVENTS)
def array_is_about_its_first_experiment(request: Request) -> None:
    """All events of an array are counted for the first one's experiment."""
    for item in request.json[1:]:
        item["experiment"] = request.json[0]["experiment"]


# --- the largest array

declare_parts(
    "events.batch-maximum.refused",
    request_parsing,
    "MAX_BATCH",
    array_may_hold_101=101,
    array_may_hold_99=99,
)


@alter_request("events.batch-maximum.refused", EVENTS)
def array_is_cut_to_100(request: Request) -> None:
    if isinstance(request.json, list):
        request.json = request.json[:100]


@wrap_server("events.batch-maximum.refused", EVENTS)
async def refused_array_is_counted(request: Request, server: Server) -> Response:
    """An array of 101 events is refused after 100 of them were counted."""
    response = await server(request)
    if isinstance(request.json, list) and len(request.json) > 100:
        await server(request.like("POST", "/s/events", request.json[:100]))
    return response


@refuse_request("events.batch-maximum.status", EVENTS, status=413)
def array_of_101_is_413(request: Request) -> bool:
    return isinstance(request.json, list) and len(request.json) > 100


# --- members that are missing or wrong


@alter_request("events.required", EVENTS)
def event_without_a_name_is_an_impression(request: Request) -> None:
    request.json.setdefault("event", "impression")


@wrap_server("events.required", EVENTS)
async def event_without_experiment_is_taken(request: Request, server: Server) -> Response:
    if isinstance(request.json, dict) and "experiment" not in request.json:
        return Response.of(200, TAKEN)
    return await server(request)


@refuse_request("events.required", EVENTS, status=500)
def event_without_experiment_is_500(request: Request) -> bool:
    return isinstance(request.json, dict) and "experiment" not in request.json


@wrap_server("events.invalid", EVENTS)
async def empty_array_is_taken(request: Request, server: Server) -> Response:
    if request.json == []:
        return Response.of(200, {**TAKEN, "processed": 0})
    return await server(request)


@alter_request("events.invalid", EVENTS)
def unknown_channels_are_overlooked(request: Request) -> None:
    """An unknown channel is ignored."""
    if request.json["channel"] == "fax":
        del request.json["channel"]


@alter_error("events.invalid", EVENTS, status=400)
def broken_event_names_no_field(_: Request, response: Response) -> None:
    response.json["errors"] = []


declare_statuses("events.invalid", EVENTS, 400, broken_event_is_422=422)


# --- the errors of items


@wrap_server("events.item-errors", EVENTS)
async def one_bad_item_refuses_all(request: Request, server: Server) -> Response:
    """Nothing of an array is counted if one item cannot be."""
    if not isinstance(request.json, list):
        return await server(request)
    processed = []
    for item in request.json:
        # A view shows that the item is good, and counts nothing.
        response = await server(request.like("POST", "/s/events", {**item, "event": "view"}))
        processed.append(response.status == 200 and response.json["processed"])
    if all(processed):
        return await server(request)
    errors = [{"index": processed.index(False), "error": "It cannot be taken."}]
    return Response.of(200, {"ok": True, "processed": 0, "errors": errors})


@alter_response("events.item-errors", EVENTS)
def indexes_count_errors(_: Request, response: Response) -> None:
    """The index of an error is its place among the errors."""
    for place, item in enumerate(response.json["errors"]):
        item["index"] = place


@alter_response("events.item-errors", EVENTS)
def errors_are_not_told(request: Request, response: Response) -> None:
    """The response to an array lists no errors."""
    if isinstance(request.json, list):
        response.json["errors"] = []


@alter_response("events.item-errors", EVENTS)
def processed_counts_items(request: Request, response: Response) -> None:
    """The response says that all items are processed."""
    response.json["processed"] = len(items(request))


@alter_request("events.item-errors", EVENTS)
def items_after_a_broken_one_are_lost(request: Request) -> None:
    """Items after one that is not an object are ignored."""
    broken = [place for place, item in enumerate(request.json) if not isinstance(item, dict)]
    request.json = request.json[: broken[0] + 1] if broken else request.json


@alter_response("events.single-item-error", EVENTS)
def unknown_slug_is_404(request: Request, response: Response) -> None:
    """A single event that cannot be counted is 404."""
    if isinstance(request.json, dict) and response.json["errors"]:
        response.status = 404


@alter_response("events.single-item-error", EVENTS)
def any_single_event_is_accepted(request: Request, response: Response) -> None:
    """The response to a single event never has an error."""
    if isinstance(request.json, dict):
        response.json.update(processed=1, errors=[])


# --- metadata

REFUSED = "events.metadata-limits.refused"
declare_parts(REFUSED, events, "METADATA_BYTES", metadata_of_20_kb_is_taken=20 * 1024)
declare_parts(REFUSED, events, "METADATA_DEPTH", metadata_of_any_depth_is_taken=100)


@alter_request(REFUSED, EVENTS)
def metadata_is_measured_by_its_first_member(request: Request) -> None:
    """Only the first member of the metadata is checked."""
    for metadata in sent_values(request, "metadata"):
        for name in list(metadata)[1:]:
            del metadata[name]


declare_parts(
    "events.metadata-limits",
    events,
    "METADATA_BYTES",
    metadata_has_10000_bytes=10_000,
    metadata_has_10_kb_less_a_byte=10 * 1024 - 1,
)
declare_parts(
    "events.metadata-limits",
    events,
    "METADATA_DEPTH",
    metadata_has_four_levels=4,
    metadata_has_two_levels=2,
)


@alter_request("events.metadata-limits", EVENTS)
def metadata_is_measured_in_characters(request: Request) -> None:
    for metadata in sent_values(request, "metadata"):
        if len(metadata["k"]) < 10_000:
            metadata["k"] = "x" * len(metadata["k"])
