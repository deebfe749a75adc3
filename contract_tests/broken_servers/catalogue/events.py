"""Events that are not taken, or taken where they should not be."""

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
from broken_servers.operations import EVENTS
from pictify_mock.domain import events
from pictify_mock.http import request_parsing as wire

ERRORS = "https://docs.pictify.io/errors/"


def items(request: Request) -> list[Any]:
    """The events of a request, one or many."""
    return request.json if isinstance(request.json, list) else [request.json]


def is_refused(rule: str, name: str, member: str, value: Any) -> None:
    """Declare the fault that a good value of an event is refused."""

    async def fault(request: Request, server: Server) -> Response:
        found = [item.get(member) for item in items(request) if isinstance(item, dict)]
        return Response.of(400, {}) if value in found else await server(request)

    fault.__name__, fault.__doc__ = name, f"Events with {member} {value!r} are refused."
    wrap_server(rule, EVENTS)(fault)


for name in ("impression", "view", "click", "conversion"):
    is_refused("events.single", f"{name}_is_refused", "event", name)
is_refused("events.all-fields", "in_app_is_refused", "channel", "in-app")
is_refused("events.all-fields", "other_channel_is_refused", "channel", "other")
is_refused("events.all-fields", "tablet_is_refused", "device", "tablet")
is_refused("events.all-fields", "source_api_is_refused", "source", "api")


@wrap_server("events.all-fields", EVENTS)
async def metadata_has_to_be_flat(request: Request, server: Server) -> Response:
    """Metadata with an object inside is refused."""
    for item in items(request):
        metadata = item.get("metadata") if isinstance(item, dict) else None
        if isinstance(metadata, dict) and any(
            isinstance(value, dict) for value in metadata.values()
        ):
            return Response.of(400, {})
    return await server(request)


@wrap_server("events.all-fields", EVENTS)
async def metadata_has_1_kb(request: Request, server: Server) -> Response:
    """Metadata over 1 KB is refused."""
    found = [item.get("metadata") for item in items(request) if isinstance(item, dict)]
    return (
        Response.of(400, {})
        if any(len(str(each)) > 1024 for each in found)
        else await server(request)
    )


@wrap_server("events.all-fields", EVENTS)
async def referrer_has_to_be_a_host(request: Request, server: Server) -> Response:
    """A referrer that is a URL is refused."""
    found = [item.get("referrer") for item in items(request) if isinstance(item, dict)]
    return (
        Response.of(400, {}) if any("/" in str(each) for each in found) else await server(request)
    )


@wrap_server("events.single", EVENTS)
async def slug_of_an_event_has_59_characters(request: Request, server: Server) -> Response:
    """An experiment of 60 characters is refused: the bound is off by one."""
    found = [item.get("experiment") for item in items(request) if isinstance(item, dict)]
    return (
        Response.of(400, {})
        if any(len(str(each)) == 60 for each in found)
        else await server(request)
    )


@wrap_server("events.all-fields", EVENTS)
async def referrer_has_to_be_a_url(request: Request, server: Server) -> Response:
    """A referrer that is no URL is refused."""
    found = [
        str(item["referrer"])
        for item in items(request)
        if isinstance(item, dict) and "referrer" in item
    ]
    return await server(request) if all("://" in each for each in found) else Response.of(400, {})


@alter_response("events.single", EVENTS)
def events_are_202(_: Request, response: Response) -> None:
    """Events are put in a queue."""
    response.status = 202


@alter_response("events.single", EVENTS)
def events_are_204(_: Request, response: Response) -> None:
    """Events have no answer."""
    response.status, response.body = 204, Response.of(204).body


@alter_response("events.single", EVENTS)
def one_event_is_never_processed(request: Request, response: Response) -> None:
    """processed counts the items of arrays only."""
    if isinstance(request.json, dict):
        response.json["processed"] = 0


@alter_response("events.single", EVENTS)
def events_say_success(_: Request, response: Response) -> None:
    """The answer has success for ok."""
    response.json["success"] = response.json.pop("ok")


@wrap_server("events.batch", EVENTS)
async def arrays_are_refused(request: Request, server: Server) -> Response:
    """Events come one at a time."""
    return Response.of(400, {}) if isinstance(request.json, list) else await server(request)


