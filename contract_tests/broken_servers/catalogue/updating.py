"""Updates that take what is wrong, or change what was not sent."""

import secrets
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
from broken_servers.lookup import API, as_if, shown, status_of, write
from broken_servers.operations import GET, PAUSE, START, UPDATE
from pictify_mock.domain import editing
from pictify_mock.domain.experiment import Counter

OPTIONAL = (
    "hypothesis",
    "fallbackImageUrl",
    "confidenceThreshold",
    "minimumRunDays",
    "goalConfig",
    "outputConfig",
)
WHOLE = 10_000

# --- an unknown uid


@alter_error("update.unknown", UPDATE, status=404)
def unknown_update_is_an_empty_200(_: Request, response: Response) -> None:
    """UPDATE ... WHERE uid = ? touches no row, and nobody looks at the number."""
    response.status, response.json = 200, {"experiment": None}


@wrap_server("update.unknown", UPDATE)
async def unknown_update_creates(request: Request, server: Server) -> Response:
    """An update of an unknown uid makes the experiment, as PUT may."""
    response = await server(request)
    if response.status == 404:
        rows = [{"id": "a", "weight": 5000}, {"id": "b", "weight": 5000}]
        slug = f"upsert-{secrets.token_hex(4)}"
        body = {"name": "New", "type": "ab_test", "slug": slug, "variants": rows, **request.json}
        response = await server(request.like("POST", API, body))
    return response


@alter_error("update.unknown", UPDATE, status=404)
def unknown_update_is_400(_: Request, response: Response) -> None:
    """An unknown uid is a mistake in the request."""
    response.status = 400


@alter_error("update.unknown", UPDATE, status=404)
def unknown_update_is_500(_: Request, response: Response) -> None:
    """Nobody thought of an unknown uid."""
    response.status = 500


# --- types


@alter_request("update.types", UPDATE)
def update_takes_numbers_for_text(request: Request) -> None:
    """A number is stored as text."""
    request.json["name"] = (
        str(request.json["name"]) if isinstance(request.json["name"], int) else request.json["name"]
    )


@alter_request("update.types", UPDATE)
def update_cuts_decimals(request: Request) -> None:
    """Half a day is no day."""
    request.json["minimumRunDays"] = int(request.json["minimumRunDays"])


def overlooked_type(name: str, *fits: type) -> None:
    """Declare the fault that a value of another type is overlooked."""

    def fault(request: Request) -> None:
        if name in request.json and not isinstance(request.json[name], fits):
            del request.json[name]

    fault.__name__, fault.__doc__ = (
        f"update_overlooks_wrong_{name}",
        f"A {name} of another type is overlooked.",
    )
    alter_request("update.types", UPDATE)(fault)


for field, type_ in (
    ("slug", str),
    ("variants", list),
    ("goalConfig", dict),
    ("banditConfig", dict),
    ("outputConfig", dict),
    ("hypothesis", str),
    ("fallbackImageUrl", str),
):
    overlooked_type(field, type_)


@alter_request("update.types", UPDATE)
def update_takes_an_empty_list_for_an_object(request: Request) -> None:
    """An empty list is an empty object, as PHP has it."""
    for name in ("goalConfig", "banditConfig", "outputConfig"):
        if request.json.get(name) == []:
            request.json[name] = {}


@alter_request("update.types", UPDATE)
def update_overlooks_variants_that_are_none(request: Request) -> None:
    """Items of variants that are no objects are left out, and nothing is left."""
    if not all(isinstance(row, dict) for row in request.json["variants"]):
        del request.json["variants"]


@alter_request("update.types", UPDATE)
def update_reads_numbers_from_text(request: Request) -> None:
    """A confidenceThreshold that is no number is not a number."""
    if isinstance(request.json["confidenceThreshold"], str):
        del request.json["confidenceThreshold"]


@alter_error("update.types", UPDATE, status=400)
def update_of_another_type_is_422(_: Request, response: Response) -> None:
    """The framework's own status for a body of the wrong shape."""
    if any(item["code"] == "invalid_type" for item in response.json["errors"]):
        response.status = 422


@wrap_server("update.types", UPDATE)
async def update_sets_field_by_field(request: Request, server: Server) -> Response:
    """Fields are set one by one, so what stands before the wrong one is kept."""
    response = await server(request)
    if (
        response.status == 400
        and isinstance(request.json, dict)
        and isinstance(request.json.get("name"), str)
    ):
        await write(request, server, name=request.json["name"])
    return response


