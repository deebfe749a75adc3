"""Responses that the spec's schemas do not allow, and requests accepted against them."""

import re
from typing import Any

from broken_servers.changes import declare_statuses, drop_header, set_experiment, set_header
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import (
    CLICK,
    COMPLETE,
    CREATE,
    DELETE,
    EVENTS,
    GET,
    IMAGE,
    LIST,
    PAUSE,
    PIXEL,
    QUOTA,
    START,
    UPDATE,
)
from pictify_conformance import spec

METHODS = {operation["operationId"]: method for method, _, operation in spec.operations()}


def snake_case(operation: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation)


# --- statuses and methods that the spec does not have


def every_tenth(request: Request) -> bool:
    request.memory["count"] = request.memory.get("count", 0) + 1
    return bool(request.memory["count"] % 10 == 0)


def allow_trace(operation: str) -> Any:
    """Return a layer that answers TRACE on the path of an operation."""

    async def layer(request: Request, server: Server) -> Response:
        called = spec.operation_id(METHODS[operation], request.path)
        if request.method == "TRACE" and called == operation:
            return Response.of(200, {"echo": request.path})
        return await server(request)

    return layer


for operation, usual, sent in (
    (LIST, 200, 206),
    (CREATE, 400, 422),
    (GET, 404, 410),
    (UPDATE, 200, 202),
    (DELETE, 404, 410),
    (START, 200, 202),
    (PAUSE, 200, 202),
    (COMPLETE, 400, 422),
    (QUOTA, 401, 403),
    (EVENTS, 400, 422),
    (CLICK, 302, 307),
    (PIXEL, 200, 203),
    (IMAGE, 404, 400),
):
    name = f"{snake_case(operation)}_is_{sent}"
    declare_statuses(f"schema.{operation}.assumed", operation, usual, **{name: sent})

for operation in (LIST, UPDATE, DELETE, IMAGE):
    name = f"{snake_case(operation)}_breaks_now_and_then"
    refuse_request(f"schema.{operation}", operation, status=500, name=name)(every_tenth)

for operation in (CREATE, QUOTA, EVENTS, PIXEL):
    name = f"{snake_case(operation)}_can_be_traced"
    wrap_server(f"schema.{operation}.assumed", name=name)(allow_trace(operation))


# --- experiments of another form


@alter_response("schema.listExperiments", LIST)
def list_experiments_leaves_out_the_type(_: Request, response: Response) -> None:
    """Listed experiments have no type."""
    for experiment in response.experiments:
        del experiment["type"]


@alter_response("schema.createExperiment", CREATE)
def create_experiment_leaves_out_the_zone(_: Request, response: Response) -> None:
    """The time createdAt has no time zone."""
    experiment = response.experiments[0]
    experiment["createdAt"] = experiment["createdAt"].removesuffix("Z")


for operation, end, sentence, members in (
    (GET, "tells_times_in_milliseconds", "Times are numbers.", {"updatedAt": 1_790_000_000_000}),
    (GET, "shows_variants_by_id", "Variants are an object.", {"variants": {}}),
    (UPDATE, "shouts_the_status", "The status is in capitals.", {"status": "DRAFT"}),
    (START, "shows_active", "A running experiment is active.", {"status": "active"}),
    (COMPLETE, "shows_the_winner", "The winner is an object.", {"winnerVariantId": {"id": "v0"}}),
):
    name = f"{snake_case(operation)}_{end}"
    alter_response(f"schema.{operation}", operation, name=name, sentence=sentence)(
        set_experiment(**members)
    )


@alter_response("schema.pauseExperiment", PAUSE)
def pause_experiment_shows_clicks_as_text(_: Request, response: Response) -> None:
    """Counters are strings."""
    response.experiments[0]["variants"][0]["clicks"] = "0"


@alter_response("schema.getExperiment", GET)
def conditions_are_null_where_there_are_none(_: Request, response: Response) -> None:
    """A variant without conditions shows null."""
    for row in response.experiments[0]["variants"]:
        row.setdefault("conditions", None)


