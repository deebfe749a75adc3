"""Creates with too many, too few or odd variants."""

import re
from dataclasses import replace
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs

from broken_servers.catalogue.creating import GOOD, also_create
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
from broken_servers.operations import CREATE, SHOWING_ONE
from pictify_mock.domain import variants
from pictify_mock.http import schemas


def weights(body: Any) -> list[Any]:
    """The weights of the variants in a body."""
    return [row["weight"] for row in body["variants"]]


def _variants_at_least(count: int) -> Any:
    rows = cs.list_schema(
        schemas.VARIANT, min_length=count, max_length=schemas.MOST_VARIANTS, strict=True
    )
    return SchemaValidator(schemas.record({**schemas.ALWAYS, "variants": rows}, schemas.OPTIONAL))


@patch_mock("create.variants-minimum")
def one_variant_is_enough(patch: Patch) -> None:
    """An experiment may have a single variant."""
    patch(schemas, "CREATE", _variants_at_least(1))


@patch_mock("create.variants-minimum")
def three_variants_are_needed(patch: Patch) -> None:
    """An experiment needs three variants."""
    patch(schemas, "CREATE", _variants_at_least(3))


@wrap_server("create.variants-minimum", CREATE)
async def no_variants_are_filled_in(request: Request, server: Server) -> Response:
    """An empty list of variants counts as none given, and two are made."""
    if isinstance(request.json, dict) and request.json.get("variants") == []:
        return await also_create(request, server, variants=GOOD)
    return await server(request)


@wrap_server("create.variants-minimum", CREATE)
async def a_smart_link_may_have_one_variant(request: Request, server: Server) -> Response:
    """The minimum of two is not asked of smart links."""
    body = request.json if isinstance(request.json, dict) else {}
    rows = body.get("variants")
    if body.get("type") == "smart_link" and isinstance(rows, list) and len(rows) == 1:
        return await also_create(request, server, variants=[*rows, {"id": "hidden", "weight": 0}])
    return await server(request)


@patch_mock("create.variants-maximum.refused")
def plan_allows_one_variant_more(patch: Patch) -> None:
    """The plan's maximum is compared with the wrong sign of equality."""
    original = variants._few_enough

    def few_enough(rows: Any, plan: Any) -> Any:
        return original(rows[1:], plan)

    patch(variants, "_CHECKS", (few_enough, *variants._CHECKS[1:]))


@patch_mock("create.variants-maximum.refused")
def plan_allows_one_variant_less(patch: Patch) -> None:
    """As many variants as the plan allows are one too many."""
    original = variants._few_enough

    def few_enough(rows: Any, plan: Any) -> Any:
        return original([*rows, rows[0]], plan)

    patch(variants, "_CHECKS", (few_enough, *variants._CHECKS[1:]))


@patch_mock("create.variants-maximum.refused")
def variants_are_never_too_many(patch: Patch) -> None:
    """The plan's maximum is not looked at."""
    patch(variants, "_CHECKS", variants._CHECKS[1:])


@patch_mock("create.variants-maximum.refused")
def every_plan_has_the_largest_maximum(patch: Patch) -> None:
    """The maximum of one plan holds for all of them."""

    def few_enough(rows: Any, plan: Any) -> Any:
        return variants._few_enough(rows, replace(plan, max_variants=10))

    patch(variants, "_CHECKS", (few_enough, *variants._CHECKS[1:]))


@wrap_server("create.variants-maximum.refused", CREATE)
async def too_many_variants_are_cut(request: Request, server: Server) -> Response:
    """Variants beyond the plan's maximum are dropped without a word."""
    response = await server(request)
    if (
        response.status == 400
        and isinstance(request.json, dict)
        and len(request.json.get("variants") or ()) > 10
    ):
        return await also_create(request, server, variants=request.json["variants"][:10])
    return response


@alter_error("create.variants-maximum.status", CREATE, status=400)
def too_many_variants_are_402(request: Request, response: Response) -> None:
    """More variants than the plan allows are 402."""
    if len(request.json["variants"]) > 10:
        response.status = 402


@alter_request("create.variant-required", CREATE)
def variant_without_id_gets_one(request: Request) -> None:
    """A variant without an id is numbered."""
    request.json["variants"] = [
        {"id": f"n{place}", **row} for place, row in enumerate(request.json["variants"])
    ]