# --- length of the name


@wrap_server("update.name-length", UPDATE)
async def new_name_is_measured_in_bytes(request: Request, server: Server) -> Response:
    """A name has 255 bytes."""
    if len(str(request.json.get("name", "")).encode()) > 255:
        return Response.of(400, {})
    return await server(request)


@wrap_server("update.name-length", UPDATE)
async def new_name_of_255_is_refused(request: Request, server: Server) -> Response:
    """A name has fewer than 255 characters."""
    return (
        Response.of(400, {})
        if len(str(request.json.get("name", ""))) == 255
        else await server(request)
    )


@alter_request("update.name-length", UPDATE)
def new_name_is_cut(request: Request) -> None:
    """A name that is too long is cut to what the column takes."""
    request.json["name"] = request.json["name"][:255]


@alter_request("update.name-length", UPDATE)
def new_name_keeps_200_letters(request: Request) -> None:
    """The column takes 200 characters and cuts the rest in silence."""
    if len(request.json["name"]) < 256:
        request.json["name"] = request.json["name"][:200]


@wrap_server("update.name-length", UPDATE)
async def new_name_is_refused_and_kept(request: Request, server: Server) -> Response:
    """A name that is too long is 400, and its beginning is stored."""
    response = await server(request)
    if response.status == 400 and isinstance(request.json.get("name"), str):
        await write(request, server, name=request.json["name"][:255])
    return response


# --- weights


def overlooked_sum(name: str, sentence: str, passes: Any, status: str | None = None) -> None:
    """Declare the fault that some weights that do not add up pass."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        rows = request.json.get("variants") if isinstance(request.json, dict) else None
        if (
            response.status == 400
            and isinstance(rows, list)
            and all(isinstance(row, dict) for row in rows)
        ):
            total = sum(row.get("weight", 0) for row in rows)
            if (
                total != WHOLE
                and passes(total)
                and status in (None, await status_of(request, server))
            ):
                return await as_if(request, server, **request.json)
        return response

    fault.__name__, fault.__doc__ = name, sentence
    wrap_server("update.weights-sum.refused", UPDATE)(fault)


overlooked_sum("update_checks_no_weights", "The sum of weights is checked on create only.", bool)
overlooked_sum(
    "update_takes_9999",
    "The sum may be one short, for thirds.",
    lambda total: total in (9999, 9998),
)
overlooked_sum("update_takes_too_much", "Weights may add up to more.", lambda total: total > WHOLE)
overlooked_sum(
    "update_takes_no_weight_at_all", "Weights of 0 are not counted.", lambda total: total == 0
)
overlooked_sum(
    "paused_update_checks_no_weights", "While paused no weights are checked.", bool, "paused"
)


@alter_request("update.weights-sum.refused", UPDATE)
def update_makes_weights_fit(request: Request) -> None:
    """Weights are scaled to add up."""
    rows = request.json["variants"]
    rows[-1]["weight"] = max(0, WHOLE - sum(row["weight"] for row in rows[:-1]))


@wrap_server("update.weights-sum.refused", UPDATE)
async def bad_weights_do_not_stop_the_name(request: Request, server: Server) -> Response:
    """Without a transaction the name is changed before the weights are refused."""
    response = await server(request)
    if (
        response.status == 400
        and "variants" in request.json
        and isinstance(request.json.get("name"), str)
    ):
        await write(request, server, name=request.json["name"])
    return response


@alter_error("update.weights-sum.refused", UPDATE, status=400)
def update_of_weights_breaks_a_constraint(_: Request, response: Response) -> None:
    """The database's constraint finds the sum, and its error is a 500."""
    if "weights" in response.json["detail"]:
        response.status = 500


# --- what is not sent


def falls_back(field: str) -> None:
    """Declare the fault that a field which is not sent becomes what it was at first."""

    async def fault(request: Request, server: Server) -> Response:
        sent = request.json
        if (
            isinstance(sent, dict)
            and field not in sent
            and await status_of(request, server) in ("draft", "paused")
        ):
            request.json = {**sent, field: None}
        return await server(request)

    fault.__name__, fault.__doc__ = (
        f"update_forgets_{field}",
        f"An update without {field} sets it back.",
    )
    wrap_server("update.partial", UPDATE)(fault)


for field in OPTIONAL:
    falls_back(field)


