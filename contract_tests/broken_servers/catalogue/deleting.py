"""Servers whose deletes leave something behind, or delete too much."""

from typing import Any

from broken_servers.changes import declare_parts, declare_statuses, set_json
from broken_servers.exchange import Request, Response
from broken_servers.fault import Layer, Server, alter_error, alter_response, wrap_server
from broken_servers.lookup import API, shown, status_of
from broken_servers.operations import CREATE, DELETE, GET, LIST, START, UPDATE
from pictify_mock.domain import lifecycle
from pictify_mock.domain.enums import Status

# --- the response

for name, value in (("delete_says_false", False), ("delete_counts_rows", 1)):
    alter_response("delete.answer", DELETE, name=name)(set_json(200, {"deleted": value}))


@alter_response("delete.answer", DELETE)
def delete_is_204(_: Request, response: Response) -> None:
    response.status, response.body = 204, Response.of(204).body


@wrap_server("delete.answer", DELETE)
async def completed_is_not_deleted(request: Request, server: Server) -> Response:
    if await status_of(request, server) == "completed":
        return Response.of(409, {})
    return await server(request)


@wrap_server("delete.answer", DELETE)
async def delete_is_only_answered(request: Request, server: Server) -> Response:
    """The response says deleted, and the experiment is still there."""
    if await status_of(request, server) in (None, "running"):
        return await server(request)
    return Response.of(200, {"deleted": True})


async def deleted_experiment(request: Request, server: Server) -> tuple[Response, Any]:
    """Pass a delete on. Return the response, and the experiment if it is deleted."""
    before = await shown(request, server)
    response = await server(request)
    return response, before if response.status == 200 else None


def list_deleted(*, filtered: bool, **changes: Any) -> Layer:
    """Return a layer whose lists with or without a status have deleted experiments, changed."""

    async def layer(request: Request, server: Server) -> Response:
        rows: list[dict[str, Any]] = request.memory.setdefault("deleted", [])
        if request.operation == DELETE:
            response, experiment = await deleted_experiment(request, server)
            rows += [{**experiment, **changes}] if experiment else []
            return response
        response = await server(request)
        status = request.query.get("status")
        if response.status == 200 and filtered == (status is not None):
            response.json["experiments"] += [row for row in rows if status in (None, row["status"])]
        return response

    return layer


for rule, name, layer in (
    ("delete.answer", "list_keeps_deleted_drafts", list_deleted(filtered=False)),
    ("delete.unlisted", "deleted_is_listed", list_deleted(filtered=False, status="archived")),
    ("delete.unlisted", "deleted_is_listed_by_status", list_deleted(filtered=True)),
):
    wrap_server(rule, LIST, DELETE, name=name)(layer)


# --- unknown and running experiments

declare_statuses("delete.unknown", DELETE, 404, unknown_delete_is_400=400)
alter_error("delete.unknown", DELETE, status=404, name="unknown_delete_is_200")(
    set_json(200, {"deleted": True})
)

DELETABLE = {**lifecycle.MOVES["delete"], Status.RUNNING: Status.ARCHIVED}
declare_parts(
    "delete.running.refused",
    lifecycle,
    "MOVES",
    running_is_deleted={**lifecycle.MOVES, "delete": DELETABLE},
)
declare_statuses("delete.running.refused", DELETE, 409, running_delete_is_500=500)
declare_statuses("delete.running.status", DELETE, 409, running_delete_is_400=400)
alter_error("delete.running.refused", DELETE, status=409, name="running_delete_is_200_and_nothing")(
    set_json(200, {"deleted": False})
)


@wrap_server("delete.running.refused", DELETE)
async def running_is_paused_by_a_refused_delete(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 409:
        await server(request.like("POST", f"{request.path}/pause"))
    return response


# --- what is left of a deleted experiment


def find_deleted(operation: str, **changes: Any) -> Layer:
    """Return a layer in which an operation finds deleted experiments, with changes."""

    async def layer(request: Request, server: Server) -> Response:
        deleted = request.memory.setdefault("deleted", {})
        if request.operation == operation and request.name in deleted:
            experiment = {**deleted[request.name], **changes}
            return Response.of(200, {"experiment": experiment, "deleted": True})
        if request.operation != DELETE:
            return await server(request)
        response, experiment = await deleted_experiment(request, server)
        if experiment:
            deleted[request.name] = experiment
        return response

    return layer


for name, operation in (("update", UPDATE), ("delete", DELETE), ("start", START)):
    wrap_server("delete.gone", operation, DELETE, name=f"deleted_is_known_to_{name}")(
        find_deleted(operation)
    )
wrap_server("delete.gone", GET, DELETE, name="deleted_is_read_as_archived")(
    find_deleted(GET, status="archived")
)
declare_statuses("delete.gone", GET, 404, deleted_is_410=410)


@wrap_server("delete.slug-freed", CREATE, DELETE)
async def deleted_slug_is_kept(request: Request, server: Server) -> Response:
    """The slug of a deleted experiment stays in use."""
    slugs = request.memory.setdefault("slugs", set())
    if request.operation == CREATE:
        return Response.of(409, {}) if request.json.get("slug") in slugs else await server(request)
    response, experiment = await deleted_experiment(request, server)
    if experiment:
        slugs.add(experiment["slug"])
    return response


@wrap_server("delete.slug-freed", CREATE)
async def slug_is_used_again_under_the_old_uid(request: Request, server: Server) -> Response:
    """A new experiment with the slug of a deleted one has the deleted one's uid."""
    uids = request.memory.setdefault("uids", {})
    response = await server(request)
    if response.status == 201:
        [experiment] = response.experiments
        experiment["uid"] = uids.setdefault(experiment["slug"], experiment["uid"])
    return response


@wrap_server("lifecycle.any-order", DELETE)
async def delete_takes_namesakes(request: Request, server: Server) -> Response:
    """A delete takes every experiment of the same name."""
    response, experiment = await deleted_experiment(request, server)
    if experiment:
        for row in (await server(request.like("GET", API))).experiments:
            if row["name"] == experiment["name"]:
                await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return response


@wrap_server("lifecycle.any-order", DELETE)
async def delete_takes_longer_slugs(request: Request, server: Server) -> Response:
    """A delete takes every experiment whose slug begins with the deleted one."""
    response, experiment = await deleted_experiment(request, server)
    if experiment:
        for row in (await server(request.like("GET", API))).experiments:
            if row["slug"].startswith(experiment["slug"]):
                await server(request.like("DELETE", f"{API}/{row['uid']}"))
    return response
