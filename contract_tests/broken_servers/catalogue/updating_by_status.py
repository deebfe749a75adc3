"""Updates that lose fields, or take what the status does not allow."""

from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_request, patch_mock, wrap_server
from broken_servers.lookup import as_if, shown, status_of, write
from broken_servers.operations import GET, START, UPDATE
from pictify_mock.domain import editing
from pictify_mock.domain.enums import Status

FIELDS = (
    "name",
    "slug",
    "variants",
    "goalConfig",
    "banditConfig",
    "outputConfig",
    "hypothesis",
    "confidenceThreshold",
    "minimumRunDays",
    "fallbackImageUrl",
)
WHILE_RUNNING = ("name", "confidenceThreshold", "minimumRunDays")
POINTERS = {
    "slug": "/slug",
    "variants": "/variants",
    "goal_type": "/goalConfig/type",
    "bandit_settings": "/banditConfig/warmupImpressions",
    "output_format": "/outputConfig/format",
    "hypothesis": "/hypothesis",
    "fallback_image": "/fallbackImageUrl",
}
FROZEN_WHEN_COMPLETED = {
    **POINTERS,
    "destination": "/goalConfig/destinationUrl",
    "confidence_threshold": "/confidenceThreshold",
    "minimum_run_days": "/minimumRunDays",
}


def lets_change(patch: Patch, status: Status, *pointers: str) -> None:
    """Let a status change more than it should."""
    patch(
        editing, "EDITABLE", {**editing.EDITABLE, status: editing.EDITABLE[status] | set(pointers)}
    )


def a_field_is_ignored(field: str) -> None:
    """Declare the fault that an update does not look at a field."""

    def fault(request: Request) -> None:
        request.json.pop(field)

    fault.__name__, fault.__doc__ = (
        f"update_ignores_{field}",
        f"An update does not look at {field}.",
    )
    alter_request("update.draft-fields", UPDATE)(fault)


def a_paused_field_is_ignored(field: str) -> None:
    """Declare the fault that a paused experiment keeps a field in silence."""

    async def fault(request: Request, server: Server) -> Response:
        if field in request.json and await status_of(request, server) == "paused":
            del (body := request.json)[field]
            request.json = body
        return await server(request)

    fault.__name__, fault.__doc__ = (
        f"paused_update_ignores_{field}",
        f"A paused experiment keeps its {field}.",
    )
    wrap_server("update.paused-fields", UPDATE)(fault)


def a_running_field_is_refused(field: str) -> None:
    """Declare the fault that a running experiment does not let a field change."""

    async def fault(request: Request, server: Server) -> Response:
        refused = field in request.json and await status_of(request, server) == "running"
        return Response.of(400, {}) if refused else await server(request)

    fault.__name__, fault.__doc__ = (
        f"running_refuses_{field}",
        f"A running experiment refuses another {field}.",
    )
    wrap_server("update.running-fields", UPDATE)(fault)


def a_running_field_changes(name: str, pointer: str) -> None:
    """Declare the fault that a running experiment lets a field change."""

    def fault(patch: Patch) -> None:
        lets_change(patch, Status.RUNNING, pointer)

    fault.__name__, fault.__doc__ = (
        f"running_lets_{name}_change",
        f"A running experiment lets {pointer} change.",
    )
    patch_mock("update.running-refused")(fault)


def a_completed_field_changes(name: str, pointer: str) -> None:
    """Declare the fault that a completed experiment lets a field change."""

    def fault(patch: Patch) -> None:
        lets_change(patch, Status.COMPLETED, pointer)

    fault.__name__, fault.__doc__ = (
        f"completed_lets_{name}_change",
        f"A completed experiment lets {pointer} change.",
    )
    patch_mock("update.completed-refused")(fault)


for each in FIELDS:
    a_field_is_ignored(each)
    a_paused_field_is_ignored(each)
for each in WHILE_RUNNING:
    a_running_field_is_refused(each)
for name, pointer in POINTERS.items():
    a_running_field_changes(name, pointer)
for name, pointer in FROZEN_WHEN_COMPLETED.items():
    a_completed_field_changes(name, pointer)


# --- draft


@wrap_server("update.draft-fields", UPDATE)
async def update_is_echoed_and_not_kept(request: Request, server: Server) -> Response:
    """The answer shows the change, and nobody stored it."""
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200:
        await server(request.like("PUT", request.path, before))
    return response


@wrap_server("update.draft-fields", UPDATE, GET)
async def update_is_read_one_write_late(request: Request, server: Server) -> Response:
    """The first read after an update comes from a replica that does not know it yet."""
    late = request.memory.setdefault("late", {})
    if request.operation == GET:
        before = late.pop(request.name, None)
        return Response.of(200, {"experiment": before}) if before else await server(request)
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200:
        late[request.name] = before
    return response


@wrap_server("update.draft-fields", UPDATE, GET)
async def update_does_not_drop_the_cache(request: Request, server: Server) -> Response:
    """What was once read is read from a cache from then on, updated or not."""
    cache = request.memory.setdefault("cache", {})
    response = await server(request)
    if request.operation == GET and response.status == 200:
        return cache.setdefault((request.name, response.experiments[0]["status"]), response)  # type: ignore[no-any-return]
    return response