@wrap_server("events.batch", EVENTS)
async def arrays_of_one_are_refused(request: Request, server: Server) -> Response:
    """An array has at least two events."""
    return (
        Response.of(400, {})
        if isinstance(request.json, list) and len(request.json) == 1
        else await server(request)
    )


@alter_response("events.batch", EVENTS)
def processed_counts_calls(_: Request, response: Response) -> None:
    """processed is 1 for every call."""
    response.json["processed"] = min(1, response.json["processed"])


@alter_request("events.batch", EVENTS)
def array_is_about_its_first_experiment(request: Request) -> None:
    """The slug of the first event is taken for all of them."""
    for item in request.json[1:]:
        item["experiment"] = request.json[0]["experiment"]


# --- how many


def takes_up_to(rule: str, name: str, sentence: str, most: int) -> None:
    """Declare the fault that an array has another maximum."""

    def fault(patch: Patch) -> None:
        patch(wire, "MAX_BATCH", most)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


takes_up_to("events.batch-maximum.refused", "array_may_hold_101", "101 events are taken.", 101)
takes_up_to("events.batch-maximum.refused", "array_may_hold_1000", "1,000 events are taken.", 1000)
takes_up_to("events.batch-maximum.refused", "array_may_hold_99", "100 events are refused.", 99)


@alter_request("events.batch-maximum.refused", EVENTS)
def array_is_cut_to_100(request: Request) -> None:
    """Of 101 events the first 100 are taken."""
    request.json = request.json[:100] if isinstance(request.json, list) else request.json


@wrap_server("events.batch-maximum.refused", EVENTS)
async def refused_array_is_counted(request: Request, server: Server) -> Response:
    """101 events are refused after 100 of them were counted."""
    response = await server(request)
    if isinstance(request.json, list) and len(request.json) > 100:
        await server(request.like("POST", "/s/events", request.json[:100]))
    return response


@wrap_server("events.batch-maximum.status", EVENTS)
async def array_of_101_is_413(request: Request, server: Server) -> Response:
    """101 events are too large."""
    response = await server(request)
    if isinstance(request.json, list) and len(request.json) > 100:
        response.status = 413
    return response


# --- what is missing or wrong


def is_filled_in(name: str, sentence: str, member: str, value: str) -> None:
    """Declare the fault that a required member has a default."""

    def fault(request: Request) -> None:
        request.json.setdefault(member, value)

    fault.__name__, fault.__doc__ = name, sentence
    alter_request("events.required", EVENTS)(fault)


is_filled_in(
    "event_without_a_name_is_a_view", "An event without its name is a view.", "event", "view"
)
is_filled_in(
    "event_without_a_name_is_an_impression",
    "An event without a name is one.",
    "event",
    "impression",
)


@wrap_server("events.required", EVENTS)
async def event_without_experiment_is_taken(request: Request, server: Server) -> Response:
    """An event without its experiment is taken and thrown away."""
    if isinstance(request.json, dict) and "experiment" not in request.json:
        return Response.of(200, {"ok": True, "processed": 1, "errors": []})
    return await server(request)


@wrap_server("events.required", EVENTS)
async def event_without_experiment_is_500(request: Request, server: Server) -> Response:
    """Nobody thought of an event without its experiment."""
    missing = isinstance(request.json, dict) and "experiment" not in request.json
    return Response.of(500, {}) if missing else await server(request)


@wrap_server("events.invalid", EVENTS)
async def empty_array_is_taken(request: Request, server: Server) -> Response:
    """An empty array is 200."""
    if request.json == [] and request.body.content:
        return Response.of(200, {"ok": True, "processed": 0, "errors": []})
    return await server(request)


@alter_request("events.invalid", EVENTS)
def unknown_events_are_views(request: Request) -> None:
    """An event that nobody knows is taken as a view."""
    if request.json["event"] not in ("impression", "view", "click", "conversion"):
        request.json["event"] = "view"


@alter_request("events.invalid", EVENTS)
def unknown_channels_are_overlooked(request: Request) -> None:
    """A channel that nobody knows is overlooked."""
    if request.json["channel"] == "fax":
        del request.json["channel"]


@alter_error("events.invalid", EVENTS, status=400)
def broken_event_names_no_field(_: Request, response: Response) -> None:
    """The refusal of an event names no field."""
    response.json["errors"] = []


@alter_error("events.invalid", EVENTS, status=400)
def broken_event_is_422(_: Request, response: Response) -> None:
    """A broken event is 422."""
    response.status = 422


