"""Reads that show something else than was written."""

from collections.abc import Callable

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_error, alter_response, wrap_server
from broken_servers.operations import CREATE, GET, LIST, QUOTA


@wrap_server("get.reads-created", CREATE, GET)
async def reads_lag_behind_creates(request: Request, server: Server) -> Response:
    """The first read of a new experiment finds nothing on the replica."""
    response = await server(request)
    fresh = request.memory.setdefault("fresh", set())
    if request.operation == CREATE and response.status == 201:
        fresh.add(response.experiments[0]["uid"])
    elif request.operation == GET and request.name in fresh:
        fresh.remove(request.name)
        return Response.of(404, {})
    return response


@wrap_server("get.reads-created", CREATE, GET)
async def reads_lag_behind_many_creates(request: Request, server: Server) -> Response:
    """A read right after the second of two creates finds the first one's name."""
    response = await server(request)
    if request.operation == CREATE and response.status == 201:
        request.memory["before"], request.memory["last"] = (
            request.memory.get("last"),
            response.experiments[0],
        )
    elif (
        response.status == 200
        and request.memory.get("before")
        and request.name == request.memory["last"]["uid"]
    ):
        response.experiments[0]["name"] = request.memory["before"]["name"]
    return response


@alter_response("get.reads-created", CREATE)
def create_answers_another_uid(_: Request, response: Response) -> None:
    """The answer to a create shows the row's number, not the uid."""
    response.experiments[0]["uid"] += "0"


@alter_response("get.reads-created", GET)
def read_loses_the_hypothesis(_: Request, response: Response) -> None:
    """A read leaves the hypothesis out."""
    del response.experiments[0]["hypothesis"]


@alter_response("get.reads-created", GET)
def read_turns_variants_round(_: Request, response: Response) -> None:
    """Without ORDER BY a read shows the variants in another order."""
    response.experiments[0]["variants"].reverse()


@alter_response("get.reads-created", GET)
def read_says_running(_: Request, response: Response) -> None:
    """A read takes a draft for running."""
    response.experiments[0]["status"] = "running"


@alter_response("get.reads-created", GET)
def read_shows_time_of_reading(_: Request, response: Response) -> None:
    """updatedAt is touched by reading."""
    response.experiments[0]["updatedAt"] = "2031-01-01T00:00:00.000Z"


@alter_response("get.reads-created", CREATE)
def create_tells_times_in_whole_seconds(_: Request, response: Response) -> None:
    """The answer to a create cuts createdAt to seconds, a read does not."""
    response.experiments[0]["createdAt"] = response.experiments[0]["createdAt"][:19] + "Z"


@alter_error("get.unknown", GET, status=404)
def unknown_uid_is_gone(_: Request, response: Response) -> None:
    """An unknown uid is 410."""
    response.status = 410


@alter_error("get.unknown", GET, status=404)
def unknown_uid_is_bad(_: Request, response: Response) -> None:
    """An unknown uid is 400."""
    response.status = 400


@alter_error("get.unknown", GET, status=404)
def unknown_uid_is_forbidden(_: Request, response: Response) -> None:
    """An unknown uid is 403."""
    response.status = 403


@alter_error("get.unknown", GET, status=404)
def unknown_uid_is_null(_: Request, response: Response) -> None:
    """An unknown uid is 200 with nothing in it."""
    response.status, response.json = 200, {"experiment": None}


@alter_error("get.unknown", GET, status=404)
def unknown_uid_breaks(_: Request, response: Response) -> None:
    """An unknown uid is a null pointer."""
    response.status, response.json = 500, {"error": "Cannot read properties of null"}


@wrap_server("get.unknown", GET)
async def uid_has_to_look_like_one(request: Request, server: Server) -> Response:
    """A uid that does not begin with exp_ is 400."""
    return await server(request) if request.name.startswith("exp_") else Response.of(400, {})


async def or_the_first(request: Request, server: Server, fits: Callable[[str], bool]) -> Response:
    """Where there is no such experiment, the first of the list whose uid fits."""
    response = await server(request)
    listed = await server(request.like("GET", request.path.rpartition("/")[0]))
    found = [row for row in listed.experiments if fits(row["uid"])]
    return (
        Response.of(200, {"experiment": found[0]}) if response.status == 404 and found else response
    )


@wrap_server("get.unknown", GET)
async def uid_is_looked_up_by_its_beginning(request: Request, server: Server) -> Response:
    """A uid that is cut short finds the newest that begins so."""
    return await or_the_first(request, server, lambda uid: uid.startswith(request.name))


@wrap_server("get.unknown", GET)
async def what_follows_a_uid_is_cut_off(request: Request, server: Server) -> Response:
    """A uid is read as far as it makes sense, and what follows is ignored."""
    return await or_the_first(request, server, lambda uid: request.name.startswith(uid))


@wrap_server("get.head", GET)
async def head_is_not_known(request: Request, server: Server) -> Response:
    """HEAD of an experiment is 405."""
    return Response.of(405) if request.method == "HEAD" else await server(request)


@wrap_server("get.head", LIST)
async def head_of_the_list_is_empty(request: Request, server: Server) -> Response:
    """HEAD of the list is 204."""
    return Response.of(204) if request.method == "HEAD" else await server(request)


@wrap_server("get.head", QUOTA)
async def head_needs_no_key(request: Request, server: Server) -> Response:
    """HEAD of the quota is 200 without a key."""
    response = await server(request)
    if request.method == "HEAD" and response.status == 401:
        response.status = 200
    return response


@alter_response("get.head", GET)
def head_says_text(request: Request, response: Response) -> None:
    """HEAD tells another media type than GET."""
    if request.method == "HEAD":
        response.headers["content-type"] = "text/html"
