"""Updates that judge values in another way than creates do."""

import re

from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, alter_error, alter_request, patch_mock, wrap_server
from broken_servers.lookup import as_if
from broken_servers.operations import UPDATE
from pictify_mock.domain import editing, slugs, variants


@alter_error("update.weights-sum.status", UPDATE, status=400)
def update_of_weights_is_422(_: Request, response: Response) -> None:
    """The refusal of weights is 422."""
    if "weights" in response.json["detail"]:
        response.status = 422


@alter_error("update.weights-sum.status", UPDATE, status=400)
def update_of_weights_names_no_field(_: Request, response: Response) -> None:
    """The refusal of weights has no errors."""
    response.json.pop("errors")


@alter_error("update.weights-sum.status", UPDATE, status=400)
def update_of_weights_names_one_weight(_: Request, response: Response) -> None:
    """The refusal of weights names the last one."""
    for item in response.json["errors"]:
        item["field"] = "/variants/1/weight" if item["field"] == "/variants" else item["field"]


def without_check(name: str, sentence: str, check: str) -> None:
    """Declare the fault that variants are not checked for something."""

    def fault(patch: Patch) -> None:
        patch(
            variants, "_CHECKS", tuple(each for each in variants._CHECKS if each.__name__ != check)
        )

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock("update.variants-bounds")(fault)


without_check("update_takes_an_id_twice", "Ids of variants may be repeated.", "_ids_differ")
without_check("update_takes_two_defaults", "Several variants may be the default.", "_one_default")
without_check(
    "update_takes_more_than_the_plan",
    "The plan's number of variants is not looked at.",
    "_few_enough",
)


@wrap_server("update.variants-bounds", UPDATE)
async def update_takes_a_single_variant(request: Request, server: Server) -> Response:
    """Fewer than two variants are accepted by an update."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else None
    if isinstance(rows, list) and len(rows) < 2:
        return await as_if(request, server, **request.json)
    return await server(request)


@wrap_server("update.variants-bounds", UPDATE)
async def update_refuses_as_many_as_the_plan(request: Request, server: Server) -> Response:
    """The plan's number of variants is one too many."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else None
    return (
        Response.of(400, {})
        if isinstance(rows, list) and len(rows) == 10
        else await server(request)
    )


@patch_mock("update.slug-bounds")
def update_takes_the_slug_sdk(patch: Patch) -> None:
    """The last of the reserved words was forgotten."""
    patch(slugs, "RESERVED", slugs.RESERVED - {"sdk"})


@patch_mock("update.slug-bounds")
def update_takes_61_letters(patch: Patch) -> None:
    """A slug has up to 61 characters."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{1,59}[a-z0-9]"))


@patch_mock("update.slug-bounds")
def update_takes_two_letters(patch: Patch) -> None:
    """A slug has from 2 characters on."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]"))


@patch_mock("update.slug-bounds")
def update_takes_a_hyphen_at_the_end(patch: Patch) -> None:
    """A slug may end in a hyphen."""
    patch(slugs, "PATTERN", re.compile(r"[a-z0-9][a-z0-9-]{2,59}"))


@wrap_server("update.slug-bounds", UPDATE)
async def update_strips_a_slug(request: Request, server: Server) -> Response:
    """Space around a slug, a newline too, is cut off before it is checked."""
    body = request.json
    if (
        isinstance(body, dict)
        and isinstance(body.get("slug"), str)
        and body["slug"] != body["slug"].strip()
    ):
        return await as_if(request, server, slug=body["slug"].strip())
    return await server(request)


@wrap_server("update.slug-bounds", UPDATE)
async def update_makes_a_slug_lower_case(request: Request, server: Server) -> Response:
    """A slug in capitals is accepted in lower case."""
    body = request.json
    if (
        isinstance(body, dict)
        and isinstance(body.get("slug"), str)
        and body["slug"] != body["slug"].lower()
    ):
        return await as_if(request, server, slug=body["slug"].lower())
    return await server(request)


@alter_request("update.hypothesis-length", UPDATE)
def new_hypothesis_is_cut(request: Request) -> None:
    """A hypothesis that is too long is cut."""
    request.json["hypothesis"] = request.json["hypothesis"][:500]


@wrap_server("update.hypothesis-length", UPDATE)
async def new_hypothesis_is_measured_in_bytes(request: Request, server: Server) -> Response:
    """A hypothesis has 500 bytes."""
    body = request.json
    long = isinstance(body, dict) and len(str(body.get("hypothesis", "")).encode()) > 500
    return Response.of(400, {}) if long else await server(request)


# --- values that create judges


def overlooked_on_update(name: str, sentence: str, pointer: str) -> None:
    """Declare the fault that a value is judged by create only."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        named = (
            [item["field"] for item in response.json.get("errors", ())]
            if response.status == 400
            else []
        )
        return (
            await as_if(request, server) if any(pointer in field for field in named) else response
        )

    fault.__name__, fault.__doc__ = name, sentence
    wrap_server("update.bounds-of-values", UPDATE)(fault)


overlooked_on_update(
    "update_checks_no_destination", "Destinations are checked by create only.", "/destinationUrl"
)
overlooked_on_update(
    "update_checks_no_conditions", "Conditions are checked by create only.", "/conditions"
)
overlooked_on_update(
    "update_checks_no_schedule", "Schedules are checked by create only.", "/schedule"
)


@patch_mock("update.bounds-of-values")
def update_takes_scripts_for_links(patch: Patch) -> None:
    """Any URI is a destination, javascript: among them."""
    checks = {name: check for name, check in editing._FIELD_CHECKS.items() if name != "goal"}
    patch(editing, "_FIELD_CHECKS", checks)