@alter_request("create.variant-required", CREATE)
def variant_without_weight_has_none(request: Request) -> None:
    """A variant without a weight has a weight of 0."""
    request.json["variants"] = [{"weight": 0, **row} for row in request.json["variants"]]


@alter_request("create.variant-required", CREATE)
def missing_weight_is_the_rest(request: Request) -> None:
    """A variant without a weight gets what is left of 10,000."""
    rows = request.json["variants"]
    rest = 10_000 - sum(row.get("weight", 0) for row in rows)
    request.json["variants"] = [row if "weight" in row else {**row, "weight": rest} for row in rows]


@patch_mock("create.variant-id-pattern")
def variant_ids_may_hold_dots(patch: Patch) -> None:
    """A dot passes in a variant id."""
    patch(variants, "ID", re.compile(r"[a-zA-Z0-9_.-]+"))


@patch_mock("create.variant-id-pattern")
def variant_ids_may_be_empty(patch: Patch) -> None:
    """An empty variant id passes."""
    patch(variants, "ID", re.compile(r"[a-zA-Z0-9_-]*"))


@patch_mock("create.variant-id-pattern")
def variant_ids_are_unicode_words(patch: Patch) -> None:
    """Letters of any alphabet pass in a variant id, as \\w has it."""
    patch(variants, "ID", re.compile(r"[\w-]+"))


@patch_mock("create.variant-id-pattern")
def variant_id_is_matched_at_its_beginning(patch: Patch) -> None:
    """Only the beginning of a variant id is matched."""
    patch(variants, "ID", re.compile(r"[a-zA-Z0-9_-]+.*", re.DOTALL))


@patch_mock("create.variant-id-pattern")
def variant_id_may_end_in_a_newline(patch: Patch) -> None:
    """A newline at the end of a variant id passes, as $ has it."""
    patch(variants, "ID", re.compile(r"[a-zA-Z0-9_-]+\n?"))


@patch_mock("create.variant-id-pattern")
def variant_ids_have_no_underscore(patch: Patch) -> None:
    """An underscore in a variant id is refused."""
    patch(variants, "ID", re.compile(r"[a-zA-Z0-9-]+"))


@patch_mock("create.variant-id-pattern")
def variant_ids_have_no_capitals(patch: Patch) -> None:
    """A capital in a variant id is refused."""
    patch(variants, "ID", re.compile(r"[a-z0-9_-]+"))


@alter_request("create.variant-id-pattern", CREATE)
def variant_ids_are_trimmed(request: Request) -> None:
    """Spaces around a variant id are cut off."""
    for row in request.json["variants"]:
        row["id"] = row["id"].strip()


@alter_response("create.variant-id-pattern", *SHOWING_ONE)
def variant_ids_are_shown_in_lower_case(_: Request, response: Response) -> None:
    """Variant ids come back in lower case."""
    for row in response.experiments[0]["variants"]:
        row["id"] = row["id"].lower()


@patch_mock("create.variant-ids-unique")
def variant_ids_may_repeat(patch: Patch) -> None:
    """Two variants may have one id."""
    patch(
        variants,
        "_CHECKS",
        tuple(check for check in variants._CHECKS if check is not variants._ids_differ),
    )


@patch_mock("create.single-default")
def two_variants_may_be_default(patch: Patch) -> None:
    """More than one variant may be the default."""
    patch(
        variants,
        "_CHECKS",
        tuple(check for check in variants._CHECKS if check is not variants._one_default),
    )


@patch_mock("create.weight-range")
def negative_weights_pass(patch: Patch) -> None:
    """Any whole number is a weight, as long as the sum is right."""
    fields = {**schemas.VARIANT["fields"], "weight": cs.typed_dict_field(schemas.whole())}
    rows = cs.list_schema(
        {**schemas.VARIANT, "fields": fields}, min_length=2, max_length=100, strict=True
    )
    patch(
        schemas,
        "CREATE",
        SchemaValidator(schemas.record({**schemas.ALWAYS, "variants": rows}, schemas.OPTIONAL)),
    )