# --- bodies and headers of another form


@alter_response("schema.listExperiments.assumed", LIST)
def list_pages_in_an_object(_: Request, response: Response) -> None:
    """The members total, page and limit are in an object pagination."""
    names = ("total", "page", "limit")
    response.json["pagination"] = {name: response.json.pop(name) for name in names}


@alter_response("schema.createExperiment.assumed", CREATE)
def create_answers_without_envelope(_: Request, response: Response) -> None:
    """A create answers with the experiment itself."""
    response.json = response.json["experiment"]


@alter_response("schema.deleteExperiment", DELETE)
def delete_answers_text(_: Request, response: Response) -> None:
    """The member deleted is a string."""
    response.json = {"deleted": "true"}


@alter_response("schema.deleteExperiment", DELETE)
def delete_answers_a_word(_: Request, response: Response) -> None:
    """A delete answers with plain text."""
    response.headers["content-type"], response.body.content = "text/plain", b"OK"


@alter_response("schema.getExperimentQuota", QUOTA)
def unlimited_is_a_word(_: Request, response: Response) -> None:
    """A limit is the string unlimited."""
    for usage in response.json["quota"].values():
        usage["limit"] = "unlimited"


@alter_response("schema.trackExperimentEvents", EVENTS)
def event_errors_are_texts(_: Request, response: Response) -> None:
    """The errors of events are strings."""
    response.json["errors"] = [item["error"] for item in response.json["errors"]]


for operation, name, sentence, change in (
    (GET, "read_is_called_text", "It is text/plain.", set_header("content-type", "text/plain")),
    (PIXEL, "pixel_is_a_png", "It is image/png.", set_header("content-type", "image/png")),
    (PIXEL, "pixel_has_no_cache_control", "No Cache-Control.", drop_header("cache-control")),
    (CLICK, "click_has_no_location", "The redirect has no Location.", drop_header("location")),
):
    alter_response(f"schema.{operation}", operation, name=name, sentence=sentence)(change)


@alter_response("schema.renderExperimentUrl", IMAGE)
def image_is_svg(_: Request, response: Response) -> None:
    """The image is an SVG."""
    response.status, response.body.content = 200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    response.headers["content-type"] = "image/svg+xml"


# --- invalid requests that are accepted


@alter_request("schema.createExperiment", CREATE)
def quality_is_ignored_where_it_is_wrong(request: Request) -> None:
    """A quality of the wrong type is ignored."""
    if isinstance(request.json["outputConfig"]["quality"], str):
        del request.json["outputConfig"]["quality"]


@alter_request("schema.createExperiment", CREATE)
def wrong_goal_type_is_ignored(request: Request) -> None:
    """An unknown goal type is ignored."""
    if request.json["goalConfig"]["type"] not in ("impressions_only", "click_through"):
        del request.json["goalConfig"]["type"]


@alter_request("schema.updateExperiment", UPDATE)
def update_ignores_what_is_of_the_wrong_type(request: Request) -> None:
    """An update ignores numbers of the wrong type."""
    for name in ("confidenceThreshold", "minimumRunDays"):
        if isinstance(request.json.get(name), str):
            del request.json[name]


@alter_request("schema.completeExperiment", COMPLETE)
def winner_may_be_a_number(request: Request) -> None:
    """A winner that is not a string is taken as the first variant."""
    if not isinstance(request.json["winnerVariantId"], str):
        request.json["winnerVariantId"] = "v0"


@alter_request("schema.trackExperimentEvents", EVENTS)
def unknown_event_is_a_view(request: Request) -> None:
    """An unknown event is taken as a view."""
    if request.json["event"] not in ("impression", "view", "click", "conversion"):
        request.json["event"] = "view"


@alter_request("schema.listExperiments.assumed", LIST)
def odd_paging_is_ignored(request: Request) -> None:
    """A limit that is not a number is ignored."""
    limit = request.query["limit"]
    if not limit.isdigit():
        request.query = {name: value for name, value in request.query.items() if name != "limit"}
