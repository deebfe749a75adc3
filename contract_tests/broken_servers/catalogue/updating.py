"""Updates that take what is wrong, or change what was not sent."""

import secrets
from dataclasses import replace
from typing import Any

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Patch, Server, answers, around, inside, refusals, requests
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


@refusals("update.unknown", UPDATE, status=404)
def unknown_update_is_an_empty_200(_: Request, answer: Answer) -> None:
    """UPDATE ... WHERE uid = ? touches no row, and nobody looks at the number."""
    answer.status, answer.json = 200, {"experiment": None}


@around("update.unknown", UPDATE)
async def unknown_update_creates(request: Request, server: Server) -> Answer:
    """An update of an unknown uid makes the experiment, as PUT may."""
    answer = await server(request)
    if answer.status == 404:
        rows = [{"id": "a", "weight": 5000}, {"id": "b", "weight": 5000}]
        slug = f"upsert-{secrets.token_hex(4)}"
        body = {"name": "New", "type": "ab_test", "slug": slug, "variants": rows, **request.json}
        answer = await server(request.like("POST", API, body))
    return answer


@refusals("update.unknown", UPDATE, status=404)
def unknown_update_is_400(_: Request, answer: Answer) -> None:
    """An unknown uid is a mistake in the request."""
    answer.status = 400


@refusals("update.unknown", UPDATE, status=404)
def unknown_update_is_500(_: Request, answer: Answer) -> None:
    """Nobody thought of an unknown uid."""
    answer.status = 500


# --- types


@requests("update.types", UPDATE)
def update_takes_numbers_for_text(request: Request) -> None:
    """A number is stored as text."""
    request.json["name"] = (
        str(request.json["name"]) if isinstance(request.json["name"], int) else request.json["name"]
    )


@requests("update.types", UPDATE)
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
    requests("update.types", UPDATE)(fault)


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


@requests("update.types", UPDATE)
def update_takes_an_empty_list_for_an_object(request: Request) -> None:
    """An empty list is an empty object, as PHP has it."""
    for name in ("goalConfig", "banditConfig", "outputConfig"):
        if request.json.get(name) == []:
            request.json[name] = {}


@requests("update.types", UPDATE)
def update_overlooks_variants_that_are_none(request: Request) -> None:
    """Items of variants that are no objects are left out, and nothing is left."""
    if not all(isinstance(row, dict) for row in request.json["variants"]):
        del request.json["variants"]


@requests("update.types", UPDATE)
def update_reads_numbers_from_text(request: Request) -> None:
    """A confidenceThreshold that is no number is not a number."""
    if isinstance(request.json["confidenceThreshold"], str):
        del request.json["confidenceThreshold"]


@refusals("update.types", UPDATE, status=400)
def update_of_another_type_is_422(_: Request, answer: Answer) -> None:
    """The framework's own status for a body of the wrong shape."""
    if any(item["code"] == "invalid_type" for item in answer.json["errors"]):
        answer.status = 422


@around("update.types", UPDATE)
async def update_sets_field_by_field(request: Request, server: Server) -> Answer:
    """Fields are set one by one, so what stands before the wrong one is kept."""
    answer = await server(request)
    if (
        answer.status == 400
        and isinstance(request.json, dict)
        and isinstance(request.json.get("name"), str)
    ):
        await write(request, server, name=request.json["name"])
    return answer


# --- length of the name


@around("update.name-length", UPDATE)
async def new_name_is_measured_in_bytes(request: Request, server: Server) -> Answer:
    """A name has 255 bytes."""
    if len(str(request.json.get("name", "")).encode()) > 255:
        return Answer.of(400, {})
    return await server(request)


@around("update.name-length", UPDATE)
async def new_name_of_255_is_refused(request: Request, server: Server) -> Answer:
    """A name has fewer than 255 characters."""
    return (
        Answer.of(400, {})
        if len(str(request.json.get("name", ""))) == 255
        else await server(request)
    )


@requests("update.name-length", UPDATE)
def new_name_is_cut(request: Request) -> None:
    """A name that is too long is cut to what the column takes."""
    request.json["name"] = request.json["name"][:255]


@requests("update.name-length", UPDATE)
def new_name_keeps_200_letters(request: Request) -> None:
    """The column takes 200 characters and cuts the rest in silence."""
    if len(request.json["name"]) < 256:
        request.json["name"] = request.json["name"][:200]


@around("update.name-length", UPDATE)
async def new_name_is_refused_and_kept(request: Request, server: Server) -> Answer:
    """A name that is too long is 400, and its beginning is stored."""
    answer = await server(request)
    if answer.status == 400 and isinstance(request.json.get("name"), str):
        await write(request, server, name=request.json["name"][:255])
    return answer


# --- weights


