"""Moves that do not last, lead elsewhere, or are allowed or refused in the wrong status."""

from dataclasses import replace
from typing import Any

from broken_servers.changes import declare_statuses, set_experiment, set_json
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import as_if, move, shown, status_of, write
from broken_servers.operations import COMPLETE, CREATE, GET, MOVES, PAUSE, START, UPDATE
from pictify_mock.domain import lifecycle
from pictify_mock.domain.enums import Status
from pictify_mock.domain.experiment import Counter

LEGAL = lifecycle.MOVES
DRAFT, RUNNING, PAUSED, COMPLETED = Status.DRAFT, Status.RUNNING, Status.PAUSED, Status.COMPLETED


def add_move(patch: Patch, action: str, before: Status, after: Status) -> None:
    """Let a move lead from one status to another."""
    patch(lifecycle, "MOVES", {**LEGAL, action: {**LEGAL[action], before: after}})


# --- moves that are legal


def pretend_move(action: str) -> Any:
    """Return a layer that answers a legal move and does not make it."""

    async def layer(request: Request, server: Server) -> Response:
        before = await shown(request, server)
        after = LEGAL[action].get(Status(before["status"])) if before else None
        return await as_if(request, server, status=after) if after else await server(request)

    return layer


async def answer_status_before(request: Request, server: Server) -> Response:
    before = await as_if(request, server)
    response = await server(request)
    return before if response.status == 200 else response


for action, operation in (("start", START), ("pause", PAUSE), ("complete", COMPLETE)):
    rule = f"lifecycle.{action}"
    name, sentence = f"{action}_is_only_answered", f"A {action} is answered with 200 and not made."
    wrap_server(rule, operation, name=name, sentence=sentence)(pretend_move(action))
    name, sentence = f"{action}_answers_what_was", f"A {action} answers with the status before it."
    wrap_server(rule, operation, name=name, sentence=sentence)(answer_status_before)


async def refuse_paused(request: Request, server: Server) -> Response:
    if await status_of(request, server) == "paused":
        return Response.of(409, {})
    return await server(request)


for action, operation in (("start", START), ("complete", COMPLETE)):
    name = f"{action}_refuses_paused"
    wrap_server(f"lifecycle.{action}", operation, name=name)(refuse_paused)


@patch_mock("lifecycle.pause")
def pause_goes_back_to_draft(patch: Patch) -> None:
    add_move(patch, "pause", RUNNING, DRAFT)


# --- other statuses

declare_statuses("lifecycle.start", START, 200, start_is_202=202)
declare_statuses("lifecycle.unknown-experiment", START, 404, start_of_unknown_is_409=409)
declare_statuses("lifecycle.unknown-experiment", COMPLETE, 404, complete_of_unknown_is_400=400)
declare_statuses("lifecycle.complete.winner-invalid", COMPLETE, 400, unfit_winner_is_404=404)


# --- illegal moves


for rule, name, action, before, after in (
    ("lifecycle.start.illegal", "start_twice", "start", RUNNING, RUNNING),
    ("lifecycle.pause.illegal", "pause_twice", "pause", PAUSED, PAUSED),
    ("lifecycle.pause.illegal", "draft_is_paused", "pause", DRAFT, PAUSED),
    ("lifecycle.complete.illegal", "draft_is_completed", "complete", DRAFT, COMPLETED),
    ("lifecycle.completed-is-terminal", "completed_starts_again", "start", COMPLETED, RUNNING),
):

    @patch_mock(rule, name=name, sentence=f"A {action} of a {before.value} experiment is allowed.")
    def allow_move(
        patch: Patch, action: str = action, before: Status = before, after: Status = after
    ) -> None:
        add_move(patch, action, before, after)


