"""Deletes that leave something behind, or take what they should not."""

from typing import Any

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Patch, Server, answers, around, inside, refusals
from broken_servers.lookup import API, as_if, shown, status_of
from broken_servers.operations import COMPLETE, CREATE, DELETE, GET, LIST, PAUSE, START, UPDATE
from pictify_mock.domain import lifecycle
from pictify_mock.domain.enums import Status


@answers("delete.answer", DELETE)
def delete_is_204(_: Request, answer: Answer) -> None:
    """A delete has no content."""
    answer.status, answer.body = 204, Answer.of(204).body


@answers("delete.answer", DELETE)
def delete_answers_success(_: Request, answer: Answer) -> None:
    """The body of a delete says success."""
    answer.json = {"success": True}


@answers("delete.answer", DELETE)
def delete_says_false(_: Request, answer: Answer) -> None:
    """The body of a delete says deleted false."""
    answer.json = {"deleted": False}


@answers("delete.answer", DELETE)
def delete_counts_rows(_: Request, answer: Answer) -> None:
    """deleted is the number of rows."""
    answer.json = {"deleted": 1}


def is_not_deleted(status: str) -> None:
    """Declare the fault that an experiment in this status is refused."""

    async def fault(request: Request, server: Server) -> Answer:
        return (
            Answer.of(409, {})
            if await status_of(request, server) == status
            else await server(request)
        )

    fault.__name__, fault.__doc__ = (
        f"{status}_is_not_deleted",
        f"A {status} experiment cannot be deleted.",
    )
    around("delete.answer", DELETE)(fault)


for each in ("draft", "paused", "completed"):
    is_not_deleted(each)


@around("delete.answer", DELETE)
async def delete_is_only_answered(request: Request, server: Server) -> Answer:
    """The answer says deleted, and the experiment is still there."""
    answer = (
        await server(request)
        if not await shown(request, server)
        else Answer.of(200, {"deleted": True})
    )
    return answer if await status_of(request, server) != "running" else await server(request)


@around("delete.answer", DELETE)
async def delete_of_completed_is_put_off(request: Request, server: Server) -> Answer:
    """Completed experiments are deleted by a job at night."""
    if await status_of(request, server) == "completed":
        return Answer.of(200, {"deleted": True})
    return await server(request)


@around("delete.answer", DELETE, GET)
async def deleted_is_read_from_a_cache(request: Request, server: Server) -> Answer:
    """What was deleted is read from a cache for a while."""
    cache = request.memory.setdefault("deleted", {})
    if request.operation == GET:
        return cache.pop(request.name, None) or await server(request)
    before = await as_if(request, server)
    answer = await server(request)
    if answer.status == 200:
        cache[request.name] = before
    return answer


@refusals("delete.unknown", DELETE, status=404)
def unknown_delete_is_200(_: Request, answer: Answer) -> None:
    """A delete of nothing is no mistake."""
    answer.status, answer.json = 200, {"deleted": True}


@refusals("delete.unknown", DELETE, status=404)
def unknown_delete_says_false(_: Request, answer: Answer) -> None:
    """A delete of nothing is 200 with deleted false."""
    answer.status, answer.json = 200, {"deleted": False}


@refusals("delete.unknown", DELETE, status=404)
def unknown_delete_is_400(_: Request, answer: Answer) -> None:
    """A delete of nothing is 400."""
    answer.status = 400


@inside("delete.running.refused")
def running_is_deleted(patch: Patch) -> None:
    """A running experiment is deleted like any other."""
    deletable = {**lifecycle.MOVES["delete"], Status.RUNNING: Status.ARCHIVED}
    patch(lifecycle, "MOVES", {**lifecycle.MOVES, "delete": deletable})


@around("delete.running.refused", DELETE)
async def running_is_paused_by_a_refused_delete(request: Request, server: Server) -> Answer:
    """The delete of a running experiment is 409 and pauses it."""
    answer = await server(request)
    if answer.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
    return answer


@around("delete.running.refused", DELETE)
async def running_is_paused_and_deleted(request: Request, server: Server) -> Answer:
    """A delete pauses what runs and deletes it."""
    answer = await server(request)
    if answer.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
        answer = await server(request)
    return answer


@around("delete.running.refused", DELETE)
async def running_is_deleted_after_the_refusal(request: Request, server: Server) -> Answer:
    """The delete of a running experiment is 409, and the row is marked all the same."""
    answer = await server(request)
    if answer.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
        await server(request)
    return answer


@refusals("delete.running.refused", DELETE, status=409)
def running_delete_is_200_and_nothing(_: Request, answer: Answer) -> None:
    """The delete of a running experiment is answered with 200, and it goes on."""
    answer.status, answer.json = 200, {"deleted": False}


@refusals("delete.running.refused", DELETE, status=409)
def running_delete_is_500(_: Request, answer: Answer) -> None:
    """A foreign key keeps a running experiment from being deleted."""
    answer.status = 500


@refusals("delete.running.status", DELETE, status=409)
def running_delete_is_400(_: Request, answer: Answer) -> None:
    """The delete of a running experiment is 400."""
    answer.status = 400