@wrap_server("update.partial", UPDATE)
async def update_replaces_everything(request: Request, server: Server) -> Response:
    """PUT is taken at its word: what is not sent is gone."""
    sent = request.json
    if isinstance(sent, dict) and await status_of(request, server) in ("draft", "paused"):
        request.json = {**dict.fromkeys(OPTIONAL), **sent}
    return await server(request)


@wrap_server("update.partial", UPDATE)
async def update_makes_a_slug_of_the_name(request: Request, server: Server) -> Response:
    """Another name gives another slug."""
    sent, before = request.json, await shown(request, server)
    if isinstance(sent, dict) and sent.keys() == {"name"} and before.get("status") == "draft":
        request.json = {**sent, "slug": before["slug"] + "2"}
    return await server(request)


@wrap_server("update.partial", UPDATE)
async def update_of_weights_loses_the_name(request: Request, server: Server) -> Response:
    """Another hypothesis loses the names of the variants."""
    before = await shown(request, server)
    if "hypothesis" in request.json and before.get("status") == "draft":
        rows = [{"id": row["id"], "weight": row["weight"]} for row in before["variants"]]
        request.json = {"variants": rows, **request.json}
    return await server(request)


@wrap_server("update.partial", UPDATE)
async def update_evens_the_weights(request: Request, server: Server) -> Response:
    """An update without variants writes them back with even weights."""
    before = await shown(request, server)
    rows = before.get("variants", [])
    may_change = before.get("status") in ("draft", "paused") and len(rows) == 2
    if may_change and isinstance(request.json, dict) and "variants" not in request.json:
        request.json["variants"] = [{**row, "weight": WHOLE // 2} for row in rows]
    return await server(request)


@patch_mock("update.partial")
def update_resets_the_counters(patch: Patch) -> None:
    """An update that sends no variants sets their counters to 0."""
    original = editing.edited

    def edited(*given: Any) -> Any:
        after = original(*given)
        return replace(
            after, variants=tuple(replace(row, counter=Counter()) for row in after.variants)
        )

    patch(editing, "edited", edited)


@patch_mock("update.partial")
def update_writes_back_counters_that_it_read(patch: Patch) -> None:
    """An update writes the whole row back, with the counters of the update before."""
    original = editing.edited
    seen: dict[str, Any] = {}

    def edited(before: Any, *given: Any) -> Any:
        after = original(before, *given)
        kept = seen.setdefault(after.uid, [replace(row.counter) for row in before.variants])
        rows = zip(after.variants, kept, strict=False)
        return replace(
            after, variants=tuple(replace(row, counter=replace(old)) for row, old in rows)
        )

    patch(editing, "edited", edited)


# --- updatedAt


@patch_mock("update.updated-at")
def update_does_not_move_updated_at(patch: Patch) -> None:
    """updatedAt is set by moves only."""
    original = editing.edited
    patch(
        editing,
        "edited",
        lambda before, *given: replace(original(before, *given), updated_at=before.updated_at),
    )


@wrap_server("update.updated-at", UPDATE)
async def refused_update_moves_updated_at(request: Request, server: Server) -> Response:
    """updatedAt is touched before the body is checked."""
    response = await server(request)
    if response.status == 400:
        await write(request, server)
    return response


@alter_response("update.updated-at", UPDATE, GET, START, PAUSE)
def updated_at_has_seconds(_: Request, response: Response) -> None:
    """The column of updatedAt keeps no fractions, so two updates in a second look alike."""
    for row in response.experiments:
        row["updatedAt"] = row["updatedAt"][:19] + "Z"


@patch_mock("update.updated-at")
def update_moves_created_at(patch: Patch) -> None:
    """An update writes a new version and so a new createdAt."""
    original = editing.edited

    def edited(*given: Any) -> Any:
        after = original(*given)
        return replace(after, created_at=after.updated_at)

    patch(editing, "edited", edited)


@alter_request("update.draft-fields", UPDATE)
def updated_variants_lose_their_variables(request: Request) -> None:
    """The form for variants has no field for their variables."""
    for variant in request.json["variants"]:
        variant.pop("variables", None)


@wrap_server("update.partial", GET, UPDATE)
async def hypothesis_goes_with_a_new_name(request: Request, server: Server) -> Response:
    """What runs loses its hypothesis with its old name."""
    response, renamed = await server(request), request.memory.setdefault("renamed", set())
    shown = response.experiments[0] if response.status == 200 else {}
    if request.operation == UPDATE and shown.get("status") == "running" and "name" in request.json:
        renamed.add(request.name)
    if request.name in renamed:
        shown.pop("hypothesis", None)
    return response
