"""Answers of another form than the spec's, and generated input that is taken or refused against it."""

from collections.abc import Callable
from typing import Any

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Server, answers, around, refusals, requests
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
    async def fault(request: Request, server: Server) -> Answer:
        request.memory["count"] = request.memory.get("count", 0) + 1
        if request.memory["count"] % FEW:
            return await server(request)
        return Answer.of(500, {"error": "Connection pool exhausted"})

    fault.__name__ = f"{words(operation)}_breaks_now_and_then"
    fault.__doc__ = f"One {operation} in {FEW} is 500."
    around(spec.schema_rule(operation, "documented"), operation)(fault)


def _answers_oddly(operation: str, status: int, odd: int) -> None:
    def fault(_: Request, answer: Answer) -> None:
        answer.status = odd

    fault.__name__ = f"{words(operation)}_is_{odd}"
    fault.__doc__ = f"{operation} answers {odd} where {status} is published."
    kind = answers if status < 400 else refusals
    more = {} if status < 400 else {"status": status}
    kind(spec.schema_rule(operation, "assumed"), operation, **more)(fault)


def _traces(operation: str) -> None:
    [method] = [
        method for method, _, found in spec.operations() if found["operationId"] == operation
    ]

    async def fault(request: Request, server: Server) -> Answer:
        if request.method == "TRACE" and spec.operation_id(method, request.path) == operation:
            return Answer.of(200, {"echo": request.path})
        return await server(request)

    fault.__name__ = f"{words(operation)}_can_be_traced"
    fault.__doc__ = f"TRACE on the path of {operation} is 200."
    around(spec.schema_rule(operation, "assumed"))(fault)


def _shows(
    operation: str, name: str, sentence: str, change: Callable[[dict[str, Any]], object]
) -> None:
    def fault(_: Request, answer: Answer) -> None:
        for experiment in answer.experiments:
            change(experiment)

    fault.__name__, fault.__doc__ = f"{words(operation)}_{name}", f"{sentence} in {operation}."
    answers(spec.schema_rule(operation, "documented"), operation)(fault)


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


@answers("schema.listExperiments", LIST)
def total_is_text(_: Request, answer: Answer) -> None:
    """total is text."""
    answer.json["total"] = str(answer.json["total"])


@answers("schema.listExperiments", LIST)
def list_is_bare(_: Request, answer: Answer) -> None:
    """The list is an array without total, page and limit."""
    answer.json = answer.json["experiments"]


@answers("schema.listExperiments.assumed", LIST)
def list_pages_in_an_object(_: Request, answer: Answer) -> None:
    """total, page and limit stand in an object pagination."""
    names = ("total", "page", "limit")
    answer.json["pagination"] = {name: answer.json.pop(name) for name in names}


@answers("schema.createExperiment.assumed", CREATE)
def create_answers_without_envelope(_: Request, answer: Answer) -> None:
    """A create answers the experiment without its envelope."""
    answer.json = answer.json["experiment"]


@answers("schema.getExperiment", GET)
def read_is_called_text(_: Request, answer: Answer) -> None:
    """A read is JSON that is called text."""
    answer.headers["content-type"] = "text/plain"


@answers("schema.getExperiment", GET)
def conditions_are_null_where_there_are_none(_: Request, answer: Answer) -> None:
    """A variant without conditions shows null."""
    for row in answer.experiments[0]["variants"]:
        row.setdefault("conditions", None)


@answers("schema.updateExperiment.assumed", UPDATE)
def update_answers_nothing(_: Request, answer: Answer) -> None:
    """An update answers an empty object."""
    answer.json = {}


@answers("schema.deleteExperiment", DELETE)
def delete_answers_text(_: Request, answer: Answer) -> None:
    """deleted is the text true."""
    answer.json = {"deleted": "true"}


@answers("schema.deleteExperiment", DELETE)
def delete_answers_a_word(_: Request, answer: Answer) -> None:
    """A delete answers OK as text."""
    answer.headers["content-type"], answer.body.content = "text/plain", b"OK"