@refusals("delete.running.status", DELETE, status=409)
def running_delete_is_403(_: Request, answer: Answer) -> None:
    """The delete of a running experiment is 403."""
    answer.status = 403


def lives_on(operation: str, name: str) -> None:
    """Declare the fault that an operation knows a deleted uid."""

    async def fault(request: Request, server: Server) -> Answer:
        gone = request.memory.setdefault("gone", {})
        if request.operation == operation and request.name in gone:
            return Answer.of(200, gone[request.name])
        before = await shown(request, server) if request.operation == DELETE else {}
        answer = await server(request)
        if request.operation == DELETE and answer.status == 200:
            gone[request.name] = (
                {"deleted": True} if operation == DELETE else {"experiment": before}
            )
        return answer

    fault.__name__, fault.__doc__ = (
        f"deleted_is_known_to_{name}",
        f"What was deleted is still there for {name}.",
    )
    around("delete.gone", operation, DELETE)(fault)


for operation in (UPDATE, DELETE, START, PAUSE, COMPLETE):
    lives_on(operation, operation.removesuffix("Experiment"))


@around("delete.gone", GET, DELETE)
async def deleted_is_read_as_archived(request: Request, server: Server) -> Answer:
    """A read of what was deleted shows it as archived."""
    gone = request.memory.setdefault("archived", {})
    if request.operation == GET and request.name in gone:
        return Answer.of(200, {"experiment": gone[request.name]})
    before = await shown(request, server)
    answer = await server(request)
    if request.operation == DELETE and answer.status == 200:
        gone[request.name] = {**before, "status": "archived"}
    return answer


@refusals("delete.gone", GET, status=404)
def deleted_is_410(_: Request, answer: Answer) -> None:
    """A read of what was deleted is 410."""
    answer.status = 410


@around("delete.unlisted", LIST, DELETE)
async def deleted_is_listed(request: Request, server: Server) -> Answer:
    """The list shows what was deleted as archived."""
    gone: list[dict[str, Any]] = request.memory.setdefault("gone", [])
    before = await shown(request, server) if request.operation == DELETE else {}
    answer = await server(request)
    if request.operation == DELETE and answer.status == 200:
        gone.append({**before, "status": "archived"})
    elif request.operation == LIST and answer.status == 200 and not request.query.get("status"):
        answer.json["experiments"] += gone
    return answer


@around("delete.unlisted", LIST, DELETE)
async def deleted_is_listed_by_status(request: Request, server: Server) -> Answer:
    """The index by status keeps what was deleted."""
    gone: list[dict[str, Any]] = request.memory.setdefault("gone", [])
    before = await shown(request, server) if request.operation == DELETE else {}
    answer = await server(request)
    if request.operation == DELETE and answer.status == 200:
        gone.append(before)
    elif request.operation == LIST and answer.status == 200 and "status" in request.query:
        answer.json["experiments"] += [
            row for row in gone if row["status"] == request.query["status"]
        ]
    return answer


@around("delete.slug-freed", CREATE, DELETE)
async def deleted_slug_is_kept(request: Request, server: Server) -> Answer:
    """The unique index of slugs holds the archived rows too."""
    kept = request.memory.setdefault("kept", set())
    if request.operation == CREATE:
        return Answer.of(409, {}) if request.json.get("slug") in kept else await server(request)
    before = await shown(request, server)
    answer = await server(request)
    if answer.status == 200:
        kept.add(before["slug"])
    return answer


@around("delete.slug-freed", CREATE, DELETE)
async def completed_slug_is_kept(request: Request, server: Server) -> Answer:
    """The slug of an experiment that was completed and then deleted is never free."""
    kept = request.memory.setdefault("kept", set())
    if request.operation == CREATE:
        return Answer.of(409, {}) if request.json.get("slug") in kept else await server(request)
    before = await shown(request, server)
    if (answer := await server(request)).status == 200 and before["status"] == "completed":
        kept.add(before["slug"])
    return answer


@around("delete.slug-freed", CREATE)
async def slug_is_used_again_under_the_old_uid(request: Request, server: Server) -> Answer:
    """A create with the slug of a deleted experiment brings that one's uid back."""
    uids = request.memory.setdefault("uids", {})
    answer = await server(request)
    if answer.status == 201:
        answer.experiments[0]["uid"] = uids.setdefault(
            answer.experiments[0]["slug"], answer.experiments[0]["uid"]
        )
    return answer


@around("delete.answer", LIST, DELETE)
async def list_keeps_deleted_drafts(request: Request, server: Server) -> Answer:
    """A deleted experiment stays in the list as it was."""
    kept = request.memory.setdefault("kept", [])
    if request.operation == DELETE:
        shown = await server(request.like("GET", request.path))
        answer = await server(request)
        kept += shown.experiments if answer.status == 200 else []
        return answer
    answer = await server(request)
    if answer.status == 200:
        answer.json["experiments"] += kept
    return answer


@around("lifecycle.any-order", DELETE)
async def delete_takes_namesakes(request: Request, server: Server) -> Answer:
    """A delete goes by the name, so others that have it are gone too."""
    name = (await shown(request, server)).get("name")
    answer = await server(request)
    if answer.status == 200:
        for row in (await server(request.like("GET", API))).experiments:
            if row["name"] == name:
                await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return answer
