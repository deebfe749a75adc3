"""Servers whose creates have other defaults, or accept wrong URLs."""

import copy
import re
from typing import Any

from broken_servers.changes import alter_sent_variants, declare_parts, do_nothing
from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_request, alter_response, refuse_request, wrap_server
from broken_servers.operations import CREATE, SHOWING_ONE
from pictify_mock.domain import editing, urls

declare_parts(
    "create.click-through-destination",
    editing,
    "_check_whole",
    click_through_may_lead_nowhere=do_nothing,
)
declare_parts("create.destination-scheme", urls, "WEB", destination_may_be_javascript=urls.URI)
declare_parts(
    "create.destination-scheme", urls, "destination_faults", destination_is_not_looked_at=do_nothing
)
declare_parts(
    "create.destination-scheme", urls, "_address_problem", port_may_be_any_number=lambda _: None
)
declare_parts("create.fallback-url", urls, "URI", fallback_image_may_be_a_path=re.compile(r"\S+"))


@refuse_request("create.empty-destination", CREATE)
def empty_destination_is_refused(request: Request) -> bool:
    return bool(request.json["goalConfig"]["destinationUrl"] == "")


@alter_response("create.published-defaults", *SHOWING_ONE)
def default_threshold_is_90(_: Request, response: Response) -> None:
    """The default of confidenceThreshold is 0.9."""
    if response.experiments[0]["confidenceThreshold"] == 0.95:
        response.experiments[0]["confidenceThreshold"] = 0.9


@alter_request("create.published-defaults", CREATE)
def part_of_a_config_loses_the_rest(request: Request) -> None:
    """A member that is missing in a banditConfig is 0."""
    request.json["banditConfig"] = {"recomputeIntervalMinutes": 0, **request.json["banditConfig"]}


@alter_response("create.published-defaults", *SHOWING_ONE)
def first_variant_is_the_default(_: Request, response: Response) -> None:
    """Where no variant is the default, the first is shown as the default."""
    rows = response.experiments[0]["variants"]
    rows[0]["isDefault"] = rows[0].get("isDefault") or not any(row.get("isDefault") for row in rows)


@alter_sent_variants("create.published-defaults", CREATE)
def recurrence_is_in_the_zone_of_the_team(variant: dict[str, Any]) -> None:
    """The default time zone of a recurrence is America/New_York."""
    variant["schedule"]["recurrence"].setdefault("timezone", "America/New_York")


@alter_request("create.published-defaults", CREATE)
def goal_without_a_type_is_a_click(request: Request) -> None:
    """The default type of a goalConfig is click_through."""
    request.json["goalConfig"].setdefault("type", "click_through")


@alter_response("create.defaults", *SHOWING_ONE)
def fields_never_set_are_null(_: Request, response: Response) -> None:
    """A hypothesis that was never set is null."""
    response.experiments[0].setdefault("hypothesis", None)


@alter_response("create.defaults", *SHOWING_ONE)
def defaults_are_not_filled_in(_: Request, response: Response) -> None:
    """A minimumSampleSize that was not sent is absent."""
    if response.experiments[0]["minimumSampleSize"] == 1000:
        del response.experiments[0]["minimumSampleSize"]


@wrap_server("create.counters-ignored", CREATE)
async def counters_are_taken_from_the_caller(request: Request, server: Server) -> Response:
    """Impressions in a create are kept."""
    sent = copy.deepcopy(request.json.get("variants")) if isinstance(request.json, dict) else None
    response = await server(request)
    if response.status == 201 and sent:
        for row, given in zip(response.experiments[0]["variants"], sent, strict=True):
            row["impressions"] = given.get("impressions", 0)
    return response


@refuse_request("create.counters-ignored", CREATE)
def counters_are_refused(request: Request) -> bool:
    return any({"impressions", "clicks"} & row.keys() for row in request.json["variants"])


@refuse_request("create.null", CREATE)
def null_is_refused(request: Request) -> bool:
    """An optional member that is null is refused."""
    return any(request.json.get(name, ...) is None for name in ("hypothesis", "goalConfig"))


@alter_request("create.null", CREATE)
def null_name_is_a_default(request: Request) -> None:
    """A name that is null gets a default."""
    if request.json["name"] is None:
        request.json["name"] = "Untitled"
