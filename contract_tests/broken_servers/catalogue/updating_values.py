"""Updates that merge, replace, clear, ignore or check a value in the wrong way."""

import re
from dataclasses import replace
from typing import Any

from broken_servers.catalogue.updating import body_of
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_request,
    patch_mock,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import as_if, move, shown
from broken_servers.operations import UPDATE
from pictify_mock.domain import editing, slugs, variants
from pictify_mock.domain.experiment import Counter
from pictify_mock.http import request_parsing

CONFIGS = {
    "goalConfig": ("type", "destinationUrl"),
    "banditConfig": ("enabled", "algorithm", "warmupImpressions", "recomputeIntervalMinutes"),
    "outputConfig": ("format", "quality"),
}

# --- configurations and variants

for config, members in CONFIGS.items():
    name, sentence = f"{config}_is_replaced", f"Members of {config} that are not sent are reset."

    @alter_request("update.configs-merged", UPDATE, name=name, sentence=sentence)
    def reset_members(request: Request, config: str = config, members: Any = members) -> None:
        if request.json[config] is not None:
            request.json[config] = {**dict.fromkeys(members), **request.json[config]}


def replace_counters(patch: Patch, counters: Any) -> None:
    """Replace the counters after an update of the variants: `counters(before, after)`."""
    original = editing.edited

    def edited(before: Any, fields: Any, now: Any) -> Any:
        after = original(before, fields, now)
        if "variants" not in fields:
            return after
        pairs = zip(after.variants, counters(before.variants, after.variants), strict=True)
        rows = tuple(replace(row, counter=counter) for row, counter in pairs)
        return replace(after, variants=rows)

    patch(editing, "edited", edited)


@patch_mock("update.variants-replaced")
def new_variants_count_from_0(patch: Patch) -> None:
    """Variants that stay lose their counters."""
    replace_counters(patch, lambda _, after: [Counter() for _ in after])


@patch_mock("update.variants-replaced")
def counters_stay_in_their_place(patch: Patch) -> None:
    """Counters are kept by index, not by id."""

    def by_index(before: Any, after: Any) -> list[Counter]:
        old = [row.counter for row in before]
        new = [Counter() for _ in after]
        return [*old, *new][: len(after)]

    replace_counters(patch, by_index)


@wrap_server("update.variants-replaced", UPDATE)
async def variants_that_stay_keep_their_names(request: Request, server: Server) -> Response:
    """Variants that stay keep the members that are not sent."""
    if rows := body_of(request).get("variants"):
        known = {row["id"]: row for row in (await shown(request, server)).get("variants", ())}
        request.json["variants"] = [{**known.get(row["id"], {}), **row} for row in rows]
    return await server(request)


# --- read-only members and null


@refuse_request("update.read-only-ignored", UPDATE)
def update_refuses_uid(request: Request) -> bool:
    return "uid" in request.json


@wrap_server("update.read-only-ignored", UPDATE)
async def update_moves_by_status(request: Request, server: Server) -> Response:
    """An update with the status completed completes the experiment."""
    response = await server(request)
    if response.status == 200 and request.json.get("status") == "completed":
        return await move(request, server, "complete", winnerVariantId="v0")
    return response


@patch_mock("update.read-only-ignored")
def update_takes_counters(patch: Patch) -> None:
    parse, store = request_parsing.changes, editing._stored

    def changes(body: Any) -> Any:
        fields = parse(body)
        for row, sent in zip(fields.get("variants", ()), body.get("variants", ()), strict=True):
            row.counter.impressions = sent.get("impressions", 0)
            row.counter.clicks = sent.get("clicks", 0)
        return fields

    def stored(variant: Any, of: Any) -> Any:
        return replace(store(variant, of), counter=variant.counter)

    patch(request_parsing, "changes", changes)
    patch(editing, "_stored", stored)