@wrap_server("update.draft-fields", UPDATE)
async def every_tenth_update_is_lost(request: Request, server: Server) -> Response:
    """One update in ten is answered and not stored."""
    request.memory["updates"] = request.memory.get("updates", 0) + 1
    if request.memory["updates"] % 10 == 0:
        return await as_if(request, server, **request.json)
    return await server(request)


@wrap_server("update.draft-fields", UPDATE)
async def update_answers_what_was(request: Request, server: Server) -> Response:
    """The answer to an update shows the experiment as it was found."""
    before = await as_if(request, server)
    return before if (response := await server(request)).status == 200 else response


@alter_request("update.draft-fields", UPDATE)
def update_takes_one_field_at_a_time(request: Request) -> None:
    """Of several fields the first is changed."""
    request.json = dict(list(request.json.items())[:1])


@alter_request("update.draft-fields", UPDATE)
def update_keeps_one_decimal(request: Request) -> None:
    """The column of confidenceThreshold has one decimal."""
    request.json["confidenceThreshold"] = round(request.json["confidenceThreshold"], 1)


@wrap_server("update.draft-fields", UPDATE)
async def update_adds_no_variants(request: Request, server: Server) -> Response:
    """Variants are updated by id; those with a new id are not stored."""
    if "variants" in request.json:
        known = {row["id"]: row for row in (await shown(request, server)).get("variants", ())}
        sent = {
            row["id"]: row
            for row in request.json["variants"]
            if isinstance(row, dict) and "id" in row
        }
        if known and sent.keys() - known.keys():
            request.json = {**request.json, "variants": list(known.values())}
    return await server(request)


@wrap_server("update.draft-fields", UPDATE)
async def bandit_stays_on(request: Request, server: Server) -> Response:
    """false is taken for a value that was not sent."""
    body, before = request.json, await shown(request, server)
    if body.get("banditConfig") == {"enabled": False} and before["banditConfig"]["enabled"]:
        request.json = {**body, "banditConfig": {}}
    return await server(request)


@alter_request("update.draft-fields", UPDATE)
def update_ignores_an_empty_hypothesis(request: Request) -> None:
    """An empty text is taken for a value that was not sent."""
    if not request.json["hypothesis"]:
        request.json.pop("hypothesis")


# --- paused


@wrap_server("update.paused-fields", UPDATE)
async def paused_is_locked_like_running(request: Request, server: Server) -> Response:
    """What a running experiment does not let change, a paused one does not either."""
    locked = request.json.keys() - {*WHILE_RUNNING, "goalConfig"}
    refused = locked and await status_of(request, server) == "paused"
    return Response.of(400, {}) if refused else await server(request)


@wrap_server("update.paused-fields", UPDATE)
async def paused_update_is_kept_for_the_next_draft(request: Request, server: Server) -> Response:
    """The update of a paused experiment is echoed and not kept."""
    if await status_of(request, server) == "paused":
        return await as_if(request, server, **request.json)
    return await server(request)


# --- running


@wrap_server("update.running-fields", UPDATE)
async def running_locks_every_field(request: Request, server: Server) -> Response:
    """A running experiment lets nothing change."""
    return (
        Response.of(400, {})
        if await status_of(request, server) == "running"
        else await server(request)
    )


@wrap_server("update.running-fields", UPDATE)
async def running_update_is_echoed_and_not_kept(request: Request, server: Server) -> Response:
    """The update of a running experiment waits for its end."""
    if await status_of(request, server) == "running":
        return await as_if(request, server, **request.json)
    return await server(request)


@wrap_server("update.running-fields", UPDATE)
async def running_keeps_its_old_name(request: Request, server: Server) -> Response:
    """The new name of a running experiment is answered and not stored."""
    body = request.json
    if isinstance(body, dict) and "name" in body and await status_of(request, server) == "running":
        request.json = {key: value for key, value in body.items() if key != "name"}
    return await server(request)


@wrap_server("update.running-fields", UPDATE)
async def running_refuses_another_destination(request: Request, server: Server) -> Response:
    """A running experiment refuses another destination, alone or with its type."""
    refused = "goalConfig" in request.json and await status_of(request, server) == "running"
    return Response.of(400, {}) if refused else await server(request)


@wrap_server("update.running-fields", UPDATE)
async def running_ignores_another_destination(request: Request, server: Server) -> Response:
    """A running experiment answers another destination with 200 and keeps its own."""
    if "goalConfig" in request.json and await status_of(request, server) == "running":
        request.json = {key: value for key, value in request.json.items() if key != "goalConfig"}
    return await server(request)


@wrap_server("update.running-fields", UPDATE)
async def update_pauses_what_runs(request: Request, server: Server) -> Response:
    """An edited experiment is taken off the air."""
    response = await server(request)
    if response.status == 200 and response.experiments[0]["status"] == "running":
        await server(request.like("POST", f"{request.path}/pause"))
    return response


