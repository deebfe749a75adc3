"""Creates that take what is wrong, lose what is right, or leave something behind."""

import re
from typing import Any

from pydantic_core import SchemaValidator

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
from broken_servers.operations import CREATE
from pictify_mock.domain.enums import ExperimentType
from pictify_mock.http import schemas

PATH = "/experiments/api"
GOOD = [{"id": "v0", "weight": 5000}, {"id": "v1", "weight": 5000}]


async def also_create(request: Request, server: Server, **changes: Any) -> Response:
    """What the server makes of the same create with these changes."""
    return await server(request.like("POST", PATH, {**request.json, **changes}))


@alter_response("create.draft", CREATE)
def create_is_200(_: Request, response: Response) -> None:
    """A create is answered with 200."""
    response.status = 200


@wrap_server("create.draft", CREATE)
async def scheduled_experiments_start_at_once(request: Request, server: Server) -> Response:
    """A scheduled experiment is running as soon as it is made."""
    response = await server(request)
    if response.status == 201 and response.experiments[0]["type"] == "scheduled":
        started = await server(
            request.like("POST", f"{PATH}/{response.experiments[0]['uid']}/start")
        )
        response.json = started.json
    return response


@wrap_server("create.draft", CREATE)
async def draft_is_running_in_secret(request: Request, server: Server) -> Response:
    """The answer says draft, and the experiment is running."""
    response = await server(request)
    if response.status == 201:
        await server(request.like("POST", f"{PATH}/{response.experiments[0]['uid']}/start"))
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


@wrap_server("create.no-other-bounds", CREATE)
async def names_of_variants_are_short(request: Request, server: Server) -> Response:
    """A variant's name may have 100 characters."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else ()
    long = any(isinstance(row, dict) and len(str(row.get("name", ""))) > 100 for row in rows or ())
    return Response.of(400, {}) if long else await server(request)


@wrap_server("create.no-other-bounds", CREATE)
async def sample_size_has_to_be_positive(request: Request, server: Server) -> Response:
    """A minimumSampleSize of 0 is 400."""
    zero = isinstance(request.json, dict) and request.json.get("minimumSampleSize") == 0
    return Response.of(400, {}) if zero else await server(request)


@alter_request("create.required", CREATE)
def name_has_a_default(request: Request) -> None:
    """A create without a name gets one."""
    request.json = {"name": "Untitled", **request.json}


@alter_request("create.required", CREATE)
def type_has_a_default(request: Request) -> None:
    """A create without a type makes an A/B test."""
    request.json = {"type": "ab_test", **request.json}


@alter_request("create.required", CREATE)
def slug_has_a_default(request: Request) -> None:
    """A create without a slug gets one made of its name."""
    name = re.sub("[^a-z0-9]+", "-", request.json["name"].lower()).strip("-")
    request.json = {"slug": name, **request.json}


@alter_request("create.required", CREATE)
def variants_have_a_default(request: Request) -> None:
    """A create without variants gets two."""
    request.json = {"variants": GOOD, **request.json}


@alter_error("create.required", CREATE, status=400)
def missing_field_is_422(_: Request, response: Response) -> None:
    """A missing field is 422."""
    response.status = 422


@wrap_server("create.required", CREATE)
async def create_is_stored_before_it_is_checked(request: Request, server: Server) -> Response:
    """A create without a slug is refused, and its row is left behind."""
    response = await server(request)
    if (
        response.status == 400
        and isinstance(request.json, dict)
        and "slug" not in request.json
        and request.json
    ):
        await also_create(request, server, slug=f"orphan-{len(request.memory)}")
        request.memory[len(request.memory)] = True
    return response


@alter_request("create.types", CREATE)
def numbers_are_taken_from_text(request: Request) -> None:
    """A minimumSampleSize of \"1000\" is taken for a number."""
    request.json["minimumSampleSize"] = int(request.json["minimumSampleSize"])


@alter_request("create.types", CREATE)
def name_of_any_type_is_text(request: Request) -> None:
    """A name that is a number is stored as text."""
    if isinstance(request.json["name"], int):
        request.json["name"] = str(request.json["name"])


@alter_request("create.types", CREATE)
def type_is_taken_in_any_case(request: Request) -> None:
    """AB_TEST is taken for ab_test."""
    request.json["type"] = request.json["type"].lower()


@alter_request("create.types", CREATE)
def unknown_type_is_an_ab_test(request: Request) -> None:
    """A type that nobody knows is taken for ab_test."""
    if request.json["type"] not in list(ExperimentType) and isinstance(request.json["type"], str):
        request.json["type"] = "ab_test"


@alter_request("create.types", CREATE)
def true_is_a_weight_of_one(request: Request) -> None:
    """A weight of true is taken for 1."""
    for row in request.json["variants"]:
        if row["weight"] is True:
            row["weight"] = 1


@alter_request("create.types", CREATE)
def weights_are_taken_from_text(request: Request) -> None:
    """A weight of \"5000\" is taken for a number."""
    for row in request.json["variants"]:
        row["weight"] = int(row["weight"]) if isinstance(row["weight"], str) else row["weight"]


@alter_request("create.types", CREATE)
def one_is_true(request: Request) -> None:
    """isDefault is taken for true wherever it is truthy."""
    for row in request.json["variants"]:
        if "isDefault" in row:
            row["isDefault"] = bool(row["isDefault"])


