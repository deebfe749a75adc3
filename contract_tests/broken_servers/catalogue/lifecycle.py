"""Moves that do not last, lead elsewhere, or are allowed where they should not be."""

import re
from dataclasses import replace
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.lookup import as_if, move, shown, status_of, write
from broken_servers.operations import COMPLETE, GET, MOVES, PAUSE, START, UPDATE
from pictify_mock.domain import lifecycle
from pictify_mock.domain.enums import Status
from pictify_mock.domain.experiment import Counter

LEGAL = lifecycle.MOVES


def leads(patch: Patch, action: str, moves: dict[Status, Status]) -> None:
    """Let a move lead elsewhere, too."""
    patch(lifecycle, "MOVES", {**LEGAL, action: {**LEGAL[action], **moves}})


def is_allowed(rule: str, action: str, name: str, status: Status, target: Status) -> None:
    """Declare the fault that a move is allowed in one status more."""

    def fault(patch: Patch) -> None:
        leads(patch, action, {status: target})

    fault.__name__, fault.__doc__ = (
        name,
        f"{action.capitalize()} is allowed for what is {status.value}.",
    )
    patch_mock(rule)(fault)


def is_refused(rule: str, operation: str, status: str) -> None:
    """Declare the fault that a move is refused in a status that allows it."""

    async def fault(request: Request, server: Server) -> Response:
        return (
            Response.of(409, {})
            if await status_of(request, server) == status
            else await server(request)
        )

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"{action}_refuses_{status}",
        f"{action.capitalize()} of a {status} one is 409.",
    )
    wrap_server(rule, operation)(fault)


def is_cosmetic(rule: str, operation: str, status: str) -> None:
    """Declare the fault that a move is answered and not made."""

    async def fault(request: Request, server: Server) -> Response:
        before = await shown(request, server)
        goal = LEGAL[action].get(Status(before["status"])) if before else None
        return await as_if(request, server, status=status) if goal else await server(request)

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"{action}_is_only_answered",
        f"{action.capitalize()} is answered and not made.",
    )
    wrap_server(rule, operation)(fault)


def is_read_late(rule: str, operation: str) -> None:
    """Declare the fault that the first read after a move shows what was before."""

    async def fault(request: Request, server: Server) -> Response:
        late = request.memory.setdefault("late", {})
        if request.operation == GET:
            before = late.pop(request.name, None)
            return Response.of(200, {"experiment": before}) if before else await server(request)
        before = await shown(request, server)
        response = await server(request)
        if response.status == 200:
            late[request.name] = before
        return response

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"{action}_is_read_late",
        f"The first read after {action} is a late one.",
    )
    wrap_server(rule, operation, GET)(fault)


def is_answered_late(rule: str, operation: str) -> None:
    """Declare the fault that the answer to a move shows what was before."""

    async def fault(request: Request, server: Server) -> Response:
        before = await as_if(request, server)
        response = await server(request)
        return before if response.status == 200 else response

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"{action}_answers_what_was",
        f"The answer to {action} shows the status before it.",
    )
    wrap_server(rule, operation)(fault)


is_refused("lifecycle.start", START, "draft")
is_refused("lifecycle.start", START, "paused")
is_refused("lifecycle.pause", PAUSE, "running")
is_refused("lifecycle.complete", COMPLETE, "running")
is_refused("lifecycle.complete", COMPLETE, "paused")
for rule, operation, goal in (
    ("lifecycle.start", START, "running"),
    ("lifecycle.pause", PAUSE, "paused"),
    ("lifecycle.complete", COMPLETE, "completed"),
):
    is_cosmetic(rule, operation, goal)
    is_read_late(rule, operation)
    is_answered_late(rule, operation)
is_allowed("lifecycle.start.illegal", "start", "start_twice", Status.RUNNING, Status.RUNNING)
is_allowed("lifecycle.pause.illegal", "pause", "pause_twice", Status.PAUSED, Status.PAUSED)
is_allowed("lifecycle.pause.illegal", "pause", "draft_is_paused", Status.DRAFT, Status.PAUSED)
is_allowed(
    "lifecycle.complete.illegal", "complete", "draft_is_completed", Status.DRAFT, Status.COMPLETED
)
is_allowed(
    "lifecycle.completed-is-terminal",
    "start",
    "completed_starts_again",
    Status.COMPLETED,
    Status.RUNNING,
)
is_allowed(
    "lifecycle.completed-is-terminal",
    "pause",
    "completed_is_paused",
    Status.COMPLETED,
    Status.PAUSED,
)
is_allowed(
    "lifecycle.completed-is-terminal",
    "complete",
    "complete_twice",
    Status.COMPLETED,
    Status.COMPLETED,
)


@wrap_server("lifecycle.completed-is-terminal", COMPLETE, START)
async def completed_resumes_after_a_pause(request: Request, server: Server) -> Response:
    """What was paused when it was completed can be started."""
    paused = request.memory.setdefault("completed while paused", set())
    if request.operation == COMPLETE and await status_of(request, server) == "paused":
        paused.add(request.name)
    resumes = request.operation == START and request.name in paused
    return await (as_if(request, server, status="running") if resumes else server(request))


@patch_mock("lifecycle.pause")
def pause_goes_back_to_draft(patch: Patch) -> None:
    """What is paused is a draft again."""
    leads(patch, "pause", {Status.RUNNING: Status.DRAFT})


