"""Updates that move slugs, merge, replace or clear in another way than ours."""

from dataclasses import replace
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    wrap_server,
)
from broken_servers.lookup import API, as_if, move, shown, status_of, write
from broken_servers.operations import CLICK, CREATE, UPDATE
from pictify_mock.api import experiments
from pictify_mock.domain import editing
from pictify_mock.domain.experiment import Counter
from pictify_mock.http import request_parsing as wire

CONFIGS = {
    "goalConfig": ("type", "destinationUrl"),
    "banditConfig": ("enabled", "algorithm", "warmupImpressions", "recomputeIntervalMinutes"),
    "outputConfig": ("format", "quality"),
}
READ_ONLY = ("uid", "status", "winnerVariantId", "winnerDeclaredAt", "createdAt", "updatedAt")


# --- slugs that move


@alter_error("update.slug-taken", UPDATE, status=409)
def update_of_a_taken_slug_is_400(_: Request, response: Response) -> None:
    """A taken slug is 400."""
    response.status = 400


@wrap_server("update.slug-taken", UPDATE)
async def update_takes_a_taken_slug(request: Request, server: Server) -> Response:
    """A taken slug is accepted, and the update is lost."""
    response = await server(request)
    return await as_if(request, server, **request.json) if response.status == 409 else response


@wrap_server("update.slug-taken", UPDATE)
async def update_takes_the_slug_of_what_ended(request: Request, server: Server) -> Response:
    """A completed experiment does not hold its slug."""
    response = await server(request)
    if response.status == 409:
        listed = request.like("GET", API)
        listed.query = {"status": "completed", "limit": "100"}
        if request.json["slug"] in [row["slug"] for row in (await server(listed)).experiments]:
            return await as_if(request, server, **request.json)
    return response


@wrap_server("update.slug-taken", UPDATE)
async def update_takes_the_slug_of_another_team(request: Request, server: Server) -> Response:
    """The index of slugs is one for each team, though the public path has no team."""
    response = await server(request)
    if response.status == 409:
        listed = request.like("GET", API)
        listed.query = {"limit": "100"}
        if request.json["slug"] not in [row["slug"] for row in (await server(listed)).experiments]:
            return await as_if(request, server, **request.json)
    return response


@wrap_server("update.slug-taken", UPDATE)
async def own_slug_is_taken(request: Request, server: Server) -> Response:
    """Its own slug is a conflict."""
    body = request.json
    if (
        isinstance(body, dict)
        and "slug" in body
        and (await shown(request, server)).get("slug") == body["slug"]
    ):
        return Response.of(
            409,
            {"type": "https://docs.pictify.io/errors/slug-in-use", "title": "Taken", "status": 409},
        )
    return await server(request)


@wrap_server("update.slug-moves", UPDATE, CLICK)
async def old_slug_leads_on(request: Request, server: Server) -> Response:
    """The edge keeps the old slug."""
    moved = request.memory.setdefault("moved", {})
    if request.operation == UPDATE:
        before = await shown(request, server)
        response = await server(request)
        if response.status == 200:
            moved[before["slug"]] = response.experiments[0]["slug"]
        return response
    if (response := await server(request)).status == 404 and request.name in moved:
        return await server(request.like("GET", f"/s/{moved[request.name]}/click"))
    return response


@wrap_server("click.redirect", UPDATE, CLICK)
async def new_slug_is_not_known(request: Request, server: Server) -> Response:
    """The edge knows the slugs that were there at the create."""
    moved = request.memory.setdefault("moved", set())
    if request.operation == CLICK:
        return Response.of(404, {}) if request.name in moved else await server(request)
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200 and before["slug"] != response.experiments[0]["slug"]:
        moved.add(response.experiments[0]["slug"])
    return response


@wrap_server("update.slug-moves", UPDATE, CREATE)
async def old_slug_is_not_freed(request: Request, server: Server) -> Response:
    """A slug that was left stays taken."""
    left = request.memory.setdefault("left", set())
    if request.operation == CREATE:
        return Response.of(409, {}) if request.json.get("slug") in left else await server(request)
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200 and before["slug"] != response.experiments[0]["slug"]:
        left.add(before["slug"])
    return response


# --- refusals as a whole


