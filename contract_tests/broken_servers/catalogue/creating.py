"""Servers whose creates accept what is wrong, lose what is right, or leave something behind."""

from typing import Any

from pydantic_core import SchemaValidator

from broken_servers.changes import alter_sent_variants, declare_statuses, drop_from_request
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
from broken_servers.lookup import API
from broken_servers.operations import COMPLETE, CREATE, GET, SHOWING_ONE
from pictify_mock.http import schemas

EQUAL_SPLIT = [{"id": "v0", "weight": 5000}, {"id": "v1", "weight": 5000}]


async def also_create(request: Request, server: Server, **changes: Any) -> Response:
    """Send the same create with these changes."""
    return await server(request.like("POST", API, {**request.json, **changes}))


# --- the draft

declare_statuses("create.draft", CREATE, 201, create_is_200=200)


@wrap_server("create.draft", CREATE)
async def scheduled_experiments_start_at_once(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 201 and response.experiments[0]["type"] == "scheduled":
        uid = response.experiments[0]["uid"]
        response.json = (await server(request.like("POST", f"{API}/{uid}/start"))).json
    return response


@wrap_server("create.draft", CREATE)
async def draft_takes_the_status_of_its_body(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 201 and request.json.get("status") == "running":
        uid = response.experiments[0]["uid"]
        response.json = (await server(request.like("POST", f"{API}/{uid}/start"))).json
    return response


@wrap_server("create.draft", CREATE)
async def draft_is_running_in_secret(request: Request, server: Server) -> Response:
    """The response says draft, and the experiment is running."""
    response = await server(request)
    if response.status == 201:
        await server(request.like("POST", f"{API}/{response.experiments[0]['uid']}/start"))
    return response


@wrap_server("create.draft", CREATE)
async def names_are_unique(request: Request, server: Server) -> Response:
    """A second experiment of the same name is 409."""
    names = request.memory.setdefault("names", set())
    name = str(request.json.get("name")) if isinstance(request.json, dict) else ""
    if name in names:
        return Response.of(409, {})
    response = await server(request)
    if response.status == 201:
        names.add(name)
    return response


@refuse_request("create.draft", CREATE)
def templates_of_variants_do_not_count(request: Request) -> bool:
    """An experiment without a template of its own is refused, even if its variants have one."""
    return not request.json.get("templateUid")


@refuse_request("create.no-template", CREATE)
def template_is_needed(request: Request) -> bool:
    return b"templateUid" not in request.body.content


# --- required members and types


@alter_request("create.required", CREATE)
def name_has_a_default(request: Request) -> None:
    request.json = {"name": "Untitled", **request.json}


@alter_request("create.required", CREATE)
def variants_have_a_default(request: Request) -> None:
    request.json = {"variants": EQUAL_SPLIT, **request.json}


declare_statuses("create.required", CREATE, 400, missing_field_is_422=422)


@wrap_server("create.required", CREATE)
async def create_is_stored_before_it_is_checked(request: Request, server: Server) -> Response:
    """A create without a slug is refused, and its row is left behind."""
    response = await server(request)
    body = request.json if isinstance(request.json, dict) else {}
    if response.status == 400 and body and "slug" not in body:
        number = request.memory["orphans"] = request.memory.get("orphans", 0) + 1
        await also_create(request, server, slug=f"orphan-{number}")
    return response


@alter_request("create.types", CREATE)
def numbers_are_taken_from_text(request: Request) -> None:
    """A minimumSampleSize of "1000" is accepted as a number."""
    request.json["minimumSampleSize"] = int(request.json["minimumSampleSize"])


@alter_request("create.types", CREATE)
def name_of_any_type_is_text(request: Request) -> None:
    """A name that is a number is stored as text."""
    if isinstance(request.json["name"], int):
        request.json["name"] = str(request.json["name"])


@alter_request("create.types", CREATE)
def type_is_taken_in_any_case(request: Request) -> None:
    """AB_TEST is accepted as ab_test."""
    request.json["type"] = request.json["type"].lower()


@alter_request("create.types", CREATE)
def fractions_of_days_are_cut(request: Request) -> None:
    """A minimumRunDays of 1.5 is accepted as 1."""
    if isinstance(request.json["minimumRunDays"], float):
        request.json["minimumRunDays"] = int(request.json["minimumRunDays"])


@alter_request("create.types", CREATE)
def wrong_goal_is_dropped(request: Request) -> None:
    """A goalConfig that is not an object is ignored."""
    if not isinstance(request.json["goalConfig"], dict):
        del request.json["goalConfig"]


@alter_sent_variants("create.types", CREATE)
def true_is_a_weight_of_one(variant: dict[str, Any]) -> None:
    if variant["weight"] is True:
        variant["weight"] = 1


@alter_sent_variants("create.types", CREATE)
def one_is_true(variant: dict[str, Any]) -> None:
    """An isDefault of 1 is accepted as true."""
    variant["isDefault"] = bool(variant["isDefault"])


@alter_sent_variants("create.types", CREATE)
def variables_may_be_a_list(variant: dict[str, Any]) -> None:
    """Variables that are an empty list are accepted as none."""
    if variant["variables"] == []:
        variant["variables"] = {}


@alter_error("create.types", CREATE, status=400)
def wrong_type_is_422(_: Request, response: Response) -> None:
    if any(item["code"] == "invalid_type" for item in response.json["errors"]):
        response.status = 422


# --- lengths and bounds


def create_schema(**members: Any) -> SchemaValidator:
    """Return the mock's schema of a create with other schemas of some members."""
    always = {name: members.pop(name, schema) for name, schema in schemas.ALWAYS.items()}
    return SchemaValidator(schemas.record(always, {**schemas.OPTIONAL, **members}))


for rule, name, schema in (
    ("name", "name_of_256_passes", create_schema(name=schemas.text(256))),
    ("name", "name_of_255_is_refused", create_schema(name=schemas.text(254))),
    ("hypothesis", "hypothesis_of_501_passes", create_schema(hypothesis=schemas.text(501))),
    ("hypothesis", "hypothesis_of_500_is_refused", create_schema(hypothesis=schemas.text(499))),
):

    @patch_mock(f"create.{rule}-length", name=name)
    def _(patch: Patch, schema: SchemaValidator = schema) -> None:
        patch(schemas, "CREATE", schema)


@refuse_request("create.name-length", CREATE)
def name_is_measured_in_bytes(request: Request) -> bool:
    return len(request.json["name"].encode("utf-8", "replace")) > 255


@refuse_request("create.name-length", CREATE, status=413)
def long_name_is_413(request: Request) -> bool:
    return len(request.json["name"]) > 255


@refuse_request("create.hypothesis-length", CREATE)
def hypothesis_is_measured_in_utf_16(request: Request) -> bool:
    """A hypothesis may have 500 units of UTF-16. An emoji takes two."""
    units = request.json["hypothesis"].encode("utf-16-le", "surrogatepass")
    return len(units) > 2 * 500


@alter_request("create.hypothesis-length", CREATE)
def long_hypothesis_of_a_smart_link_is_cut(request: Request) -> None:
    if request.json["type"] == "smart_link":
        request.json["hypothesis"] = request.json["hypothesis"][:500]


@refuse_request("create.no-other-bounds", CREATE)
def names_of_variants_are_short(request: Request) -> bool:
    """A name of a variant with more than 100 characters is refused."""
    return any(len(row.get("name", "")) > 100 for row in request.json["variants"])


@refuse_request("create.no-other-bounds", CREATE)
def sample_size_has_to_be_positive(request: Request) -> bool:
    return bool(request.json["minimumSampleSize"] == 0)


# --- members that come back as they were sent

alter_request("create.echo", CREATE, name="hypothesis_is_lost")(drop_from_request("hypothesis"))


@alter_request("create.echo", CREATE)
def fallback_image_of_a_smart_link_is_lost(request: Request) -> None:
    if request.json["type"] == "smart_link":
        del request.json["fallbackImageUrl"]


@alter_request("create.echo", CREATE)
def sample_size_of_zero_is_the_default(request: Request) -> None:
    if request.json["minimumSampleSize"] == 0:
        del request.json["minimumSampleSize"]


@alter_request("create.echo", CREATE)
def threshold_has_one_digit(request: Request) -> None:
    """The confidenceThreshold is rounded to one digit after the point."""
    request.json["confidenceThreshold"] = round(request.json["confidenceThreshold"], 1)


@alter_request("create.echo", CREATE)
def quality_is_lost(request: Request) -> None:
    """Only the format of outputConfig is stored."""
    del request.json["outputConfig"]["quality"]


@alter_request("create.echo", CREATE)
def webp_becomes_png(request: Request) -> None:
    if request.json["outputConfig"]["format"] == "webp":
        request.json["outputConfig"]["format"] = "png"


@alter_request("create.echo", CREATE)
def bandit_is_switched_off(request: Request) -> None:
    """The member enabled of banditConfig is always stored as false."""
    request.json["banditConfig"]["enabled"] = False


@alter_request("create.echo", CREATE)
def name_loses_what_is_not_latin(request: Request) -> None:
    """The column of names knows Latin-1 only."""
    request.json["name"] = request.json["name"].encode("latin-1", "replace").decode("latin-1")


@alter_request("create.echo", CREATE)
def third_variant_loses_its_variables(request: Request) -> None:
    for row in request.json["variants"][2:]:
        row.pop("variables", None)


@alter_sent_variants("create.echo", CREATE)
def variables_are_flattened(variant: dict[str, Any]) -> None:
    """Variables are stored as text."""
    variant["variables"] = {name: str(value) for name, value in variant["variables"].items()}


@alter_sent_variants("create.echo", CREATE)
def variables_lose_nulls(variant: dict[str, Any]) -> None:
    variables = variant["variables"]
    variant["variables"] = {k: value for k, value in variables.items() if value is not None}


@alter_response("create.echo", *SHOWING_ONE)
def default_of_a_smart_link_comes_first(_: Request, response: Response) -> None:
    [experiment] = response.experiments
    if experiment["type"] == "smart_link":
        experiment["variants"].sort(key=lambda row: not row.get("isDefault"))


@alter_response("create.echo", GET)
def read_rounds_the_threshold(_: Request, response: Response) -> None:
    """A read shows the confidenceThreshold as a whole percentage."""
    [experiment] = response.experiments
    experiment["confidenceThreshold"] = round(experiment["confidenceThreshold"] * 100)


@wrap_server("create.request-only", *SHOWING_ONE)
async def fallback_template_is_shown(request: Request, server: Server) -> Response:
    """Responses have fallbackTemplateUid, which is for requests only."""
    response = await server(request)
    if response.status < 300 and response.experiments:
        response.experiments[0]["fallbackTemplateUid"] = "tmpl_fallback_only"
    return response


# --- members of the table that are kept, but not whole, or not for long


@alter_sent_variants("create.echo", CREATE)
def falsy_variables_are_lost(variant: dict[str, Any]) -> None:
    variant["variables"] = {key: value for key, value in variant["variables"].items() if value}


@alter_sent_variants("create.types", CREATE)
def fractions_of_weights_are_cut(variant: dict[str, Any]) -> None:
    variant["weight"] = round(variant["weight"])


@alter_request("create.types", CREATE)
def list_of_one_name_is_a_name(request: Request) -> None:
    (request.json["name"],) = request.json["name"]


@alter_response("create.echo", CREATE, GET)
def third_weight_of_0_is_the_default(_: Request, response: Response) -> None:
    for experiment in response.experiments:
        for variant in experiment["variants"][2:]:
            variant["weight"] = variant["weight"] or 5000


@alter_request("schema.createExperiment", CREATE)
def null_as_the_name_is_empty(request: Request) -> None:
    request.json["name"] = request.json["name"] or ""


@alter_request("create.echo", CREATE)
def fragment_of_fallback_url_is_lost(request: Request) -> None:
    request.json["fallbackImageUrl"] = request.json["fallbackImageUrl"].partition("#")[0]


@alter_response("lifecycle.any-order", COMPLETE)
def complete_is_answered_without_the_hypothesis(_: Request, response: Response) -> None:
    for experiment in response.experiments:
        experiment.pop("hypothesis", None)
