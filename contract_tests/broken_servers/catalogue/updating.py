"""Updates that accept wrong values, change what was not sent, or mix up slugs."""

from collections.abc import Container
from dataclasses import replace
from typing import Any

from broken_servers.changes import declare_statuses, set_json
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_error,
    alter_request,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API, as_if, shown, status_of, write
from broken_servers.operations import CLICK, CREATE, GET, UPDATE
from pictify_mock.api import experiments
from pictify_mock.domain import editing
from pictify_mock.domain.experiment import Counter

WHOLE = 10_000


def body_of(request: Request) -> dict[str, Any]:
    """Return the members of the request body, or {} if it is not an object."""
    return request.json if isinstance(request.json, dict) else {}


# --- other statuses

declare_statuses("update.unknown", UPDATE, 404, unknown_update_is_400=400)
declare_statuses("update.slug-taken", UPDATE, 409, update_of_a_taken_slug_is_400=400)
alter_error("update.unknown", UPDATE, status=404, name="unknown_update_is_an_empty_200")(
    set_json(200, {})
)


# --- values of another type


@alter_request("update.types", UPDATE)
def update_takes_numbers_for_text(request: Request) -> None:
    if isinstance(request.json["name"], int):
        request.json["name"] = str(request.json["name"])


@alter_request("update.types", UPDATE)
def update_cuts_decimals(request: Request) -> None:
    request.json["minimumRunDays"] = int(request.json["minimumRunDays"])


for field, type_ in (("slug", str), ("variants", list), ("goalConfig", dict)):
    name, sentence = f"update_overlooks_wrong_{field}", f"A {field} of another type is ignored."

    @alter_request("update.types", UPDATE, name=name, sentence=sentence)
    def ignore_wrong_type(request: Request, field: str = field, type_: type = type_) -> None:
        if not isinstance(request.json[field], type_):
            del request.json[field]


@alter_request("update.types", UPDATE)
def update_takes_an_empty_list_for_an_object(request: Request) -> None:
    for name in ("goalConfig", "banditConfig", "outputConfig"):
        if request.json.get(name) == []:
            request.json[name] = {}


@alter_request("update.types", UPDATE)
def update_overlooks_variants_that_are_none(request: Request) -> None:
    """Variants that are not objects are ignored."""
    if not all(isinstance(row, dict) for row in request.json["variants"]):
        del request.json["variants"]


@alter_error("update.types", UPDATE, status=400)
def update_of_another_type_is_422(_: Request, response: Response) -> None:
    if any(item["code"] == "invalid_type" for item in response.json["errors"]):
        response.status = 422


async def store_refused_name(
    request: Request, server: Server, length: int | None = None
) -> Response:
    """Store the name of a refused update."""
    response, name = await server(request), body_of(request).get("name")
    if response.status == 400 and isinstance(name, str):
        await write(request, server, name=name[:length])
    return response


@wrap_server("update.types", UPDATE)
async def update_sets_field_by_field(request: Request, server: Server) -> Response:
    """A refused update stores the name beside the wrong field."""
    return await store_refused_name(request, server)


# --- length of the name


@refuse_request("update.name-length", UPDATE)
def new_name_is_measured_in_bytes(request: Request) -> bool:
    return len(str(request.json["name"]).encode()) > 255


@alter_request("update.name-length", UPDATE)
def new_name_is_cut(request: Request) -> None:
    request.json["name"] = request.json["name"][:255]


@alter_request("update.name-length", UPDATE)
def new_name_keeps_200_letters(request: Request) -> None:
    """A name of 201 to 255 characters is cut to 200."""
    if len(request.json["name"]) < 256:
        request.json["name"] = request.json["name"][:200]


@wrap_server("update.name-length", UPDATE)
async def new_name_is_refused_and_kept(request: Request, server: Server) -> Response:
    """A name that is too long is 400, and its beginning is stored."""
    return await store_refused_name(request, server, 255)


# --- weights