@alter_response("lifecycle.start", START)
def start_is_rendering_first(_: Request, response: Response) -> None:
    """The answer to start says rendering."""
    response.experiments[0]["status"] = "rendering"


@alter_response("lifecycle.start", START)
def start_is_202(_: Request, response: Response) -> None:
    """Start is accepted, and done by a job."""
    response.status = 202


@wrap_server("lifecycle.start", START)
async def every_second_start_fails(request: Request, server: Server) -> Response:
    """One start in two goes to the instance that cannot reach the queue."""
    request.memory["starts"] = request.memory.get("starts", 0) + 1
    return Response.of(503, {}) if request.memory["starts"] % 2 == 0 else await server(request)


@wrap_server("lifecycle.start", START)
async def start_of_paused_is_not_kept(request: Request, server: Server) -> Response:
    """What was paused is answered running and stays paused."""
    if await status_of(request, server) == "paused":
        return await as_if(request, server, status="running")
    return await server(request)


@wrap_server("lifecycle.complete", COMPLETE)
async def complete_of_paused_is_not_kept(request: Request, server: Server) -> Response:
    """What was paused is answered completed and stays paused."""
    response = await server(request) if await status_of(request, server) != "paused" else None
    return response or await as_if(request, server, status="completed", winnerVariantId="v0")


@alter_error("lifecycle.unknown-experiment", START, status=404)
def start_of_unknown_is_409(_: Request, response: Response) -> None:
    """What is unknown is in no status that allows to start."""
    response.status = 409


@alter_error("lifecycle.unknown-experiment", COMPLETE, status=404)
def complete_of_unknown_is_400(_: Request, response: Response) -> None:
    """What is unknown has no such winner."""
    response.status = 400


@wrap_server("lifecycle.body-ignored", START, PAUSE)
async def start_parses_its_body(request: Request, server: Server) -> Response:
    """A body of start has to be JSON."""
    content = request.body.content
    if (
        "json" in request.headers.get("content-type", "")
        and content
        and not re.fullmatch(rb"\{.*\}", content)
    ):
        return Response.of(400, {})
    return await server(request)


@wrap_server("lifecycle.body-ignored", START)
async def start_takes_a_status(request: Request, server: Server) -> Response:
    """A status in the body of start is where it leads."""
    if isinstance(request.json, dict) and request.json.get("status") == "completed":
        await server(request)
        return await move(request, server, "complete", winnerVariantId="v0")
    return await server(request)


@wrap_server("lifecycle.body-ignored", PAUSE)
async def pause_takes_json_only(request: Request, server: Server) -> Response:
    """A body of another media type is 415."""
    return (
        Response.of(415, {})
        if request.headers.get("content-type") == "text/plain"
        else await server(request)
    )


@patch_mock("lifecycle.updated-at")
def moves_leave_updated_at(patch: Patch) -> None:
    """updatedAt is for edits."""
    original = lifecycle.move
    patch(
        lifecycle,
        "move",
        lambda before, *given: replace(original(before, *given), updated_at=before.updated_at),
    )


@wrap_server("lifecycle.updated-at", *MOVES)
async def refused_move_touches_updated_at(request: Request, server: Server) -> Response:
    """A refused move writes the row all the same."""
    response = await server(request)
    if response.status == 409:
        await write(request, server)
    return response


@patch_mock("lifecycle.pause.keeps-counters")
def start_counts_from_0(patch: Patch) -> None:
    """Each start begins a new count."""
    original = lifecycle.move

    def moved(before: Any, action: str, now: Any) -> Any:
        after = original(before, action, now)
        fresh = tuple(replace(row, counter=Counter()) for row in after.variants)
        return replace(after, variants=fresh) if action == "start" else after

    patch(lifecycle, "move", moved)


@alter_response("lifecycle.pause.keeps-counters", GET)
def paused_shows_no_counters(_: Request, response: Response) -> None:
    """A paused experiment shows 0."""
    for row in (
        response.experiments[0]["variants"] if response.experiments[0]["status"] == "paused" else ()
    ):
        row.update(impressions=0, clicks=0)


# --- any order


@wrap_server("lifecycle.any-order", PAUSE, START)
async def third_start_fails(request: Request, server: Server) -> Response:
    """An experiment can be started again once only."""
    count = request.memory.setdefault("starts", {})
    if request.operation == START:
        count[request.name] = count.get(request.name, 0) + 1
        if count[request.name] > 2:
            return Response.of(409, {"status": 409, "detail": "It is paused for good."})
    return await server(request)


@wrap_server("lifecycle.any-order", START, UPDATE)
async def edit_while_paused_is_lost_on_start(request: Request, server: Server) -> Response:
    """What is edited while paused falls back to what ran before as soon as it is started again."""
    ran = request.memory.setdefault("ran", {})
    if (
        request.operation == START
        and await status_of(request, server) == "paused"
        and request.name in ran
    ):
        await server(
            request.like("PUT", f"/experiments/api/{request.name}", {"name": ran[request.name]})
        )
    response = await server(request)
    if request.operation == START and response.status == 200:
        ran.setdefault(request.name, response.experiments[0]["name"])
    return response


@wrap_server("lifecycle.no-other-move", UPDATE)
async def update_with_a_status_moves(request: Request, server: Server) -> Response:
    """An update of a draft that says running starts it."""
    response = await server(request)
    if response.status == 200 and request.json.get("status") == "running":
        await move(request, server, "start")
    return response