async def dropped(
    request: Request, server: Server, status: str, allowed: tuple[str, ...]
) -> Response:
    """What the server answers when it overlooks the fields that a status does not allow."""
    if await status_of(request, server) == status:
        request.json = {key: value for key, value in request.json.items() if key in allowed}
    return await server(request)


@wrap_server("update.running-refused", UPDATE)
async def running_overlooks_forbidden_fields(request: Request, server: Server) -> Response:
    """Fields that a running experiment does not let change are overlooked with 200."""
    return await dropped(request, server, "running", (*WHILE_RUNNING, "goalConfig"))


@alter_error("update.running-refused", UPDATE, status=400)
def running_refuses_with_409(_: Request, response: Response) -> None:
    """A field that may not change now is a conflict."""
    if response.json["type"].endswith("field-not-editable"):
        response.status = 409


async def changed_all_the_same(request: Request, server: Server, status: str) -> Response:
    """The refusal of a change in this status, which is made for all that."""
    response = await server(request)
    before: dict[str, Any] = await shown(request, server)
    if response.status == 400 and before.get("status") == status:
        uid = request.name
        request.memory.setdefault("overlay", {}).setdefault(uid, {}).update(request.json)
    return response


@wrap_server("update.running-refused", UPDATE, GET)
async def running_refuses_and_changes(request: Request, server: Server) -> Response:
    """A change while running is 400, and a later read shows it."""
    if request.operation == UPDATE:
        return await changed_all_the_same(request, server, "running")
    response = await server(request)
    for row in response.experiments:
        row.update(request.memory.get("overlay", {}).get(row["uid"], {}))
    return response


@wrap_server("update.running-refused", UPDATE)
async def running_refuses_once_the_name_is_stored(request: Request, server: Server) -> Response:
    """Fields are stored one by one until one may not change, so the name that came first is kept."""
    response = await server(request)
    if (
        response.status == 400
        and "name" in request.json
        and await status_of(request, server) == "running"
    ):
        await write(request, server, name=request.json["name"])
    return response


# --- completed


@wrap_server("update.completed-fields", UPDATE)
async def completed_is_locked(request: Request, server: Server) -> Response:
    """A completed experiment does not even take another name."""
    return (
        Response.of(400, {})
        if await status_of(request, server) == "completed"
        else await server(request)
    )


@wrap_server("update.completed-fields", UPDATE)
async def completed_keeps_its_name(request: Request, server: Server) -> Response:
    """A completed experiment answers another name with 200 and keeps its own."""
    return await dropped(request, server, "completed", ())


@wrap_server("update.completed-refused", UPDATE)
async def completed_overlooks_forbidden_fields(request: Request, server: Server) -> Response:
    """Fields that a completed experiment does not let change are overlooked with 200."""
    return await dropped(request, server, "completed", ("name",))


@patch_mock("update.completed-refused")
def completed_is_edited_like_running(patch: Patch) -> None:
    """A completed experiment lets change what a running one does."""
    lets_change(patch, Status.COMPLETED, *editing.EDITABLE[Status.RUNNING])


@alter_error("update.completed-refused", UPDATE, status=400)
def completed_refuses_with_409(_: Request, response: Response) -> None:
    """A field that may not change any more is a conflict."""
    if (
        response.json["type"].endswith("field-not-editable")
        and "completed" in response.json["detail"]
    ):
        response.status = 409


# --- not published


@alter_request("update.unpublished-fields", UPDATE)
def update_ignores_template_uid(request: Request) -> None:
    """The template cannot be changed."""
    request.json.pop("templateUid", None)


@wrap_server("update.unpublished-fields", UPDATE)
async def update_refuses_minimum_sample_size(request: Request, server: Server) -> Response:
    """minimumSampleSize is fixed by the create."""
    return Response.of(400, {}) if "minimumSampleSize" in request.json else await server(request)


@patch_mock("update.unpublished-fields")
def running_lets_template_change(patch: Patch) -> None:
    """A running experiment lets its template change."""
    lets_change(patch, Status.RUNNING, "/templateUid")


@patch_mock("update.unpublished-fields")
def completed_lets_sample_size_change(patch: Patch) -> None:
    """A completed experiment lets its minimumSampleSize change."""
    lets_change(patch, Status.COMPLETED, "/minimumSampleSize")


@wrap_server("update.paused-fields", UPDATE, START)
async def start_takes_the_variants_from_before_the_pause(
    request: Request, server: Server
) -> Response:
    """What started is started again as it was, whatever its variants were changed to meanwhile."""
    stored = request.memory.setdefault("variants", {})
    if request.operation == UPDATE:
        before = await server(request.like("GET", request.path))
        if before.status == 200 and before.experiments[0]["status"] == "paused":
            stored.setdefault(request.name, before.experiments[0]["variants"])
    elif request.name in stored:
        await server(
            request.like(
                "PUT", request.path.removesuffix("/start"), {"variants": stored.pop(request.name)}
            )
        )
    return await server(request)