async def accept_sums(
    request: Request, server: Server, sums: Container[int], status: str | None = None
) -> Response:
    """Accept weights with one of these sums, in one status or in any, and do not store them."""
    response = await server(request)
    # The mock refused the weights, so they are shown in the response and not stored.
    rows = body_of(request).get("variants")
    if response.status != 400 or not rows or sum(row["weight"] for row in rows) not in sums:
        return response
    if status not in (None, await status_of(request, server)):
        return response
    return await as_if(request, server, **request.json)


@wrap_server("update.weights-sum.refused", UPDATE)
async def update_takes_9999(request: Request, server: Server) -> Response:
    return await accept_sums(request, server, (9_999,))


@wrap_server("update.weights-sum.refused", UPDATE)
async def paused_update_checks_no_weights(request: Request, server: Server) -> Response:
    """The weights of a paused experiment may add up to less than 10,000."""
    return await accept_sums(request, server, range(WHOLE), "paused")


@wrap_server("update.weights-sum.refused", UPDATE)
async def bad_weights_do_not_stop_the_name(request: Request, server: Server) -> Response:
    return await store_refused_name(request, server)


for rule, name, status in (
    ("update.weights-sum.refused", "update_of_weights_breaks_a_constraint", 500),
    ("update.weights-sum.status", "update_of_weights_is_422", 422),
):

    @alter_error(rule, UPDATE, status=400, name=name, sentence=f"A wrong sum is {status}.")
    def change_status(_: Request, response: Response, status: int = status) -> None:
        if "weights" in response.json["detail"]:
            response.status = status


@alter_error("update.weights-sum.status", UPDATE, status=400)
def update_of_weights_names_one_weight(_: Request, response: Response) -> None:
    for item in response.json["errors"]:
        item["field"] = item["field"].replace("/variants", "/variants/1/weight")


# --- fields that are not sent


def reset_field(field: str) -> Any:
    """Return a layer that resets a field which an update does not send."""

    async def layer(request: Request, server: Server) -> Response:
        if field not in request.json and await status_of(request, server) in ("draft", "paused"):
            request.json = {**request.json, field: None}
        return await server(request)

    return layer


for field in ("hypothesis", "outputConfig"):
    name, sentence = f"update_forgets_{field}", f"An update without {field} resets it."
    wrap_server("update.partial", UPDATE, name=name, sentence=sentence)(reset_field(field))


