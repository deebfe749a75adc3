"""Creates that fill in something else than they promise, or lead somewhere odd."""

import copy
import re

from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Patch,
    Server,
    alter_request,
    alter_response,
    patch_mock,
    wrap_server,
)
from broken_servers.operations import CREATE, SHOWING_ONE
from pictify_mock.domain import editing, urls


@alter_response("create.published-defaults", *SHOWING_ONE)
def default_threshold_is_90(_: Request, response: Response) -> None:
    """The default of confidenceThreshold is 0.9."""
    if response.experiments[0]["confidenceThreshold"] == 0.95:
        response.experiments[0]["confidenceThreshold"] = 0.9


@alter_response("create.defaults", *SHOWING_ONE)
def winner_is_absent_until_declared(_: Request, response: Response) -> None:
    """winnerVariantId is left out until there is one."""
    if response.experiments[0]["winnerVariantId"] is None:
        del response.experiments[0]["winnerVariantId"]


@alter_response("create.defaults", *SHOWING_ONE)
def fields_never_set_are_null(_: Request, response: Response) -> None:
    """A hypothesis that was never set is null."""
    response.experiments[0].setdefault("hypothesis", None)


@alter_request("create.published-defaults", CREATE)
def part_of_a_config_loses_the_rest(request: Request) -> None:
    """The rest of a banditConfig that is sent in part is 0."""
    request.json["banditConfig"] = {"recomputeIntervalMinutes": 0, **request.json["banditConfig"]}


@wrap_server("create.counters-ignored", CREATE)
async def counters_are_taken_from_the_caller(request: Request, server: Server) -> Response:
    """Impressions in a create are kept."""
    sent = copy.deepcopy(request.json.get("variants")) if isinstance(request.json, dict) else None
    response = await server(request)
    if response.status == 201 and sent:
        for row, given in zip(response.experiments[0]["variants"], sent, strict=True):
            row["impressions"] = given.get("impressions", 0)
    return response


@wrap_server("create.counters-ignored", CREATE)
async def counters_are_refused(request: Request, server: Server) -> Response:
    """A create with counters is 400."""
    rows = request.json.get("variants") if isinstance(request.json, dict) else ()
    told = any(
        "impressions" in row or "clicks" in row for row in rows or () if isinstance(row, dict)
    )
    return Response.of(400, {}) if told else await server(request)


@wrap_server("create.null", CREATE)
async def null_is_refused(request: Request, server: Server) -> Response:
    """null for an optional field is 400."""
    null = isinstance(request.json, dict) and None in [
        request.json.get(name, ...) for name in ("hypothesis", "goalConfig")
    ]
    return Response.of(400, {}) if null else await server(request)


@alter_request("create.null", CREATE)
def null_name_is_a_default(request: Request) -> None:
    """A name of null gets a default."""
    if request.json["name"] is None:
        request.json["name"] = "Untitled"


@patch_mock("create.click-through-destination")
def click_through_may_lead_nowhere(patch: Patch) -> None:
    """click_through without a destination passes."""
    patch(editing, "_check_whole", lambda _: None)


@patch_mock("create.destination-scheme")
def destination_may_be_javascript(patch: Patch) -> None:
    """Any scheme passes in a destination."""
    patch(urls, "WEB", urls.URI)


@patch_mock("create.destination-scheme")
def destination_is_not_looked_at(patch: Patch) -> None:
    """Any text passes as a destination."""
    patch(urls, "destination_faults", lambda *_: [])


@patch_mock("create.fallback-url")
def fallback_image_may_be_a_path(patch: Patch) -> None:
    """A path passes as a fallbackImageUrl."""
    patch(urls, "URI", re.compile(r"\S+"))


@alter_request("create.published-defaults", CREATE)
def goal_without_a_type_is_a_click(request: Request) -> None:
    """A goalConfig without a type is one of click_through."""
    request.json["goalConfig"].setdefault("type", "click_through")


@alter_response("create.defaults", *SHOWING_ONE)
def defaults_are_not_filled_in(_: Request, response: Response) -> None:
    """A minimumSampleSize that was not sent is absent."""
    if response.experiments[0]["minimumSampleSize"] == 1000:
        del response.experiments[0]["minimumSampleSize"]
