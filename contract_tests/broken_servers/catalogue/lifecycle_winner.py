"""Completions that lose their winner, or take any."""

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_request, alter_response, wrap_server
from broken_servers.lookup import move, shown
from broken_servers.operations import COMPLETE, GET


@wrap_server("lifecycle.complete.winner", COMPLETE)
async def winner_is_the_first(request: Request, server: Server) -> Response:
    """The winner is the first variant, whoever is named."""
    before = await shown(request, server)
    if request.json.get("winnerVariantId") in [row["id"] for row in before.get("variants", ())]:
        request.json = {"winnerVariantId": before["variants"][0]["id"]}
    return await server(request)


@alter_response("lifecycle.complete.winner", GET)
def winner_is_not_kept(_: Request, response: Response) -> None:
    """The winner is in the answer and in no later read."""
    response.experiments[0].update(winnerVariantId=None, winnerDeclaredAt=None)


@alter_response("lifecycle.complete.winner", COMPLETE)
def winner_is_not_answered(_: Request, response: Response) -> None:
    """The answer to complete does not show the winner yet."""
    response.experiments[0].update(winnerVariantId=None, winnerDeclaredAt=None)


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_has_no_time(_: Request, response: Response) -> None:
    """winnerDeclaredAt is never set."""
    response.experiments[0]["winnerDeclaredAt"] = None


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_is_declared_when_it_was_made(_: Request, response: Response) -> None:
    """winnerDeclaredAt is createdAt."""
    one = response.experiments[0]
    one["winnerDeclaredAt"] = one["winnerDeclaredAt"] and one["createdAt"]


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_is_declared_in_local_time(_: Request, response: Response) -> None:
    """winnerDeclaredAt is two hours ahead, on the server's clock, and says UTC."""
    one = response.experiments[0]
    hour = (int(one["winnerDeclaredAt"][11:13]) + 2) % 24
    one["winnerDeclaredAt"] = (
        f"{one['winnerDeclaredAt'][:11]}{hour:02}{one['winnerDeclaredAt'][13:]}"
    )


@alter_response("lifecycle.complete.winner", GET)
def winner_is_guessed_while_running(_: Request, response: Response) -> None:
    """Before completion the leader is shown as the winner."""
    one = response.experiments[0]
    one["winnerVariantId"] = one["winnerVariantId"] or one["variants"][0]["id"]


@alter_response("lifecycle.complete.winner", COMPLETE, GET)
def winner_is_told_by_place(_: Request, response: Response) -> None:
    """winnerVariantId is the variant's place."""
    one = response.experiments[0]
    one["winnerVariantId"] = (
        one["winnerVariantId"] and f"{[row['id'] for row in one['variants']].index('v0')}"
    )


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_missing(request: Request) -> None:
    """Without a winner the first variant wins."""
    request.json = {"winnerVariantId": request.json.get("winnerVariantId", "v0")}


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_null(request: Request) -> None:
    """With null the first variant wins."""
    request.json = {"winnerVariantId": request.json["winnerVariantId"] or "v0"}


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_written_in_capitals(request: Request) -> None:
    """Ids are compared without regard to case."""
    request.json["winnerVariantId"] = request.json["winnerVariantId"].lower()


@alter_request("lifecycle.complete.winner-invalid", COMPLETE)
def winner_may_be_unknown(request: Request) -> None:
    """An unknown winner is taken."""
    if request.json["winnerVariantId"] == "nobody":
        request.json["winnerVariantId"] = "v1"


@wrap_server("lifecycle.complete.winner-invalid", COMPLETE)
async def winner_may_be_told_by_its_name(request: Request, server: Server) -> Response:
    """A variant's name is taken for its id."""
    rows = (await shown(request, server)).get("variants", ())
    names = {row["name"]: row["id"] for row in rows if "name" in row}
    if (sent := request.json.get("winnerVariantId")) in names:
        request.json = {"winnerVariantId": names[sent]}
    return await server(request)


@wrap_server("lifecycle.complete.winner-invalid", COMPLETE)
async def unfit_winner_completes(request: Request, server: Server) -> Response:
    """An unknown winner is 400, and the experiment is completed."""
    response = await server(request)
    if response.status == 400:
        await move(request, server, "complete", winnerVariantId="v0")
    return response


@alter_error("lifecycle.complete.winner-invalid", COMPLETE, status=400)
def unfit_winner_is_404(_: Request, response: Response) -> None:
    """An unknown winner is not found."""
    response.status = 404


@alter_error("lifecycle.complete.winner-problem", COMPLETE, status=400)
def unfit_winner_is_any_mistake(_: Request, response: Response) -> None:
    """An unknown winner is a validation-error."""
    response.json["type"] = "https://docs.pictify.io/errors/validation-error"


@alter_error("lifecycle.complete.winner-problem", COMPLETE, status=400)
def unfit_winner_is_not_named(_: Request, response: Response) -> None:
    """The refusal of a winner names no field."""
    response.json["errors"] = []