@wrap_server("update.refused-whole", UPDATE)
async def allowed_fields_are_changed_all_the_same(request: Request, server: Server) -> Response:
    """Fields that may change are changed, and the answer is 400 for the others."""
    response = await server(request)
    if (
        response.status == 400
        and response.json.get("type", "").endswith("field-not-editable")
        and "name" in request.json
    ):
        await write(request, server, name=request.json["name"])
    return response


@alter_error("update.refused-whole", UPDATE, status=400)
def first_locked_field_is_named(_: Request, response: Response) -> None:
    """Only the first field that may not change is named."""
    response.json["errors"] = response.json["errors"][:1]


@alter_error("update.refused-whole", UPDATE, status=400)
def every_sent_field_is_named(request: Request, response: Response) -> None:
    """All fields of the request are named."""
    response.json["errors"] = [
        {"field": f"/{key}", "message": "", "code": "not_editable"} for key in request.json
    ]


@wrap_server("update.equal-values", UPDATE)
async def equal_values_are_changes(request: Request, server: Server) -> Response:
    """A field that may not change may not be sent either."""
    body = request.json
    if isinstance(body, dict) and "slug" in body and await status_of(request, server) == "running":
        return Response.of(400, {})
    return await server(request)


@wrap_server("update.equal-values", UPDATE)
async def counters_may_not_be_sent_back(request: Request, server: Server) -> Response:
    """Variants with counters are refused."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else None
    counted = isinstance(rows, list) and any(
        isinstance(row, dict) and "clicks" in row for row in rows
    )
    return Response.of(400, {}) if counted else await server(request)


@wrap_server("update.running-goal-config", UPDATE)
async def destination_needs_its_type(request: Request, server: Server) -> Response:
    """A goalConfig without its type is refused."""
    goal = request.json.get("goalConfig") if isinstance(request.json, dict) else None
    return (
        Response.of(400, {})
        if isinstance(goal, dict) and "type" not in goal
        else await server(request)
    )


@alter_response("update.running-goal-config", UPDATE)
def destination_alone_is_answered_whole(request: Request, response: Response) -> None:
    """A goalConfig that was sent in part is answered in part."""
    response.experiments[0]["goalConfig"] = request.json["goalConfig"]


@patch_mock("update.running-goal-config")
def destination_makes_a_click_through(patch: Patch) -> None:
    """A destination that is sent alone makes the goal a click_through."""
    original = editing.edited

    def edited(before: Any, fields: Any, now: Any) -> Any:
        after = original(before, fields, now)
        alone = "goal" in fields and "type" not in (fields["goal"] or {"type": None})
        return replace(after, goal=replace(after.goal, type="click_through")) if alone else after

    patch(editing, "edited", edited)


# --- type, configurations, variants


@alter_request("update.type-immutable", UPDATE)
def another_type_is_overlooked(request: Request) -> None:
    """Another type is overlooked with 200."""
    del request.json["type"]


@wrap_server("update.type-immutable", UPDATE)
async def same_type_is_refused(request: Request, server: Server) -> Response:
    """No update may hold a type."""
    return (
        Response.of(400, {})
        if isinstance(request.json, dict) and "type" in request.json
        else await server(request)
    )


@patch_mock("update.type-immutable")
def draft_changes_its_type(patch: Patch) -> None:
    """A draft may become an experiment of another type."""
    lists = editing.EDITABLE
    patch(
        editing,
        "EDITABLE",
        {status: lists[status] | ({"/type"} if status == "draft" else set()) for status in lists},
    )


def is_replaced(config: str, members: tuple[str, ...]) -> None:
    """Declare the fault that a configuration is replaced."""

    def fault(request: Request) -> None:
        sent = request.json[config]
        request.json[config] = (
            {**dict.fromkeys(members), **sent} if isinstance(sent, dict) else sent
        )

    fault.__name__, fault.__doc__ = (
        f"{config}_is_replaced",
        f"Members of {config} that are not sent fall back.",
    )
    alter_request("update.configs-merged", UPDATE)(fault)


for config, members in CONFIGS.items():
    is_replaced(config, members)


def counters_become(name: str, sentence: str, counters: Any) -> None:
    """Declare the fault that new variants have other counters."""

    def fault(patch: Patch) -> None:
        original = editing.edited

        def edited(before: Any, fields: Any, now: Any) -> Any:
            after = original(before, fields, now)
            if "variants" not in fields:
                return after
            found = counters(before.variants, after.variants)
            rows = zip(after.variants, found, strict=True)
            return replace(
                after, variants=tuple(replace(row, counter=counter) for row, counter in rows)
            )

        patch(editing, "edited", edited)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock("update.variants-replaced")(fault)


def none_kept(_: Any, after: Any) -> list[Counter]:
    """Counters at 0."""
    return [Counter() for _ in after]


def by_place(before: Any, after: Any) -> list[Counter]:
    """The counters of the variants that stood in the same places."""
    return [
        before[place].counter if place < len(before) else Counter() for place in range(len(after))
    ]


counters_become("new_variants_count_from_0", "Variants that stay lose their counters.", none_kept)
counters_become("counters_stay_in_their_place", "Counters are kept by place, not by id.", by_place)


@wrap_server("update.variants-replaced", UPDATE)
async def variants_that_stay_keep_their_names(request: Request, server: Server) -> Response:
    """Variants are merged by id, so what is not sent of one stays."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else None
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        known = {row["id"]: row for row in (await shown(request, server)).get("variants", ())}
        request.json = {
            **request.json,
            "variants": [{**known.get(row.get("id"), {}), **row} for row in rows],
        }
    return await server(request)


