"""Deletes that leave something behind, or take what they should not."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_response, patch_mock, wrap_server
from broken_servers.lookup import API, as_if, shown, status_of
from broken_servers.operations import COMPLETE, CREATE, DELETE, GET, LIST, PAUSE, START, UPDATE
from pictify_mock.domain import lifecycle
from pictify_mock.domain.enums import Status


@alter_response("delete.answer", DELETE)
def delete_is_204(_: Request, response: Response) -> None:
    """A delete has no content."""
    response.status, response.body = 204, Response.of(204).body


@alter_response("delete.answer", DELETE)
def delete_answers_success(_: Request, response: Response) -> None:
    """The body of a delete says success."""
    response.json = {"success": True}


@alter_response("delete.answer", DELETE)
def delete_says_false(_: Request, response: Response) -> None:
    """The body of a delete says deleted false."""
    response.json = {"deleted": False}


@alter_response("delete.answer", DELETE)
def delete_counts_rows(_: Request, response: Response) -> None:
    """deleted is the number of rows."""
    response.json = {"deleted": 1}


def is_not_deleted(status: str) -> None:
    """Declare the fault that an experiment in this status is refused."""

    async def fault(request: Request, server: Server) -> Response:
        return (
            Response.of(409, {})
            if await status_of(request, server) == status
            else await server(request)
        )

    fault.__name__, fault.__doc__ = (
        f"{status}_is_not_deleted",
        f"A {status} experiment cannot be deleted.",
    )
    wrap_server("delete.answer", DELETE)(fault)


for each in ("draft", "paused", "completed"):
    is_not_deleted(each)


@wrap_server("delete.answer", DELETE)
async def delete_is_only_answered(request: Request, server: Server) -> Response:
    """The answer says deleted, and the experiment is still there."""
    response = (
        await server(request)
        if not await shown(request, server)
        else Response.of(200, {"deleted": True})
    )
    return response if await status_of(request, server) != "running" else await server(request)


@wrap_server("delete.answer", DELETE)
async def delete_of_completed_is_put_off(request: Request, server: Server) -> Response:
    """Completed experiments are deleted by a job at night."""
    if await status_of(request, server) == "completed":
        return Response.of(200, {"deleted": True})
    return await server(request)


@wrap_server("delete.answer", DELETE, GET)
async def deleted_is_read_from_a_cache(request: Request, server: Server) -> Response:
    """What was deleted is read from a cache for a while."""
    cache = request.memory.setdefault("deleted", {})
    if request.operation == GET:
        return cache.pop(request.name, None) or await server(request)
    before = await as_if(request, server)
    response = await server(request)
    if response.status == 200:
        cache[request.name] = before
    return response


@alter_error("delete.unknown", DELETE, status=404)
def unknown_delete_is_200(_: Request, response: Response) -> None:
    """A delete of nothing is no mistake."""
    response.status, response.json = 200, {"deleted": True}


@alter_error("delete.unknown", DELETE, status=404)
def unknown_delete_says_false(_: Request, response: Response) -> None:
    """A delete of nothing is 200 with deleted false."""
    response.status, response.json = 200, {"deleted": False}


@alter_error("delete.unknown", DELETE, status=404)
def unknown_delete_is_400(_: Request, response: Response) -> None:
    """A delete of nothing is 400."""
    response.status = 400


@patch_mock("delete.running.refused")
def running_is_deleted(patch: Patch) -> None:
    """A running experiment is deleted like any other."""
    deletable = {**lifecycle.MOVES["delete"], Status.RUNNING: Status.ARCHIVED}
    patch(lifecycle, "MOVES", {**lifecycle.MOVES, "delete": deletable})


@wrap_server("delete.running.refused", DELETE)
async def running_is_paused_by_a_refused_delete(request: Request, server: Server) -> Response:
    """The delete of a running experiment is 409 and pauses it."""
    response = await server(request)
    if response.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
    return response


@wrap_server("delete.running.refused", DELETE)
async def running_is_paused_and_deleted(request: Request, server: Server) -> Response:
    """A delete pauses what runs and deletes it."""
    response = await server(request)
    if response.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
        response = await server(request)
    return response


@wrap_server("delete.running.refused", DELETE)
async def running_is_deleted_after_the_refusal(request: Request, server: Server) -> Response:
    """The delete of a running experiment is 409, and the row is marked all the same."""
    response = await server(request)
    if response.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
        await server(request)
    return response


@alter_error("delete.running.refused", DELETE, status=409)
def running_delete_is_200_and_nothing(_: Request, response: Response) -> None:
    """The delete of a running experiment is answered with 200, and it goes on."""
    response.status, response.json = 200, {"deleted": False}


@alter_error("delete.running.refused", DELETE, status=409)
def running_delete_is_500(_: Request, response: Response) -> None:
    """A foreign key keeps a running experiment from being deleted."""
    response.status = 500


@alter_error("delete.running.status", DELETE, status=409)
def running_delete_is_400(_: Request, response: Response) -> None:
    """The delete of a running experiment is 400."""
    response.status = 400


@alter_error("delete.running.status", DELETE, status=409)
def running_delete_is_403(_: Request, response: Response) -> None:
    """The delete of a running experiment is 403."""
    response.status = 403


def lives_on(operation: str, name: str) -> None:
    """Declare the fault that an operation knows a deleted uid."""

    async def fault(request: Request, server: Server) -> Response:
        gone = request.memory.setdefault("gone", {})
        if request.operation == operation and request.name in gone:
            return Response.of(200, gone[request.name])
        before = await shown(request, server) if request.operation == DELETE else {}
        response = await server(request)
        if request.operation == DELETE and response.status == 200:
            gone[request.name] = (
                {"deleted": True} if operation == DELETE else {"experiment": before}
            )
        return response

    fault.__name__, fault.__doc__ = (
        f"deleted_is_known_to_{name}",
        f"What was deleted is still there for {name}.",
    )
    wrap_server("delete.gone", operation, DELETE)(fault)


for operation in (UPDATE, DELETE, START, PAUSE, COMPLETE):
    lives_on(operation, operation.removesuffix("Experiment"))


@wrap_server("delete.gone", GET, DELETE)
async def deleted_is_read_as_archived(request: Request, server: Server) -> Response:
    """A read of what was deleted shows it as archived."""
    gone = request.memory.setdefault("archived", {})
    if request.operation == GET and request.name in gone:
        return Response.of(200, {"experiment": gone[request.name]})
    before = await shown(request, server)
    response = await server(request)
    if request.operation == DELETE and response.status == 200:
        gone[request.name] = {**before, "status": "archived"}
    return response


@alter_error("delete.gone", GET, status=404)
def deleted_is_410(_: Request, response: Response) -> None:
    """A read of what was deleted is 410."""
    response.status = 410


@wrap_server("delete.unlisted", LIST, DELETE)
async def deleted_is_listed(request: Request, server: Server) -> Response:
    """The list shows what was deleted as archived."""
    gone: list[dict[str, Any]] = request.memory.setdefault("gone", [])
    before = await shown(request, server) if request.operation == DELETE else {}
    response = await server(request)
    if request.operation == DELETE and response.status == 200:
        gone.append({**before, "status": "archived"})
    elif request.operation == LIST and response.status == 200 and not request.query.get("status"):
        response.json["experiments"] += gone
    return response


@wrap_server("delete.unlisted", LIST, DELETE)
async def deleted_is_listed_by_status(request: Request, server: Server) -> Response:
    """The index by status keeps what was deleted."""
    gone: list[dict[str, Any]] = request.memory.setdefault("gone", [])
    before = await shown(request, server) if request.operation == DELETE else {}
    response = await server(request)
    if request.operation == DELETE and response.status == 200:
        gone.append(before)
    elif request.operation == LIST and response.status == 200 and "status" in request.query:
        response.json["experiments"] += [
            row for row in gone if row["status"] == request.query["status"]
        ]
    return response


@wrap_server("delete.slug-freed", CREATE, DELETE)
async def deleted_slug_is_kept(request: Request, server: Server) -> Response:
    """The unique index of slugs holds the archived rows too."""
    kept = request.memory.setdefault("kept", set())
    if request.operation == CREATE:
        return Response.of(409, {}) if request.json.get("slug") in kept else await server(request)
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200:
        kept.add(before["slug"])
    return response


@wrap_server("delete.slug-freed", CREATE, DELETE)
async def completed_slug_is_kept(request: Request, server: Server) -> Response:
    """The slug of an experiment that was completed and then deleted is never free."""
    kept = request.memory.setdefault("kept", set())
    if request.operation == CREATE:
        return Response.of(409, {}) if request.json.get("slug") in kept else await server(request)
    before = await shown(request, server)
    if (response := await server(request)).status == 200 and before["status"] == "completed":
        kept.add(before["slug"])
    return response


@wrap_server("delete.slug-freed", CREATE)
async def slug_is_used_again_under_the_old_uid(request: Request, server: Server) -> Response:
    """A create with the slug of a deleted experiment brings that one's uid back."""
    uids = request.memory.setdefault("uids", {})
    response = await server(request)
    if response.status == 201:
        response.experiments[0]["uid"] = uids.setdefault(
            response.experiments[0]["slug"], response.experiments[0]["uid"]
        )
    return response


@wrap_server("delete.answer", LIST, DELETE)
async def list_keeps_deleted_drafts(request: Request, server: Server) -> Response:
    """A deleted experiment stays in the list as it was."""
    kept = request.memory.setdefault("kept", [])
    if request.operation == DELETE:
        shown = await server(request.like("GET", request.path))
        response = await server(request)
        kept += shown.experiments if response.status == 200 else []
        return response
    response = await server(request)
    if response.status == 200:
        response.json["experiments"] += kept
    return response


@wrap_server("lifecycle.any-order", DELETE)
async def delete_takes_namesakes(request: Request, server: Server) -> Response:
    """A delete goes by the name, so others that have it are gone too."""
    name = (await shown(request, server)).get("name")
    response = await server(request)
    if response.status == 200:
        for row in (await server(request.like("GET", API))).experiments:
            if row["name"] == name:
                await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return response
