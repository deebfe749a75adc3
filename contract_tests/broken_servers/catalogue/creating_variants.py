"""Servers that accept wrong variants or refuse good ones."""

import re
from dataclasses import replace
from typing import Any

from pydantic_core import core_schema as cs

from broken_servers.catalogue.creating import also_create, create_schema
from broken_servers.changes import alter_sent_variants, declare_parts
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_error,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.operations import CREATE, SHOWING_ONE
from pictify_mock.domain import variants
from pictify_mock.http import schemas


def variants_schema(least: int, variant: Any = schemas.VARIANT) -> Any:
    """Return the mock's schema of a create with another minimum, or another kind, of variants."""
    most = schemas.MOST_VARIANTS
    rows = cs.list_schema(variant, min_length=least, max_length=most, strict=True)
    return create_schema(variants=rows)


def any_whole_weight() -> Any:
    """Return the mock's schema of a variant without the bounds of its weight."""
    weight = {"weight": cs.typed_dict_field(schemas.whole())}
    return {**schemas.VARIANT, "fields": {**schemas.VARIANT["fields"], **weight}}


def checks_without(removed: Any) -> tuple[Any, ...]:
    """Return the mock's checks without one of them."""
    return tuple(check for check in variants._CHECKS if check is not removed)


def checks_with(original: Any, replacement: Any) -> tuple[Any, ...]:
    """Return the mock's checks with another in place of one of them."""
    return tuple(replacement if check is original else check for check in variants._CHECKS)


# --- how many

declare_parts(
    "create.variants-minimum",
    schemas,
    "CREATE",
    one_variant_is_enough=variants_schema(1),
    three_variants_are_needed=variants_schema(3),
)


def one_less(rows: Any, plan: Any) -> Any:
    """Check all variants but the first."""
    return variants._few_enough(rows[1:], plan)


def one_more(rows: Any, plan: Any) -> Any:
    """Check the variants and one more."""
    return variants._few_enough([*rows, rows[0]], plan)


def at_most_ten(rows: Any, plan: Any) -> Any:
    """Check the variants as on a plan that allows ten."""
    return variants._few_enough(rows, replace(plan, max_variants=10))


declare_parts(
    "create.variants-maximum.refused",
    variants,
    "_CHECKS",
    plan_allows_one_variant_more=checks_with(variants._few_enough, one_less),
    plan_allows_one_variant_less=checks_with(variants._few_enough, one_more),
    every_plan_has_the_largest_maximum=checks_with(variants._few_enough, at_most_ten),
)


@alter_error("create.variants-maximum.status", CREATE, status=400)
def too_many_variants_are_402(request: Request, response: Response) -> None:
    if len(request.json["variants"]) > 10:
        response.status = 402


# --- ids and the default

declare_parts(
    "create.variant-id-pattern",
    variants,
    "ID",
    variant_ids_may_be_empty=re.compile(r"[a-zA-Z0-9_-]*"),
    variant_ids_are_unicode_words=re.compile(r"[\w-]+"),
    variant_id_is_matched_at_its_beginning=re.compile(r"[a-zA-Z0-9_-]+.*", re.DOTALL),
    variant_id_may_end_in_a_newline=re.compile(r"[a-zA-Z0-9_-]+\n?"),
    variant_ids_have_no_underscore=re.compile(r"[a-zA-Z0-9-]+"),
    variant_ids_have_no_capitals=re.compile(r"[a-z0-9_-]+"),
)


@alter_response("create.variant-id-pattern", *SHOWING_ONE)
def variant_ids_are_shown_in_lower_case(_: Request, response: Response) -> None:
    for row in response.experiments[0]["variants"]:
        row["id"] = row["id"].lower()


@alter_request("create.variant-required", CREATE)
def variant_without_id_gets_one(request: Request) -> None:
    rows = request.json["variants"]
    request.json["variants"] = [{"id": f"n{place}", **row} for place, row in enumerate(rows)]


@alter_request("create.variant-required", CREATE)
def missing_weight_is_the_rest(request: Request) -> None:
    """A variant without a weight gets what is left of 10,000."""
    rows = request.json["variants"]
    rest = 10_000 - sum(row.get("weight", 0) for row in rows)
    request.json["variants"] = [{"weight": rest, **row} for row in rows]


declare_parts(
    "create.variant-ids-unique",
    variants,
    "_CHECKS",
    variant_ids_may_repeat=checks_without(variants._ids_differ),
)
declare_parts(
    "create.single-default",
    variants,
    "_CHECKS",
    two_variants_may_be_default=checks_without(variants._one_default),
)


# --- weights

declare_parts(
    "create.weight-range",
    schemas,
    "CREATE",
    negative_weights_pass=variants_schema(2, any_whole_weight()),
)


@alter_sent_variants("create.weight-range", CREATE)
def fractions_of_weights_are_rounded(variant: dict[str, Any]) -> None:
    variant["weight"] = round(variant["weight"])


@alter_sent_variants("create.weight-range", CREATE)
def fractions_of_weights_are_cut_off(variant: dict[str, Any]) -> None:
    variant["weight"] = int(variant["weight"])


@refuse_request("create.weight-range", CREATE)
def a_weight_of_zero_is_refused(request: Request) -> bool:
    return any(row.get("weight") == 0 for row in request.json["variants"])


def also_sums(total: int) -> tuple[Any, ...]:
    """Return the mock's checks with one more sum that is accepted."""
    original = variants._weights_add_up

    def add_up(rows: Any, plan: Any) -> Any:
        return () if sum(row.weight for row in rows) == total else original(rows, plan)

    return checks_with(original, add_up)


def add_up_two(rows: Any, plan: Any) -> Any:
    """Check the sum of two weights only."""
    return () if len(rows) > 2 else variants._weights_add_up(rows, plan)


declare_parts(
    "create.weights-sum.refused",
    variants,
    "_CHECKS",
    sum_of_9999_passes=also_sums(9999),
    sum_of_10001_passes=also_sums(10_001),
    sum_of_zero_passes=also_sums(0),
    weights_of_three_are_not_added_up=checks_with(variants._weights_add_up, add_up_two),
)


@alter_request("create.weights-sum.refused", CREATE)
def weights_of_smart_links_are_not_added_up(request: Request) -> None:
    if request.json["type"] == "smart_link" and len(request.json["variants"]) == 2:
        for row in request.json["variants"]:
            row["weight"] = 5000


@wrap_server("create.weights-sum.refused", CREATE)
async def wrong_sum_is_refused_after_storing(request: Request, server: Server) -> Response:
    """A create with a wrong sum is refused, and the experiment is left behind."""
    response = await server(request)
    if response.status == 400 and b"add up" in response.body.content:
        rows = [{**row, "weight": 5000} for row in request.json["variants"]]
        await also_create(request, server, variants=rows)
    return response


def is_about_the_sum(response: Response) -> bool:
    """Return True if the response refuses the sum of the weights."""
    return "add up" in response.json["detail"]


@alter_error("create.weights-sum.status", CREATE, status=400)
def wrong_sum_is_422(_: Request, response: Response) -> None:
    if is_about_the_sum(response):
        response.status = 422


@alter_error("create.weights-sum.status", CREATE, status=400)
def wrong_sum_names_no_field(_: Request, response: Response) -> None:
    if is_about_the_sum(response):
        del response.json["errors"]