@alter_request("create.weight-range", CREATE)
def fractions_of_weights_are_rounded(request: Request) -> None:
    """Weights of 5000.5 and 4999.5 are rounded."""
    rounded = [round(weight) for weight in weights(request.json)]
    if sum(rounded) == 10_000:
        for row, weight in zip(request.json["variants"], rounded, strict=True):
            row["weight"] = weight


@wrap_server("create.weight-range", CREATE)
async def a_weight_of_zero_is_refused(request: Request, server: Server) -> Response:
    """A weight has to be at least 1."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else ()
    zero = any(isinstance(row, dict) and row.get("weight") == 0 for row in rows or ())
    return Response.of(400, {}) if zero else await server(request)


def _sums_of(*sums: int) -> Any:
    original = variants._weights_add_up

    def add_up(rows: Any, plan: Any) -> Any:
        return () if sum(row.weight for row in rows) in sums else original(rows, plan)

    return tuple(add_up if check is original else check for check in variants._CHECKS)


@patch_mock("create.weights-sum.refused")
def sum_of_9999_passes(patch: Patch) -> None:
    """9,999 passes as a sum of weights."""
    patch(variants, "_CHECKS", _sums_of(9999))


@patch_mock("create.weights-sum.refused")
def sum_of_10001_passes(patch: Patch) -> None:
    """10,001 passes as a sum of weights."""
    patch(variants, "_CHECKS", _sums_of(10_001))


@patch_mock("create.weights-sum.refused")
def sum_of_zero_passes(patch: Patch) -> None:
    """Weights that are all 0 pass and mean equal parts."""
    patch(variants, "_CHECKS", _sums_of(0))


@patch_mock("create.weights-sum.refused")
def sum_of_100_passes(patch: Patch) -> None:
    """Weights may be percentages."""
    patch(variants, "_CHECKS", _sums_of(100))


@patch_mock("create.weights-sum.refused")
def sum_below_10000_passes(patch: Patch) -> None:
    """Only sums over 10,000 are refused."""
    patch(variants, "_CHECKS", _sums_of(*range(10_001)))


@patch_mock("create.weights-sum.refused")
def weights_are_not_added_up(patch: Patch) -> None:
    """The sum of the weights is not looked at."""
    patch(
        variants,
        "_CHECKS",
        tuple(check for check in variants._CHECKS if check is not variants._weights_add_up),
    )


@wrap_server("create.weights-sum.refused", CREATE)
async def weights_of_smart_links_are_not_added_up(request: Request, server: Server) -> Response:
    """The sum is only looked at for A/B tests."""
    body = request.json if isinstance(request.json, dict) else {}
    if body.get("type") == "smart_link" and len(body.get("variants") or ()) == 2:
        mended = [{**row, "weight": 5000} for row in body["variants"] if isinstance(row, dict)]
        return await also_create(request, server, variants=mended)
    return await server(request)


@patch_mock("create.weights-sum.refused")
def weights_of_three_are_not_added_up(patch: Patch) -> None:
    """Only the first two weights are added up."""
    original = variants._weights_add_up

    def add_up(rows: Any, plan: Any) -> Any:
        return () if len(rows) > 2 else original(rows, plan)

    patch(
        variants,
        "_CHECKS",
        tuple(add_up if check is original else check for check in variants._CHECKS),
    )


@wrap_server("create.weights-sum.refused", CREATE)
async def wrong_sum_is_refused_after_storing(request: Request, server: Server) -> Response:
    """A create with a wrong sum is refused, and the experiment is left behind."""
    response = await server(request)
    body = request.json if isinstance(request.json, dict) else {}
    if response.status == 400 and b"add up" in response.body.content:
        mended = [{**row, "weight": 5000} for row in body["variants"]]
        await also_create(request, server, variants=mended)
    return response


@alter_error("create.weights-sum.status", CREATE, status=400)
def wrong_sum_is_422(_: Request, response: Response) -> None:
    """A wrong sum is 422."""
    if "add up" in response.json["detail"]:
        response.status = 422


@alter_error("create.weights-sum.status", CREATE, status=400)
def wrong_sum_names_no_field(_: Request, response: Response) -> None:
    """The refusal of a wrong sum does not say which field it is about."""
    if "add up" in response.json["detail"]:
        del response.json["errors"]
