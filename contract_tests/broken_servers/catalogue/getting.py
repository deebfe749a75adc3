"""Reads that show something else than was written."""

from collections.abc import Callable

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Server, answers, around, refusals
from broken_servers.operations import CREATE, GET, LIST, QUOTA


@around("get.reads-created", CREATE, GET)
async def reads_lag_behind_creates(request: Request, server: Server) -> Answer:
    """The first read of a new experiment finds nothing on the replica."""
    answer = await server(request)
    fresh = request.memory.setdefault("fresh", set())
    if request.operation == CREATE and answer.status == 201:
        fresh.add(answer.experiments[0]["uid"])
    elif request.operation == GET and request.name in fresh:
        fresh.remove(request.name)
        return Answer.of(404, {})
    return answer


@around("get.reads-created", CREATE, GET)
async def reads_lag_behind_many_creates(request: Request, server: Server) -> Answer:
    """A read right after the second of two creates finds the first one's name."""
    answer = await server(request)
    if request.operation == CREATE and answer.status == 201:
        request.memory["before"], request.memory["last"] = (
            request.memory.get("last"),
            answer.experiments[0],
        )
    elif (
        answer.status == 200
        and request.memory.get("before")
        and request.name == request.memory["last"]["uid"]
    ):
        answer.experiments[0]["name"] = request.memory["before"]["name"]
    return answer


@answers("get.reads-created", CREATE)
def create_answers_another_uid(_: Request, answer: Answer) -> None:
    """The answer to a create shows the row's number, not the uid."""
    answer.experiments[0]["uid"] += "0"


@answers("get.reads-created", GET)
def read_loses_the_hypothesis(_: Request, answer: Answer) -> None:
    """A read leaves the hypothesis out."""
    del answer.experiments[0]["hypothesis"]


@answers("get.reads-created", GET)
def read_turns_variants_round(_: Request, answer: Answer) -> None:
    """Without ORDER BY a read shows the variants in another order."""
    answer.experiments[0]["variants"].reverse()


@answers("get.reads-created", GET)
def read_says_running(_: Request, answer: Answer) -> None:
    """A read takes a draft for running."""
    answer.experiments[0]["status"] = "running"


@answers("get.reads-created", GET)
def read_shows_time_of_reading(_: Request, answer: Answer) -> None:
    """updatedAt is touched by reading."""
    answer.experiments[0]["updatedAt"] = "2031-01-01T00:00:00.000Z"


@answers("get.reads-created", CREATE)
def create_tells_times_in_whole_seconds(_: Request, answer: Answer) -> None:
    """The answer to a create cuts createdAt to seconds, a read does not."""
    answer.experiments[0]["createdAt"] = answer.experiments[0]["createdAt"][:19] + "Z"


@refusals("get.unknown", GET, status=404)
def unknown_uid_is_gone(_: Request, answer: Answer) -> None:
    """An unknown uid is 410."""
    answer.status = 410


@refusals("get.unknown", GET, status=404)
def unknown_uid_is_bad(_: Request, answer: Answer) -> None:
    """An unknown uid is 400."""
    answer.status = 400


@refusals("get.unknown", GET, status=404)
def unknown_uid_is_forbidden(_: Request, answer: Answer) -> None:
    """An unknown uid is 403."""
    answer.status = 403


@refusals("get.unknown", GET, status=404)
def unknown_uid_is_null(_: Request, answer: Answer) -> None:
    """An unknown uid is 200 with nothing in it."""
    answer.status, answer.json = 200, {"experiment": None}


@refusals("get.unknown", GET, status=404)
def unknown_uid_breaks(_: Request, answer: Answer) -> None:
    """An unknown uid is a null pointer."""
    answer.status, answer.json = 500, {"error": "Cannot read properties of null"}


@around("get.unknown", GET)
async def uid_has_to_look_like_one(request: Request, server: Server) -> Answer:
    """A uid that does not begin with exp_ is 400."""
    return await server(request) if request.name.startswith("exp_") else Answer.of(400, {})


async def or_the_first(request: Request, server: Server, fits: Callable[[str], bool]) -> Answer:
    """Where there is no such experiment, the first of the list whose uid fits."""
    answer = await server(request)
    listed = await server(request.like("GET", request.path.rpartition("/")[0]))
    found = [row for row in listed.experiments if fits(row["uid"])]
    return Answer.of(200, {"experiment": found[0]}) if answer.status == 404 and found else answer


@around("get.unknown", GET)
async def uid_is_looked_up_by_its_beginning(request: Request, server: Server) -> Answer:
    """A uid that is cut short finds the newest that begins so."""
    return await or_the_first(request, server, lambda uid: uid.startswith(request.name))


@around("get.unknown", GET)
async def what_follows_a_uid_is_cut_off(request: Request, server: Server) -> Answer:
    """A uid is read as far as it makes sense, and what follows is ignored."""
    return await or_the_first(request, server, lambda uid: request.name.startswith(uid))


@around("get.head", GET)
async def head_is_not_known(request: Request, server: Server) -> Answer:
    """HEAD of an experiment is 405."""
    return Answer.of(405) if request.method == "HEAD" else await server(request)


@around("get.head", LIST)
async def head_of_the_list_is_empty(request: Request, server: Server) -> Answer:
    """HEAD of the list is 204."""
    return Answer.of(204) if request.method == "HEAD" else await server(request)


@around("get.head", QUOTA)
async def head_needs_no_key(request: Request, server: Server) -> Answer:
    """HEAD of the quota is 200 without a key."""
    answer = await server(request)
    if request.method == "HEAD" and answer.status == 401:
        answer.status = 200
    return answer


@answers("get.head", GET)
def head_says_text(request: Request, answer: Answer) -> None:
    """HEAD tells another media type than GET."""
    if request.method == "HEAD":
        answer.headers["content-type"] = "text/html"