# --- items


@wrap_server("events.item-errors", EVENTS)
async def one_bad_item_refuses_all(request: Request, server: Server) -> Response:
    """One item that cannot be taken refuses the array."""
    if isinstance(request.json, list):
        found = []
        for item in request.json:
            response = await server(request.like("POST", "/s/events", {**item, "event": "view"}))
            found.append(response.status == 200 and response.json["processed"])
        if not all(found):
            errors = [
                {
                    "index": found.index(False) if False in found else 0,
                    "error": "It cannot be taken.",
                }
            ]
            return Response.of(200, {"ok": True, "processed": 0, "errors": errors})
    return await server(request)


@alter_response("events.item-errors", EVENTS)
def indexes_begin_at_1(_: Request, response: Response) -> None:
    """The first item has the index 1."""
    for item in response.json["errors"]:
        item["index"] += 1


@alter_response("events.item-errors", EVENTS)
def indexes_count_errors(_: Request, response: Response) -> None:
    """An index is the error's place among the errors."""
    for place, item in enumerate(response.json["errors"]):
        item["index"] = place


@alter_response("events.item-errors", EVENTS)
def errors_are_not_told(request: Request, response: Response) -> None:
    """Items that cannot be taken are dropped in silence."""
    if isinstance(request.json, list):
        response.json["errors"] = []


@alter_response("events.item-errors", EVENTS)
def first_error_is_told(_: Request, response: Response) -> None:
    """Only the first error is told."""
    response.json["errors"] = response.json["errors"][:1]


@alter_response("events.item-errors", EVENTS)
def processed_counts_items(request: Request, response: Response) -> None:
    """processed is the length of the array."""
    response.json["processed"] = len(items(request))


@alter_request("events.item-errors", EVENTS)
def items_after_a_broken_one_are_lost(request: Request) -> None:
    """Reading stops at an item that is no object."""
    broken = [place for place, item in enumerate(request.json) if not isinstance(item, dict)]
    request.json = request.json[: broken[0] + 1] if broken else request.json


@alter_response("events.single-item-error", EVENTS)
def unknown_slug_is_404(request: Request, response: Response) -> None:
    """A single event of an unknown slug is 404."""
    if isinstance(request.json, dict) and response.json["errors"]:
        response.status = 404


@alter_response("events.single-item-error", EVENTS)
def single_event_is_taken_whatever_it_is(request: Request, response: Response) -> None:
    """A single event is taken and looked at later."""
    if isinstance(request.json, dict):
        response.json.update(processed=1, errors=[])


def metadata_limit(name: str, sentence: str, **limits: int) -> None:
    """Declare the fault that metadata has another limit."""

    def fault(patch: Patch) -> None:
        for limit, value in limits.items():
            patch(events, limit, value)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock("events.metadata-limits")(fault)


metadata_limit("metadata_has_10000_bytes", "10 KB are 10,000 bytes.", METADATA_BYTES=10_000)
metadata_limit(
    "metadata_has_10_kb_less_a_byte", "Metadata has less than 10 KB.", METADATA_BYTES=10 * 1024 - 1
)
metadata_limit(
    "metadata_has_no_size", "Metadata may be as large as the body.", METADATA_BYTES=1024 * 1024
)
metadata_limit("metadata_has_four_levels", "Metadata may have four levels.", METADATA_DEPTH=4)
metadata_limit("metadata_has_two_levels", "Metadata may have two levels.", METADATA_DEPTH=2)


@alter_request("events.metadata-limits", EVENTS)
def metadata_is_measured_in_characters(request: Request) -> None:
    """10 KB are 10,240 characters."""
    for item in items(request):
        metadata = item["metadata"]
        if len(str(metadata.get("k", ""))) < 10_000:
            metadata["k"] = "x" * len(str(metadata["k"]))


@alter_request("events.all-fields", EVENTS)
def channel_email_is_answered_and_lost(request: Request) -> None:
    """An event of an e-mail is taken, and stored where nobody counts."""
    if request.json.get("channel") == "email":
        request.json["event"] = "view"


@alter_request("events.all-fields", EVENTS)
def event_with_referrer_is_answered_and_lost(request: Request) -> None:
    """An event with a referrer is taken, and stored where nobody counts."""
    if request.json.get("referrer"):
        request.json["event"] = "view"
