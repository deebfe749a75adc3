"""Illegal moves that are refused in another way, or move something."""

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, wrap_server
from broken_servers.lookup import move
from broken_servers.operations import COMPLETE, GET, MOVES, PAUSE, START


def conflict_is(rule: str, operation: str, status: int) -> None:
    """Declare the fault that an illegal move has another status than 409."""

    def fault(_: Request, response: Response) -> None:
        response.status = status

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"illegal_{action}_is_{status}",
        f"An illegal {action} is {status}.",
    )
    alter_error(rule, operation, status=409)(fault)


for status in (400, 422):
    conflict_is("lifecycle.start.illegal", START, status)
    conflict_is("lifecycle.pause.illegal", PAUSE, status)
    conflict_is("lifecycle.complete.illegal", COMPLETE, status)


def conflict_moves(rule: str, operation: str, instead: str) -> None:
    """Declare the fault that an illegal move is refused and something moves."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == 409:
            await move(request, server, instead, winnerVariantId="v0")
        return response

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"illegal_{action}_does_{instead}",
        f"A refused {action} does {instead}.",
    )
    wrap_server(rule, operation)(fault)


conflict_moves("lifecycle.start.illegal", START, "pause")
conflict_moves("lifecycle.pause.illegal", PAUSE, "start")
conflict_moves("lifecycle.complete.illegal", COMPLETE, "start")


@alter_error("lifecycle.start.illegal", START, status=409)
def start_twice_is_harmless(_: Request, response: Response) -> None:
    """A second start is 200 and does nothing, for clients that try again."""
    if "running" in response.json["detail"]:
        response.status, response.json = 200, {}


@alter_error("lifecycle.completed-is-terminal", *MOVES, status=409)
def completed_is_gone(_: Request, response: Response) -> None:
    """A move of what is completed is 410."""
    if "completed" in response.json.get("currentStatus", ""):
        response.status = 410


@wrap_server("lifecycle.completed-is-terminal", COMPLETE, GET)
async def second_winner_is_refused_and_stored(request: Request, server: Server) -> Response:
    """A second complete is 409 and declares its winner."""
    late = request.memory.setdefault("winners", {})
    response = await server(request)
    if request.operation == COMPLETE and response.status == 409:
        late[request.name] = request.json.get("winnerVariantId")
    elif request.operation == GET and request.name in late and response.status == 200:
        response.experiments[0]["winnerVariantId"] = late[request.name]
    return response


@alter_error("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_does_not_tell_the_status(_: Request, response: Response) -> None:
    """A 409 says that the move is not allowed, and no more."""
    response.json = {"title": "Conflict", "status": 409, "detail": "This move is not allowed."}


@alter_error("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_has_no_body(_: Request, response: Response) -> None:
    """A 409 is empty."""
    response.body = Response.of(409).body


@alter_error("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_tells_the_goal(request: Request, response: Response) -> None:
    """A 409 tells the status that the move would lead to."""
    goal = {START: "running", PAUSE: "paused", COMPLETE: "completed"}[str(request.operation)]
    response.json = {"status": 409, "detail": f"The experiment cannot become {goal}."}


@alter_error("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_always_says_draft(_: Request, response: Response) -> None:
    """A 409 takes the current status from a row that was not read."""
    response.json = {"status": 409, "currentStatus": "draft"}


@alter_error("lifecycle.conflict.members", *MOVES, status=409)
def conflict_offers_nothing(_: Request, response: Response) -> None:
    """A 409 tells no move that is allowed."""
    response.json["allowedTransitions"] = []


@alter_error("lifecycle.conflict.members", *MOVES, status=409)
def conflict_offers_archived(_: Request, response: Response) -> None:
    """A 409 offers to delete, too."""
    response.json["allowedTransitions"].append("archived")


@alter_error("lifecycle.conflict.members", *MOVES, status=409)
def conflict_has_other_members(_: Request, response: Response) -> None:
    """A 409 has its members in snake case."""
    response.json["current_status"] = response.json.pop("currentStatus")


@alter_error("lifecycle.conflict.names-transitions", COMPLETE, status=409)
def conflict_of_complete_tells_the_status_alone(_: Request, response: Response) -> None:
    """A 409 of complete tells the current status and no more."""
    response.json = {"status": 409, "currentStatus": response.json["currentStatus"]}