@alter_request("create.types", CREATE)
def null_is_an_empty_name(request: Request) -> None:
    """A name that is null is stored as an empty one."""
    if request.json["name"] is None:
        request.json["name"] = ""


@alter_request("create.types", CREATE)
def null_is_what_the_other_weights_leave(request: Request) -> None:
    """A weight that is null is what the others leave of 10,000."""
    for row in request.json["variants"]:
        if row["weight"] is None:
            row["weight"] = 10_000 - sum(other["weight"] or 0 for other in request.json["variants"])


@alter_request("create.types", CREATE)
def variables_may_be_a_list(request: Request) -> None:
    """Variables that are an empty list count as none, as PHP has it."""
    for row in request.json["variants"]:
        if row.get("variables") == []:
            row["variables"] = {}


@alter_request("create.types", CREATE)
def fractions_of_days_are_cut(request: Request) -> None:
    """A minimumRunDays of 1.5 is taken for 1."""
    if isinstance(request.json["minimumRunDays"], float):
        request.json["minimumRunDays"] = int(request.json["minimumRunDays"])


@alter_request("create.types", CREATE)
def wrong_goal_is_dropped(request: Request) -> None:
    """A goalConfig that is no object counts as none."""
    if not isinstance(request.json["goalConfig"], dict):
        del request.json["goalConfig"]


@alter_request("create.types", CREATE)
def wrong_schedule_is_dropped(request: Request) -> None:
    """A schedule that is no object counts as none."""
    for row in request.json["variants"]:
        if not isinstance(row.get("schedule", {}), dict):
            del row["schedule"]


@alter_error("create.types", CREATE, status=400)
def wrong_type_is_422(_: Request, response: Response) -> None:
    """A member of the wrong type is 422."""
    if any(item["code"] == "invalid_type" for item in response.json["errors"]):
        response.status = 422


@alter_request("create.name-length", CREATE)
def long_name_is_cut(request: Request) -> None:
    """A name over 255 characters is cut."""
    request.json["name"] = request.json["name"][:255]


@patch_mock("create.name-length")
def name_of_256_passes(patch: Patch) -> None:
    """A name may have 256 characters."""
    always = {**schemas.ALWAYS, "name": schemas.text(256)}
    patch(schemas, "CREATE", SchemaValidator(schemas.record(always, schemas.OPTIONAL)))


@patch_mock("create.name-length")
def name_of_255_is_refused(patch: Patch) -> None:
    """A name may have 254 characters."""
    always = {**schemas.ALWAYS, "name": schemas.text(254)}
    patch(schemas, "CREATE", SchemaValidator(schemas.record(always, schemas.OPTIONAL)))


@wrap_server("create.hypothesis-length", CREATE)
async def hypothesis_is_measured_in_utf_16(request: Request, server: Server) -> Response:
    """A hypothesis may have 500 units of UTF-16, of which an emoji takes two."""
    text = request.json.get("hypothesis") if isinstance(request.json, dict) else None
    long = isinstance(text, str) and len(text.encode("utf-16-le", "surrogatepass")) > 1000
    return Response.of(400, {}) if long else await server(request)


@wrap_server("create.name-length", CREATE)
async def name_is_measured_in_bytes(request: Request, server: Server) -> Response:
    """A name may have 255 bytes."""
    long = (
        isinstance(request.json, dict)
        and len(str(request.json.get("name")).encode("utf-8", "replace")) > 255
    )
    return Response.of(400, {}) if long else await server(request)


@wrap_server("create.name-length", CREATE)
async def long_name_is_413(request: Request, server: Server) -> Response:
    """A name over 255 characters is 413."""
    long = isinstance(request.json, dict) and len(str(request.json.get("name"))) > 255
    return Response.of(413, {}) if long else await server(request)


@alter_request("create.hypothesis-length", CREATE)
def long_hypothesis_is_cut(request: Request) -> None:
    """A hypothesis over 500 characters is cut."""
    request.json["hypothesis"] = request.json["hypothesis"][:500]


@alter_request("create.hypothesis-length", CREATE)
def long_hypothesis_of_a_smart_link_is_cut(request: Request) -> None:
    """A hypothesis over 500 characters is cut where the experiment is a smart link."""
    if request.json["type"] == "smart_link":
        request.json["hypothesis"] = request.json["hypothesis"][:500]


@patch_mock("create.hypothesis-length")
def hypothesis_of_501_passes(patch: Patch) -> None:
    """A hypothesis may have 501 characters."""
    optional = {**schemas.OPTIONAL, "hypothesis": schemas.text(501)}
    patch(schemas, "CREATE", SchemaValidator(schemas.record(schemas.ALWAYS, optional)))


@patch_mock("create.hypothesis-length")
def hypothesis_of_500_is_refused(patch: Patch) -> None:
    """A hypothesis may have 499 characters."""
    optional = {**schemas.OPTIONAL, "hypothesis": schemas.text(499)}
    patch(schemas, "CREATE", SchemaValidator(schemas.record(schemas.ALWAYS, optional)))


@wrap_server("create.draft", CREATE)
async def templates_of_variants_do_not_count(request: Request, server: Server) -> Response:
    """An experiment needs a template of its own, whatever its variants have."""
    return await server(request) if request.json.get("templateUid") else Response.of(400, {})


@wrap_server("create.no-template", CREATE)
async def template_is_needed(request: Request, server: Server) -> Response:
    """A create that names no template, the experiment's or a variant's, is 400."""
    return await server(request) if b"templateUid" in request.body.content else Response.of(400, {})