def move_after_refusal(action: str) -> Any:
    """Return a layer that makes another move after a refused one."""

    async def layer(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == 409:
            await move(request, server, action, winnerVariantId="v0")
        return response

    return layer


for action, operation, other in (
    ("start", START, "pause"),
    ("pause", PAUSE, "start"),
    ("complete", COMPLETE, "start"),
):
    rule = f"lifecycle.{action}.illegal"
    declare_statuses(rule, operation, 409, **{f"illegal_{action}_is_400": 400})
    name, sentence = f"illegal_{action}_does_{other}", f"After a refused {action} comes a {other}."
    wrap_server(rule, operation, name=name, sentence=sentence)(move_after_refusal(other))


@wrap_server("lifecycle.completed-is-terminal", COMPLETE, START)
async def completed_resumes_after_a_pause(request: Request, server: Server) -> Response:
    """An experiment that was paused before completion can be started."""
    paused = request.memory.setdefault("completed while paused", set())
    if request.operation == COMPLETE and await status_of(request, server) == "paused":
        paused.add(request.name)
    if request.operation == START and request.name in paused:
        return await as_if(request, server, status="running")
    return await server(request)


@alter_error("lifecycle.completed-is-terminal", *MOVES, status=409)
def completed_is_gone(_: Request, response: Response) -> None:
    if response.json["currentStatus"] == "completed":
        response.status = 410


@wrap_server("lifecycle.completed-is-terminal", COMPLETE, GET)
async def second_winner_is_refused_and_stored(request: Request, server: Server) -> Response:
    winners = request.memory.setdefault("winners", {})
    response = await server(request)
    if request.operation == COMPLETE and response.status == 409:
        winners[request.name] = request.json.get("winnerVariantId")
    elif request.operation == GET and request.name in winners and response.status == 200:
        response.experiments[0]["winnerVariantId"] = winners[request.name]
    return response


# --- the body of a 409


@alter_error("lifecycle.conflict.members", *MOVES, status=409)
def conflict_offers_archived(_: Request, response: Response) -> None:
    response.json["allowedTransitions"].append("archived")


@alter_error("lifecycle.conflict.members", *MOVES, status=409)
def conflict_has_other_members(_: Request, response: Response) -> None:
    """The members of a 409 are in snake case."""
    response.json["current_status"] = response.json.pop("currentStatus")


NO_STATUS = {"title": "Conflict", "status": 409, "detail": "This move is not allowed."}
for name, body in (
    ("conflict_does_not_tell_the_status", NO_STATUS),
    ("conflict_always_says_draft", {"status": 409, "currentStatus": "draft"}),
):
    alter_error("lifecycle.conflict.names-status", *MOVES, status=409, name=name)(
        set_json(409, body)
    )


@alter_error("lifecycle.conflict.names-transitions", COMPLETE, status=409)
def conflict_of_complete_tells_the_status_alone(_: Request, response: Response) -> None:
    """A 409 of complete shows the current status alone."""
    response.json = {"status": 409, "currentStatus": response.json["currentStatus"]}


# --- bodies, times, counters and other operations


@refuse_request("lifecycle.body-ignored", START, PAUSE)
def start_parses_its_body(request: Request) -> bool:
    """A start with a body that is not a JSON object is 400."""
    content = request.body.content
    is_json = "json" in request.headers["content-type"]
    return is_json and content != b"" and not content.endswith(b"}")


@wrap_server("lifecycle.body-ignored", START)
async def start_takes_a_status(request: Request, server: Server) -> Response:
    """The status in the body of a start is where it leads."""
    response = await server(request)
    if isinstance(request.json, dict) and request.json.get("status") == "completed":
        return await move(request, server, "complete", winnerVariantId="v0")
    return response


@refuse_request("lifecycle.body-ignored", PAUSE, status=415)
def pause_takes_json_only(request: Request) -> bool:
    return request.headers["content-type"] == "text/plain"


def change_move(patch: Patch, change: Any) -> None:
    """Change the experiment after each move: `change(before, action, after)`."""
    original = lifecycle.move

    def changed(before: Any, action: str, now: Any) -> Any:
        return change(before, action, original(before, action, now))

    patch(lifecycle, "move", changed)


@patch_mock("lifecycle.updated-at")
def moves_leave_updated_at(patch: Patch) -> None:
    """Moves do not change updatedAt."""
    change_move(patch, lambda before, _, after: replace(after, updated_at=before.updated_at))


@wrap_server("lifecycle.updated-at", *MOVES)
async def refused_move_touches_updated_at(request: Request, server: Server) -> Response:
    """A refused move changes updatedAt."""
    response = await server(request)
    if response.status == 409:
        await write(request, server)
    return response


@patch_mock("lifecycle.pause.keeps-counters")
def start_counts_from_0(patch: Patch) -> None:
    def reset(_: Any, action: str, after: Any) -> Any:
        fresh = tuple(replace(row, counter=Counter()) for row in after.variants)
        return replace(after, variants=fresh) if action == "start" else after

    change_move(patch, reset)


@alter_response("lifecycle.pause.keeps-counters", GET)
def paused_shows_no_counters(_: Request, response: Response) -> None:
    experiment = response.experiments[0]
    for row in experiment["variants"] if experiment["status"] == "paused" else ():
        row.update(impressions=0, clicks=0)


@wrap_server("lifecycle.no-other-move", UPDATE)
async def update_with_a_status_moves(request: Request, server: Server) -> Response:
    """An update with the status running starts a draft."""
    response = await server(request)
    if response.status == 200 and request.json.get("status") == "running":
        await move(request, server, "start")
    return response


# --- the winner


@wrap_server("lifecycle.complete.winner", COMPLETE)
async def winner_is_the_first(request: Request, server: Server) -> Response:
    """The winner is the first variant, even if another is sent."""
    ids = [row["id"] for row in (await shown(request, server)).get("variants", ())]
    if request.json.get("winnerVariantId") in ids:
        request.json = {"winnerVariantId": ids[0]}
    return await server(request)


NO_WINNER = {"winnerVariantId": None, "winnerDeclaredAt": None}
for name, operations, members in (
    ("winner_is_not_kept", (GET,), NO_WINNER),
    ("winner_is_not_answered", (COMPLETE,), NO_WINNER),
    ("winner_has_no_time", (COMPLETE, GET), {"winnerDeclaredAt": None}),
):
    alter_response("lifecycle.complete.winner", *operations, name=name)(set_experiment(**members))


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_is_declared_when_it_was_made(_: Request, response: Response) -> None:
    """The time winnerDeclaredAt is createdAt."""
    experiment = response.experiments[0]
    experiment["winnerDeclaredAt"] = experiment["winnerDeclaredAt"] and experiment["createdAt"]


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_is_declared_in_local_time(_: Request, response: Response) -> None:
    """The time winnerDeclaredAt is two hours ahead of UTC."""
    declared = response.experiments[0]["winnerDeclaredAt"]
    hour = (int(declared[11:13]) + 2) % 24
    response.experiments[0]["winnerDeclaredAt"] = f"{declared[:11]}{hour:02}{declared[13:]}"


@alter_response("lifecycle.complete.winner", GET)
def winner_is_guessed_while_running(_: Request, response: Response) -> None:
    """Before completion the first variant is shown as the winner."""
    experiment = response.experiments[0]
    experiment["winnerVariantId"] = experiment["winnerVariantId"] or experiment["variants"][0]["id"]


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_missing(request: Request) -> None:
    """Without a winner the first variant wins."""
    request.json = {"winnerVariantId": "v0", **request.json}


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_in_a_list(request: Request) -> None:
    (request.json["winnerVariantId"],) = request.json["winnerVariantId"]


@wrap_server("lifecycle.complete.winner", COMPLETE)
async def winner_has_most_clicks(request: Request, server: Server) -> Response:
    clicks = {row["id"]: row["clicks"] for row in (await shown(request, server))["variants"]}
    winner = str((request.json or {}).get("winnerVariantId"))
    if clicks.get(winner, 0) < max(clicks.values()):
        return Response.of(400, {})
    return await server(request)


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_written_in_capitals(request: Request) -> None:
    """The id of the winner is not case-sensitive."""
    request.json["winnerVariantId"] = request.json["winnerVariantId"].lower()


@wrap_server("lifecycle.complete.winner-invalid", COMPLETE)
async def unfit_winner_completes(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 400:
        await move(request, server, "complete", winnerVariantId="v0")
    return response


@wrap_server("lifecycle.complete.winner-invalid", CREATE, COMPLETE)
async def variant_of_any_experiment_wins(request: Request, server: Server) -> Response:
    """The winner may be a variant of another experiment."""
    response, known = await server(request), request.memory.setdefault("variants", set())
    if response.status == 201:
        known |= {row["id"] for row in response.json["experiment"]["variants"]}
    elif response.status == 400 and request.json.get("winnerVariantId") in known:
        return await move(request, server, "complete", winnerVariantId="v0")
    return response


@alter_error("lifecycle.complete.winner-problem", COMPLETE, status=400)
def unfit_winner_is_any_mistake(_: Request, response: Response) -> None:
    """The refusal of a winner is a validation-error."""
    response.json["type"] = "https://docs.pictify.io/errors/validation-error"


@alter_error("lifecycle.complete.winner-problem", COMPLETE, status=400)
def unfit_winner_is_not_named(_: Request, response: Response) -> None:
    response.json["errors"] = []
