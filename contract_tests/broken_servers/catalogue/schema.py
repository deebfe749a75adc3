"""Answers of another form than the spec's, and generated input that is taken or refused against it."""

from collections.abc import Callable
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_request, alter_response, wrap_server
from broken_servers.operations import (
    CLICK,
    COMPLETE,
    CREATE,
    DELETE,
    EVENTS,
    GET,
    IMAGE,
    LIST,
    MANAGEMENT,
    PAUSE,
    PIXEL,
    PUBLIC,
    QUOTA,
    SHOWING_ONE,
    START,
    UPDATE,
)
from pictify_conformance import spec

ALL = (*MANAGEMENT, *PUBLIC)
FEW = 10


def words(operation: str) -> str:
    """An operation's name as part of a fault's."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)


def _breaks_now_and_then(operation: str) -> None:
    async def fault(request: Request, server: Server) -> Response:
        request.memory["count"] = request.memory.get("count", 0) + 1
        if request.memory["count"] % FEW:
            return await server(request)
        return Response.of(500, {"error": "Connection pool exhausted"})

    fault.__name__ = f"{words(operation)}_breaks_now_and_then"
    fault.__doc__ = f"One {operation} in {FEW} is 500."
    wrap_server(spec.schema_rule(operation, "documented"), operation)(fault)


def _answers_oddly(operation: str, status: int, odd: int) -> None:
    def fault(_: Request, response: Response) -> None:
        response.status = odd

    fault.__name__ = f"{words(operation)}_is_{odd}"
    fault.__doc__ = f"{operation} answers {odd} where {status} is published."
    kind = alter_response if status < 400 else alter_error
    more = {} if status < 400 else {"status": status}
    kind(spec.schema_rule(operation, "assumed"), operation, **more)(fault)


def _traces(operation: str) -> None:
    [method] = [
        method for method, _, found in spec.operations() if found["operationId"] == operation
    ]

    async def fault(request: Request, server: Server) -> Response:
        if request.method == "TRACE" and spec.operation_id(method, request.path) == operation:
            return Response.of(200, {"echo": request.path})
        return await server(request)

    fault.__name__ = f"{words(operation)}_can_be_traced"
    fault.__doc__ = f"TRACE on the path of {operation} is 200."
    wrap_server(spec.schema_rule(operation, "assumed"))(fault)


def _shows(
    operation: str, name: str, sentence: str, change: Callable[[dict[str, Any]], object]
) -> None:
    def fault(_: Request, response: Response) -> None:
        for experiment in response.experiments:
            change(experiment)

    fault.__name__, fault.__doc__ = f"{words(operation)}_{name}", f"{sentence} in {operation}."
    alter_response(spec.schema_rule(operation, "documented"), operation)(fault)


for _operation in ALL:
    _breaks_now_and_then(_operation)
    _traces(_operation)

for _operation, _status, _odd in (
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
    _answers_oddly(_operation, _status, _odd)

_FORMS: dict[str, tuple[str, str, Callable[[dict[str, Any]], object]]] = {
    LIST: ("leaves_out_the_type", "Experiments have no type", lambda shown: shown.pop("type")),
    CREATE: (
        "leaves_out_the_zone",
        "Times have no zone",
        lambda shown: shown.update(createdAt=shown["createdAt"][:-1]),
    ),
    GET: (
        "tells_times_in_milliseconds",
        "Times are numbers",
        lambda shown: shown.update(updatedAt=1_790_000_000_000),
    ),
    UPDATE: (
        "shouts_the_status",
        "The status is in capitals",
        lambda shown: shown.update(status="DRAFT"),
    ),
    START: (
        "shows_active",
        "A running experiment is active",
        lambda shown: shown.update(status="active"),
    ),
    PAUSE: (
        "shows_clicks_as_text",
        "Counters are text",
        lambda shown: shown["variants"][0].update(clicks="0"),
    ),
    COMPLETE: (
        "shows_the_winner",
        "The winner is an object",
        lambda shown: shown.update(winnerVariantId={"id": "v0"}),
    ),
}
for _operation, _form in _FORMS.items():
    _shows(_operation, *_form)

for _operation in SHOWING_ONE:
    _shows(
        _operation,
        "shows_variants_by_id",
        "Variants are an object",
        lambda shown: shown.update(variants={}),
    )


@alter_response("schema.listExperiments", LIST)
def total_is_text(_: Request, response: Response) -> None:
    """total is text."""
    response.json["total"] = str(response.json["total"])


@alter_response("schema.listExperiments", LIST)
def list_is_bare(_: Request, response: Response) -> None:
    """The list is an array without total, page and limit."""
    response.json = response.json["experiments"]


@alter_response("schema.listExperiments.assumed", LIST)
def list_pages_in_an_object(_: Request, response: Response) -> None:
    """total, page and limit stand in an object pagination."""
    names = ("total", "page", "limit")
    response.json["pagination"] = {name: response.json.pop(name) for name in names}


@alter_response("schema.createExperiment.assumed", CREATE)
def create_answers_without_envelope(_: Request, response: Response) -> None:
    """A create answers the experiment without its envelope."""
    response.json = response.json["experiment"]


@alter_response("schema.getExperiment", GET)
def read_is_called_text(_: Request, response: Response) -> None:
    """A read is JSON that is called text."""
    response.headers["content-type"] = "text/plain"


@alter_response("schema.getExperiment", GET)
def conditions_are_null_where_there_are_none(_: Request, response: Response) -> None:
    """A variant without conditions shows null."""
    for row in response.experiments[0]["variants"]:
        row.setdefault("conditions", None)


@alter_response("schema.updateExperiment.assumed", UPDATE)
def update_answers_nothing(_: Request, response: Response) -> None:
    """An update answers an empty object."""
    response.json = {}


@alter_response("schema.deleteExperiment", DELETE)
def delete_answers_text(_: Request, response: Response) -> None:
    """deleted is the text true."""
    response.json = {"deleted": "true"}


@alter_response("schema.deleteExperiment", DELETE)
def delete_answers_a_word(_: Request, response: Response) -> None:
    """A delete answers OK as text."""
    response.headers["content-type"], response.body.content = "text/plain", b"OK"


@alter_response("schema.startExperiment.assumed", START)
def start_answers_a_word(_: Request, response: Response) -> None:
    """A start answers a message."""
    response.json = {"message": "started"}


@alter_response("schema.getExperimentQuota", QUOTA)
def quota_is_a_list(_: Request, response: Response) -> None:
    """The quota by type is a list."""
    response.json["quota"] = [
        {"type": name, **usage} for name, usage in response.json["quota"].items()
    ]


@alter_response("schema.getExperimentQuota", QUOTA)
def unlimited_is_a_word(_: Request, response: Response) -> None:
    """A limit that is unlimited is a word."""
    for usage in response.json["quota"].values():
        usage["limit"] = "unlimited"


@alter_response("schema.trackExperimentEvents", EVENTS)
def processed_is_text(_: Request, response: Response) -> None:
    """processed is text."""
    response.json["processed"] = str(response.json["processed"])


@alter_response("schema.trackExperimentEvents", EVENTS)
def event_errors_are_texts(_: Request, response: Response) -> None:
    """The errors of events are texts without an index."""
    response.json["errors"] = [item["error"] for item in response.json["errors"]]


@alter_response("schema.trackExperimentClick", CLICK)
def click_has_no_location(_: Request, response: Response) -> None:
    """The redirect of a click has no Location."""
    del response.headers["location"]


@alter_response("schema.trackExperimentPixel", PIXEL)
def pixel_is_a_png(_: Request, response: Response) -> None:
    """The pixel says that it is a PNG."""
    response.headers["content-type"] = "image/png"


@alter_response("schema.trackExperimentPixel", PIXEL)
def pixel_has_no_cache_control(_: Request, response: Response) -> None:
    """The pixel has no Cache-Control."""
    del response.headers["cache-control"]


@wrap_server("schema.renderExperimentUrl", IMAGE)
async def image_is_svg(request: Request, server: Server) -> Response:
    """The image is an SVG."""
    response = await server(request)
    if response.status == 302:
        response.status, response.body.content = 200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        response.headers["content-type"] = "image/svg+xml"
    return response


@alter_request("schema.createExperiment", CREATE)
def quality_is_ignored_where_it_is_wrong(request: Request) -> None:
    """A quality of the wrong type counts as not given."""
    if isinstance(request.json["outputConfig"]["quality"], str):
        del request.json["outputConfig"]["quality"]


@alter_request("schema.createExperiment", CREATE)
def wrong_algorithm_is_ignored(request: Request) -> None:
    """A bandit algorithm that nobody knows counts as not given."""
    if request.json["banditConfig"]["algorithm"] not in ("thompson_sampling", "epsilon_greedy"):
        del request.json["banditConfig"]["algorithm"]


@alter_request("schema.createExperiment", CREATE)
def wrong_goal_type_is_ignored(request: Request) -> None:
    """A goal type that nobody knows counts as not given."""
    if request.json["goalConfig"]["type"] not in ("impressions_only", "click_through"):
        del request.json["goalConfig"]["type"]


@alter_request("schema.updateExperiment", UPDATE)
def update_ignores_what_is_of_the_wrong_type(request: Request) -> None:
    """An update leaves out what is of the wrong type."""
    for name in ("confidenceThreshold", "minimumRunDays"):
        if isinstance(request.json.get(name), str):
            del request.json[name]


@alter_request("schema.completeExperiment", COMPLETE)
def winner_may_be_a_number(request: Request) -> None:
    """A winnerVariantId that is no text completes with the first variant."""
    if not isinstance(request.json["winnerVariantId"], str):
        request.json["winnerVariantId"] = "v0"


@alter_request("schema.trackExperimentEvents", EVENTS)
def unknown_event_is_a_view(request: Request) -> None:
    """An event name that nobody knows counts as a view."""
    if request.json["event"] not in ("impression", "view", "click", "conversion"):
        request.json["event"] = "view"


@alter_request("schema.listExperiments.assumed", LIST)
def odd_paging_is_ignored(request: Request) -> None:
    """A limit that is no number counts as not given."""
    query = request.query
    request.query = {
        name: value for name, value in query.items() if name != "limit" or value.isdigit()
    }