def overlooked_sum(name: str, sentence: str, passes: Any, status: str | None = None) -> None:
    """Declare the fault that some weights that do not add up pass."""

    async def fault(request: Request, server: Server) -> Answer:
        answer = await server(request)
        rows = request.json.get("variants") if isinstance(request.json, dict) else None
        if (
            answer.status == 400
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
        return answer

    fault.__name__, fault.__doc__ = name, sentence
    around("update.weights-sum.refused", UPDATE)(fault)


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


@requests("update.weights-sum.refused", UPDATE)
def update_makes_weights_fit(request: Request) -> None:
    """Weights are scaled to add up."""
    rows = request.json["variants"]
    rows[-1]["weight"] = max(0, WHOLE - sum(row["weight"] for row in rows[:-1]))


@around("update.weights-sum.refused", UPDATE)
async def bad_weights_do_not_stop_the_name(request: Request, server: Server) -> Answer:
    """Without a transaction the name is changed before the weights are refused."""
    answer = await server(request)
    if (
        answer.status == 400
        and "variants" in request.json
        and isinstance(request.json.get("name"), str)
    ):
        await write(request, server, name=request.json["name"])
    return answer


@refusals("update.weights-sum.refused", UPDATE, status=400)
def update_of_weights_breaks_a_constraint(_: Request, answer: Answer) -> None:
    """The database's constraint finds the sum, and its error is a 500."""
    if "weights" in answer.json["detail"]:
        answer.status = 500


# --- what is not sent


def falls_back(field: str) -> None:
    """Declare the fault that a field which is not sent becomes what it was at first."""

    async def fault(request: Request, server: Server) -> Answer:
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
    around("update.partial", UPDATE)(fault)


for field in OPTIONAL:
    falls_back(field)


@around("update.partial", UPDATE)
async def update_replaces_everything(request: Request, server: Server) -> Answer:
    """PUT is taken at its word: what is not sent is gone."""
    sent = request.json
    if isinstance(sent, dict) and await status_of(request, server) in ("draft", "paused"):
        request.json = {**dict.fromkeys(OPTIONAL), **sent}
    return await server(request)


@around("update.partial", UPDATE)
async def update_makes_a_slug_of_the_name(request: Request, server: Server) -> Answer:
    """Another name gives another slug."""
    sent, before = request.json, await shown(request, server)
    if isinstance(sent, dict) and sent.keys() == {"name"} and before.get("status") == "draft":
        request.json = {**sent, "slug": before["slug"] + "2"}
    return await server(request)


@around("update.partial", UPDATE)
async def update_of_weights_loses_the_name(request: Request, server: Server) -> Answer:
    """Another hypothesis loses the names of the variants."""
    before = await shown(request, server)
    if "hypothesis" in request.json and before.get("status") == "draft":
        rows = [{"id": row["id"], "weight": row["weight"]} for row in before["variants"]]
        request.json = {"variants": rows, **request.json}
    return await server(request)


@around("update.partial", UPDATE)
async def update_evens_the_weights(request: Request, server: Server) -> Answer:
    """An update without variants writes them back with even weights."""
    before = await shown(request, server)
    rows = before.get("variants", [])
    may_change = before.get("status") in ("draft", "paused") and len(rows) == 2
    if may_change and isinstance(request.json, dict) and "variants" not in request.json:
        request.json["variants"] = [{**row, "weight": WHOLE // 2} for row in rows]
    return await server(request)


@inside("update.partial")
def update_resets_the_counters(patch: Patch) -> None:
    """An update that sends no variants sets their counters to 0."""
    original = editing.edited

    def edited(*given: Any) -> Any:
        after = original(*given)
        return replace(
            after, variants=tuple(replace(row, counter=Counter()) for row in after.variants)
        )

    patch(editing, "edited", edited)


@inside("update.partial")
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


@inside("update.updated-at")
def update_does_not_move_updated_at(patch: Patch) -> None:
    """updatedAt is set by moves only."""
    original = editing.edited
    patch(
        editing,
        "edited",
        lambda before, *given: replace(original(before, *given), updated_at=before.updated_at),
    )


@around("update.updated-at", UPDATE)
async def refused_update_moves_updated_at(request: Request, server: Server) -> Answer:
    """updatedAt is touched before the body is checked."""
    answer = await server(request)
    if answer.status == 400:
        await write(request, server)
    return answer


@answers("update.updated-at", UPDATE, GET, START, PAUSE)
def updated_at_has_seconds(_: Request, answer: Answer) -> None:
    """The column of updatedAt keeps no fractions, so two updates in a second look alike."""
    for row in answer.experiments:
        row["updatedAt"] = row["updatedAt"][:19] + "Z"


@inside("update.updated-at")
def update_moves_created_at(patch: Patch) -> None:
    """An update writes a new version and so a new createdAt."""
    original = editing.edited

    def edited(*given: Any) -> Any:
        after = original(*given)
        return replace(after, created_at=after.updated_at)

    patch(editing, "edited", edited)


@requests("update.draft-fields", UPDATE)
def updated_variants_lose_their_variables(request: Request) -> None:
    """The form for variants has no field for their variables."""
    for variant in request.json["variants"]:
        variant.pop("variables", None)


@around("update.partial", GET, UPDATE)
async def hypothesis_goes_with_a_new_name(request: Request, server: Server) -> Answer:
    """What runs loses its hypothesis with its old name."""
    answer, renamed = await server(request), request.memory.setdefault("renamed", set())
    shown = answer.experiments[0] if answer.status == 200 else {}
    if request.operation == UPDATE and shown.get("status") == "running" and "name" in request.json:
        renamed.add(request.name)
    if request.name in renamed:
        shown.pop("hypothesis", None)
    return answer