@alter_request("update.null", UPDATE)
def update_overlooks_null(request: Request) -> None:
    request.json = {name: value for name, value in request.json.items() if value is not None}


@alter_request("update.null", UPDATE)
def update_overlooks_null_on_a_required_field(request: Request) -> None:
    if request.json["name"] is None:
        del request.json["name"]


@alter_request("update.null", UPDATE)
def null_in_a_configuration_is_overlooked(request: Request) -> None:
    for config in CONFIGS.keys() & request.json.keys():
        members = request.json[config].items()
        request.json[config] = {name: value for name, value in members if value is not None}


@refuse_request("update.null", UPDATE)
def update_refuses_null(request: Request) -> bool:
    return None in request.json.values()


# --- bounds of variants


for name, sentence, check in (
    ("update_takes_an_id_twice", "Two variants may have one id.", "_ids_differ"),
    ("update_takes_more_than_the_plan", "The plan's maximum is ignored.", "_few_enough"),
):

    @patch_mock("update.variants-bounds", name=name, sentence=sentence)
    def remove_check(patch: Patch, check: str = check) -> None:
        checks = tuple(each for each in variants._CHECKS if each.__name__ != check)
        patch(variants, "_CHECKS", checks)


@wrap_server("update.variants-bounds", UPDATE)
async def update_takes_a_single_variant(request: Request, server: Server) -> Response:
    if len(body_of(request).get("variants", "many")) < 2:
        return await as_if(request, server, **request.json)
    return await server(request)


@refuse_request("update.variants-bounds", UPDATE)
def update_refuses_as_many_as_the_plan(request: Request) -> bool:
    return len(request.json["variants"]) == 10


# --- bounds of the slug and the hypothesis


@patch_mock("update.slug-bounds")
def update_takes_the_slug_sdk(patch: Patch) -> None:
    patch(slugs, "RESERVED", slugs.RESERVED - {"sdk"})


for name, sentence, pattern in (
    ("update_takes_61_letters", "61 characters are accepted.", r"[a-z0-9][a-z0-9-]{1,59}[a-z0-9]"),
    ("update_takes_a_hyphen_at_the_end", "A slug may end in -.", r"[a-z0-9][a-z0-9-]{2,59}"),
):

    @patch_mock("update.slug-bounds", name=name, sentence=sentence)
    def replace_pattern(patch: Patch, pattern: str = pattern) -> None:
        patch(slugs, "PATTERN", re.compile(pattern))


@wrap_server("update.slug-bounds", UPDATE)
async def update_strips_a_slug(request: Request, server: Server) -> Response:
    slug = str(body_of(request).get("slug"))
    if slug != slug.strip():
        return await as_if(request, server, slug=slug.strip())
    return await server(request)


@alter_request("update.hypothesis-length", UPDATE)
def new_hypothesis_is_cut(request: Request) -> None:
    request.json["hypothesis"] = request.json["hypothesis"][:500]


@refuse_request("update.hypothesis-length", UPDATE)
def new_hypothesis_is_measured_in_bytes(request: Request) -> bool:
    return len(request.json["hypothesis"].encode()) > 500


# --- values that a create checks


def accept(pointer: str) -> Any:
    """Return a layer that accepts updates which are refused for this member."""

    async def layer(request: Request, server: Server) -> Response:
        response = await server(request)
        errors = response.json.get("errors", ()) if response.status == 400 else ()
        if any(pointer in error["field"] for error in errors):
            # The mock cannot store the value. A 200 breaks the rule as well.
            return await as_if(request, server)
        return response

    return layer


for name, sentence, pointer in (
    ("update_checks_no_destination", "An update may have any destination.", "/destinationUrl"),
    ("update_checks_no_conditions", "An update may have any conditions.", "/conditions"),
    ("update_checks_no_schedule", "An update may have any schedule.", "/schedule"),
):
    wrap_server("update.bounds-of-values", UPDATE, name=name, sentence=sentence)(accept(pointer))
