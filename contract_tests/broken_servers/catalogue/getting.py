"""Servers whose reads show something else than what was written."""

from collections.abc import Callable

from broken_servers.changes import declare_statuses, drop_from_experiment, set_json
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Layer,
    Server,
    alter_error,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API
from broken_servers.operations import CREATE, GET, LIST, QUOTA

# --- what a create showed


@wrap_server("get.reads-created", CREATE, GET)
async def reads_lag_behind_creates(request: Request, server: Server) -> Response:
    """The first read of a new experiment finds nothing."""
    response = await server(request)
    unread = request.memory.setdefault("unread", set())
    if request.operation == CREATE and response.status == 201:
        unread.add(response.experiments[0]["uid"])
    elif request.operation == GET and request.name in unread:
        unread.remove(request.name)
        return Response.of(404, {})
    return response


@wrap_server("get.reads-created", CREATE, GET)
async def reads_lag_behind_many_creates(request: Request, server: Server) -> Response:
    """A read after the second of two creates shows the name of the first."""
    response = await server(request)
    created = request.memory.setdefault("created", [])
    if request.operation == CREATE and response.status == 201:
        created += response.experiments
    elif response.status == 200 and len(created) > 1 and request.name == created[-1]["uid"]:
        response.experiments[0]["name"] = created[-2]["name"]
    return response


alter_response("get.reads-created", GET, name="read_loses_the_hypothesis")(
    drop_from_experiment("hypothesis")
)


@alter_response("get.reads-created", CREATE)
def create_answers_another_uid(_: Request, response: Response) -> None:
    """The response to a create has another uid than the experiment."""
    response.experiments[0]["uid"] += "0"


@alter_response("get.reads-created", GET)
def read_turns_variants_round(_: Request, response: Response) -> None:
    """A read shows the variants in another order."""
    response.experiments[0]["variants"].reverse()


@alter_response("get.reads-created", GET)
def read_shows_time_of_reading(_: Request, response: Response) -> None:
    """A read changes updatedAt."""
    response.experiments[0]["updatedAt"] = "2031-01-01T00:00:00.000Z"


# --- unknown uids

declare_statuses("get.unknown", GET, 404, unknown_uid_is_gone=410, unknown_uid_breaks=500)
alter_error("get.unknown", GET, status=404, name="unknown_uid_is_null")(
    set_json(200, {"experiment": None})
)


@refuse_request("get.unknown", GET)
def uid_has_to_look_like_one(request: Request) -> bool:
    """A uid that does not begin with exp_ is 400."""
    return not request.name.startswith("exp_")


def find_similar(is_similar: Callable[[str, str], bool]) -> Layer:
    """Return a layer that shows the first listed experiment with a similar uid instead of a 404."""

    async def layer(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == 404:
            for row in (await server(request.like("GET", API))).experiments:
                if is_similar(row["uid"], request.name):
                    return Response.of(200, {"experiment": row})
        return response

    return layer


def goes_on(uid: str, sent: str) -> bool:
    return uid.startswith(sent)


def is_begun(uid: str, sent: str) -> bool:
    return sent.startswith(uid)


for name, condition in (
    ("uid_is_looked_up_by_its_beginning", goes_on),
    ("what_follows_a_uid_is_cut_off", is_begun),
):
    wrap_server("get.unknown", GET, name=name)(find_similar(condition))


# --- HEAD


@refuse_request("get.head", GET, status=405)
def head_is_not_known(request: Request) -> bool:
    return request.method == "HEAD"


@refuse_request("get.head", LIST, status=204)
def head_of_the_list_is_empty(request: Request) -> bool:
    """HEAD of the list is 204."""
    return request.method == "HEAD"


@alter_error("get.head", QUOTA, status=401)
def head_needs_no_key(request: Request, response: Response) -> None:
    """HEAD of the quota is 200 without a key."""
    if request.method == "HEAD":
        response.status = 200


@alter_response("get.head", GET)
def head_says_text(request: Request, response: Response) -> None:
    """HEAD has another media type than GET."""
    if request.method == "HEAD":
        response.headers["content-type"] = "text/html"
