"""Illegal moves that are refused in another way, or move something."""

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Server, around, refusals
from broken_servers.lookup import move
from broken_servers.operations import COMPLETE, GET, MOVES, PAUSE, START


def conflict_is(rule: str, operation: str, status: int) -> None:
    """Declare the fault that an illegal move has another status than 409."""

    def fault(_: Request, answer: Answer) -> None:
        answer.status = status

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"illegal_{action}_is_{status}",
        f"An illegal {action} is {status}.",
    )
    refusals(rule, operation, status=409)(fault)


for status in (400, 422):
    conflict_is("lifecycle.start.illegal", START, status)
    conflict_is("lifecycle.pause.illegal", PAUSE, status)
    conflict_is("lifecycle.complete.illegal", COMPLETE, status)


def conflict_moves(rule: str, operation: str, instead: str) -> None:
    """Declare the fault that an illegal move is refused and something moves."""

    async def fault(request: Request, server: Server) -> Answer:
        answer = await server(request)
        if answer.status == 409:
            await move(request, server, instead, winnerVariantId="v0")
        return answer

    action = operation.removesuffix("Experiment")
    fault.__name__, fault.__doc__ = (
        f"illegal_{action}_does_{instead}",
        f"A refused {action} does {instead}.",
    )
    around(rule, operation)(fault)


conflict_moves("lifecycle.start.illegal", START, "pause")
conflict_moves("lifecycle.pause.illegal", PAUSE, "start")
conflict_moves("lifecycle.complete.illegal", COMPLETE, "start")


@refusals("lifecycle.start.illegal", START, status=409)
def start_twice_is_harmless(_: Request, answer: Answer) -> None:
    """A second start is 200 and does nothing, for clients that try again."""
    if "running" in answer.json["detail"]:
        answer.status, answer.json = 200, {}


@refusals("lifecycle.completed-is-terminal", *MOVES, status=409)
def completed_is_gone(_: Request, answer: Answer) -> None:
    """A move of what is completed is 410."""
    if "completed" in answer.json.get("currentStatus", ""):
        answer.status = 410


@around("lifecycle.completed-is-terminal", COMPLETE, GET)
async def second_winner_is_refused_and_stored(request: Request, server: Server) -> Answer:
    """A second complete is 409 and declares its winner."""
    late = request.memory.setdefault("winners", {})
    answer = await server(request)
    if request.operation == COMPLETE and answer.status == 409:
        late[request.name] = request.json.get("winnerVariantId")
    elif request.operation == GET and request.name in late and answer.status == 200:
        answer.experiments[0]["winnerVariantId"] = late[request.name]
    return answer


@refusals("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_does_not_tell_the_status(_: Request, answer: Answer) -> None:
    """A 409 says that the move is not allowed, and no more."""
    answer.json = {"title": "Conflict", "status": 409, "detail": "This move is not allowed."}


@refusals("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_has_no_body(_: Request, answer: Answer) -> None:
    """A 409 is empty."""
    answer.body = Answer.of(409).body


@refusals("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_tells_the_goal(request: Request, answer: Answer) -> None:
    """A 409 tells the status that the move would lead to."""
    goal = {START: "running", PAUSE: "paused", COMPLETE: "completed"}[str(request.operation)]
    answer.json = {"status": 409, "detail": f"The experiment cannot become {goal}."}


@refusals("lifecycle.conflict.names-status", *MOVES, status=409)
def conflict_always_says_draft(_: Request, answer: Answer) -> None:
    """A 409 takes the current status from a row that was not read."""
    answer.json = {"status": 409, "currentStatus": "draft"}


@refusals("lifecycle.conflict.members", *MOVES, status=409)
def conflict_offers_nothing(_: Request, answer: Answer) -> None:
    """A 409 tells no move that is allowed."""
    answer.json["allowedTransitions"] = []


@refusals("lifecycle.conflict.members", *MOVES, status=409)
def conflict_offers_archived(_: Request, answer: Answer) -> None:
    """A 409 offers to delete, too."""
    answer.json["allowedTransitions"].append("archived")


@refusals("lifecycle.conflict.members", *MOVES, status=409)
def conflict_has_other_members(_: Request, answer: Answer) -> None:
    """A 409 has its members in snake case."""
    answer.json["current_status"] = answer.json.pop("currentStatus")


@refusals("lifecycle.conflict.names-transitions", COMPLETE, status=409)
def conflict_of_complete_tells_the_status_alone(_: Request, answer: Answer) -> None:
    """A 409 of complete tells the current status and no more."""
    answer.json = {"status": 409, "currentStatus": answer.json["currentStatus"]}