@answers("schema.startExperiment.assumed", START)
def start_answers_a_word(_: Request, answer: Answer) -> None:
    """A start answers a message."""
    answer.json = {"message": "started"}


@answers("schema.getExperimentQuota", QUOTA)
def quota_is_a_list(_: Request, answer: Answer) -> None:
    """The quota by type is a list."""
    answer.json["quota"] = [{"type": name, **usage} for name, usage in answer.json["quota"].items()]


@answers("schema.getExperimentQuota", QUOTA)
def unlimited_is_a_word(_: Request, answer: Answer) -> None:
    """A limit that is unlimited is a word."""
    for usage in answer.json["quota"].values():
        usage["limit"] = "unlimited"


@answers("schema.trackExperimentEvents", EVENTS)
def processed_is_text(_: Request, answer: Answer) -> None:
    """processed is text."""
    answer.json["processed"] = str(answer.json["processed"])


@answers("schema.trackExperimentEvents", EVENTS)
def event_errors_are_texts(_: Request, answer: Answer) -> None:
    """The errors of events are texts without an index."""
    answer.json["errors"] = [item["error"] for item in answer.json["errors"]]


@answers("schema.trackExperimentClick", CLICK)
def click_has_no_location(_: Request, answer: Answer) -> None:
    """The redirect of a click has no Location."""
    del answer.headers["location"]


@answers("schema.trackExperimentPixel", PIXEL)
def pixel_is_a_png(_: Request, answer: Answer) -> None:
    """The pixel says that it is a PNG."""
    answer.headers["content-type"] = "image/png"


@answers("schema.trackExperimentPixel", PIXEL)
def pixel_has_no_cache_control(_: Request, answer: Answer) -> None:
    """The pixel has no Cache-Control."""
    del answer.headers["cache-control"]


@around("schema.renderExperimentUrl", IMAGE)
async def image_is_svg(request: Request, server: Server) -> Answer:
    """The image is an SVG."""
    answer = await server(request)
    if answer.status == 302:
        answer.status, answer.body.content = 200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        answer.headers["content-type"] = "image/svg+xml"
    return answer


@requests("schema.createExperiment", CREATE)
def quality_is_ignored_where_it_is_wrong(request: Request) -> None:
    """A quality of the wrong type counts as not given."""
    if isinstance(request.json["outputConfig"]["quality"], str):
        del request.json["outputConfig"]["quality"]


@requests("schema.createExperiment", CREATE)
def wrong_algorithm_is_ignored(request: Request) -> None:
    """A bandit algorithm that nobody knows counts as not given."""
    if request.json["banditConfig"]["algorithm"] not in ("thompson_sampling", "epsilon_greedy"):
        del request.json["banditConfig"]["algorithm"]


@requests("schema.createExperiment", CREATE)
def wrong_goal_type_is_ignored(request: Request) -> None:
    """A goal type that nobody knows counts as not given."""
    if request.json["goalConfig"]["type"] not in ("impressions_only", "click_through"):
        del request.json["goalConfig"]["type"]


@requests("schema.updateExperiment", UPDATE)
def update_ignores_what_is_of_the_wrong_type(request: Request) -> None:
    """An update leaves out what is of the wrong type."""
    for name in ("confidenceThreshold", "minimumRunDays"):
        if isinstance(request.json.get(name), str):
            del request.json[name]


@requests("schema.completeExperiment", COMPLETE)
def winner_may_be_a_number(request: Request) -> None:
    """A winnerVariantId that is no text completes with the first variant."""
    if not isinstance(request.json["winnerVariantId"], str):
        request.json["winnerVariantId"] = "v0"


@requests("schema.trackExperimentEvents", EVENTS)
def unknown_event_is_a_view(request: Request) -> None:
    """An event name that nobody knows counts as a view."""
    if request.json["event"] not in ("impression", "view", "click", "conversion"):
        request.json["event"] = "view"


@requests("schema.listExperiments.assumed", LIST)
def odd_paging_is_ignored(request: Request) -> None:
    """A limit that is no number counts as not given."""
    query = request.query
    request.query = {
        name: value for name, value in query.items() if name != "limit" or value.isdigit()
    }