@wrap_server("update.partial", UPDATE)
async def update_evens_the_weights(request: Request, server: Server) -> Response:
    """An update without variants sets their weights to 5,000."""
    before = await shown(request, server)
    rows = before.get("variants", [])
    may_change = before.get("status") in ("draft", "paused") and len(rows) == 2
    if may_change and "variants" not in request.json:
        request.json["variants"] = [{**row, "weight": WHOLE // 2} for row in rows]
    return await server(request)


@alter_response("update.partial", GET, UPDATE)
def hypothesis_goes_with_a_new_name(request: Request, response: Response) -> None:
    """A new name of a running experiment resets its hypothesis."""
    renamed, experiment = request.memory.setdefault("renamed", set()), response.experiments[0]
    if request.operation == UPDATE and experiment["status"] == "running" and "name" in request.json:
        renamed.add(request.name)
    if request.name in renamed:
        experiment.pop("hypothesis", None)


def change_edited(patch: Patch, change: Any) -> None:
    """Change the experiment after each update: `change(before, after)`."""
    original = editing.edited

    def changed(before: Any, fields: Any, now: Any) -> Any:
        return change(before, original(before, fields, now))

    patch(editing, "edited", changed)


@patch_mock("update.partial")
def update_resets_the_counters(patch: Patch) -> None:
    def reset(_: Any, after: Any) -> Any:
        rows = tuple(replace(row, counter=Counter()) for row in after.variants)
        return replace(after, variants=rows)

    change_edited(patch, reset)


@patch_mock("update.partial")
def update_writes_back_counters_that_it_read(patch: Patch) -> None:
    """An update sets the counters to those of the update before."""
    seen: dict[str, Any] = {}

    def write_back(before: Any, after: Any) -> Any:
        old = seen.setdefault(after.uid, [replace(row.counter) for row in before.variants])
        pairs = zip(after.variants, old, strict=False)
        rows = tuple(replace(row, counter=replace(counter)) for row, counter in pairs)
        return replace(after, variants=rows)

    change_edited(patch, write_back)


# --- times


@patch_mock("update.updated-at")
def update_does_not_move_updated_at(patch: Patch) -> None:
    change_edited(patch, lambda before, after: replace(after, updated_at=before.updated_at))


@patch_mock("update.updated-at")
def update_moves_created_at(patch: Patch) -> None:
    change_edited(patch, lambda _, after: replace(after, created_at=after.updated_at))


@wrap_server("update.updated-at", UPDATE)
async def refused_update_moves_updated_at(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 400:
        await write(request, server)
    return response


# --- slugs


async def slugs_of_team(request: Request, server: Server, **filters: str) -> list[str]:
    listed = request.like("GET", API)
    listed.query = {"limit": "100", **filters}
    return [row["slug"] for row in (await server(listed)).experiments]


@wrap_server("update.slug-taken", UPDATE)
async def update_takes_the_slug_of_what_ended(request: Request, server: Server) -> Response:
    """The slug of a completed experiment is accepted."""
    response = await server(request)
    if response.status != 409:
        return response
    free = request.json["slug"] in await slugs_of_team(request, server, status="completed")
    return await as_if(request, server, **request.json) if free else response


@wrap_server("update.slug-taken", UPDATE)
async def update_takes_the_slug_of_another_team(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status != 409:
        return response
    free = request.json["slug"] not in await slugs_of_team(request, server)
    return await as_if(request, server, **request.json) if free else response


@wrap_server("update.slug-taken", UPDATE)
async def own_slug_is_taken(request: Request, server: Server) -> Response:
    slug = body_of(request).get("slug")
    if slug is not None and slug == (await shown(request, server)).get("slug"):
        return Response.of(409, {})
    return await server(request)


async def update_and_remember(request: Request, server: Server) -> Response:
    """Remember the old and the new slug of an update."""
    before = await shown(request, server)
    response = await server(request)
    if response.status == 200 and response.experiments[0]["slug"] != before["slug"]:
        moved = request.memory.setdefault("moved", {})
        moved[before["slug"]] = response.experiments[0]["slug"]
    return response


@wrap_server("update.slug-moves", UPDATE, CLICK)
async def old_slug_leads_on(request: Request, server: Server) -> Response:
    """The click link of the old slug still works."""
    if request.operation == UPDATE:
        return await update_and_remember(request, server)
    slug = request.memory.get("moved", {}).get(request.name, request.name)
    return await server(request.like("GET", f"/s/{slug}/click"))


@wrap_server("update.slug-moves", UPDATE, CREATE)
async def old_slug_is_not_freed(request: Request, server: Server) -> Response:
    if request.operation == UPDATE:
        return await update_and_remember(request, server)
    taken = request.json.get("slug") in request.memory.get("moved", {})
    return Response.of(409, {}) if taken else await server(request)


@wrap_server("click.redirect", UPDATE, CLICK)
async def new_slug_is_not_known(request: Request, server: Server) -> Response:
    if request.operation == UPDATE:
        return await update_and_remember(request, server)
    unknown = request.name in request.memory.get("moved", {}).values()
    return Response.of(404, {}) if unknown else await server(request)


@patch_mock("update.slug-of-running")
def slugs_are_compared_at_a_create_only(patch: Patch) -> None:
    original = experiments._check_slug_free

    def check(context: Any, experiment: Any) -> None:
        if context.store.by_uid(experiment.uid) is None:
            original(context, experiment)

    patch(experiments, "_check_slug_free", check)