# --- read-only members and null


def is_refused(member: str) -> None:
    """Declare the fault that a read-only member is refused."""

    async def fault(request: Request, server: Server) -> Response:
        refused = isinstance(request.json, dict) and member in request.json
        return Response.of(400, {}) if refused else await server(request)

    fault.__name__, fault.__doc__ = (
        f"update_refuses_{member}",
        f"An update with {member} is refused.",
    )
    wrap_server("update.read-only-ignored", UPDATE)(fault)


for member in READ_ONLY:
    is_refused(member)


@wrap_server("update.read-only-ignored", UPDATE)
async def update_moves_by_status(request: Request, server: Server) -> Response:
    """A status that is sent is taken for a move."""
    response = await server(request)
    if response.status == 200 and request.json.get("status") == "completed":
        return await move(request, server, "complete", winnerVariantId="v0")
    return response


@patch_mock("update.read-only-ignored")
def update_takes_counters(patch: Patch) -> None:
    """Counters that are sent are stored."""
    original = wire.changes

    def changes(body: Any) -> Any:
        fields = original(body)
        for row, sent in zip(fields.get("variants", ()), body.get("variants", ()), strict=True):
            row.counter.impressions, row.counter.clicks = (
                sent.get("impressions", 0),
                sent.get("clicks", 0),
            )
        return fields

    stored = editing._stored
    patch(wire, "changes", changes)
    patch(
        editing,
        "_stored",
        lambda variant, of: replace(stored(variant, of), counter=variant.counter),
    )


@alter_request("update.null", UPDATE)
def update_overlooks_null(request: Request) -> None:
    """A null is taken for a field that is not sent."""
    request.json = {name: value for name, value in request.json.items() if value is not None}


@wrap_server("update.null", UPDATE)
async def update_refuses_null(request: Request, server: Server) -> Response:
    """A null is no string and so refused."""
    nulls = isinstance(request.json, dict) and None in request.json.values()
    return Response.of(400, {}) if nulls else await server(request)


@alter_request("update.null", UPDATE)
def update_overlooks_null_on_a_required_field(request: Request) -> None:
    """A null for the name is overlooked."""
    if request.json["name"] is None:
        del request.json["name"]


@alter_request("update.null", UPDATE)
def null_in_a_configuration_is_overlooked(request: Request) -> None:
    """A null inside a configuration is taken for a member that is not sent."""
    for config in CONFIGS.keys() & request.json.keys():
        request.json[config] = {
            name: value for name, value in request.json[config].items() if value is not None
        }


@patch_mock("update.slug-of-running")
def slugs_are_compared_at_a_create_only(patch: Patch) -> None:
    """An update may take any slug."""
    original = experiments._check_slug_free

    def check(context: Any, experiment: Any) -> None:
        if context.store.by_uid(experiment.uid) is None:
            original(context, experiment)

    patch(experiments, "_check_slug_free", check)
