"""Lists that miss, repeat or mix up."""

import json
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
from broken_servers.operations import CREATE, LIST, START, WRITES
from pictify_mock.domain.enums import ExperimentType
from pictify_mock.http import request_parsing as wire

PATH = "/experiments/api"


def without(request: Request, *names: str) -> None:
    """Take parameters out of the query."""
    request.query = {name: value for name, value in request.query.items() if name not in names}


async def page(request: Request, server: Server, first: int, limit: int) -> list[dict[str, Any]]:
    """These rows of the filtered list."""
    whole = request.like("GET", PATH)
    whole.query = {
        **{name: request.query[name] for name in ("type", "status") if name in request.query},
        "limit": "100",
    }
    rows = []
    for number in range(1, 100):
        whole.query = {**whole.query, "page": str(number)}
        rows += (response := await server(whole)).experiments
        if number * 100 >= response.json.get("total", 0):
            break
    return rows[max(0, first) : max(0, first + limit)]


# --- who may


@alter_error("list.unauthorised", LIST, status=401)
def list_without_key_is_forbidden(_: Request, response: Response) -> None:
    """A missing key is answered with 403."""
    response.status = 403


@wrap_server("list.unauthorised", LIST)
async def list_without_key_is_empty(request: Request, server: Server) -> Response:
    """Without a key the list is 200 and empty."""
    response = await server(request)
    empty = {"experiments": [], "total": 0, "page": 1, "limit": 20}
    return Response.of(200, empty) if response.status == 401 else response


@wrap_server("list.unauthorised", LIST)
async def list_with_wrong_key_is_forbidden(request: Request, server: Server) -> Response:
    """A missing key is 401, a wrong one 403."""
    response = await server(request)
    if response.status == 401 and "authorization" in request.headers:
        response.status = 403
    return response


# --- what is in it


@alter_response("list.contains-created", LIST)
def list_hides_drafts(_: Request, response: Response) -> None:
    """Drafts are left out of the list."""
    response.json["experiments"] = [row for row in response.experiments if row["status"] != "draft"]


@alter_response("list.contains-created", LIST)
def list_hides_completed(_: Request, response: Response) -> None:
    """Completed experiments are left out of the list."""
    response.json["experiments"] = [
        row for row in response.experiments if row["status"] != "completed"
    ]


@alter_response("list.contains-created", LIST)
def list_hides_scheduled(_: Request, response: Response) -> None:
    """Scheduled experiments are left out of the list."""
    response.json["experiments"] = [
        row for row in response.experiments if row["type"] != "scheduled"
    ]


@alter_response("list.contains-created", LIST)
def list_rows_have_names_in_capitals(_: Request, response: Response) -> None:
    """Rows show the name as a search index keeps it."""
    for row in response.experiments:
        row["name"] = row["name"].upper()


@alter_response("list.contains-created", LIST)
def list_rows_cut_long_names(_: Request, response: Response) -> None:
    """Rows show the first 60 characters of a name."""
    for row in response.experiments:
        row["name"] = row["name"][:60]


@alter_response("list.contains-created", LIST)
def list_rows_are_all_drafts(_: Request, response: Response) -> None:
    """Every row says draft, whatever get says."""
    for row in response.experiments:
        row["status"] = "draft"


@alter_response("list.contains-created", LIST)
def list_rows_repeat_variants(_: Request, response: Response) -> None:
    """A join repeats the variants in the rows."""
    for row in response.experiments:
        row["variants"] += row["variants"]


@alter_response("list.contains-created", LIST)
def list_rows_come_twice(_: Request, response: Response) -> None:
    """A join repeats the rows."""
    response.json["experiments"] = [row for row in response.experiments for _ in range(2)]


@wrap_server("list.contains-created", LIST, *WRITES)
async def list_lags_behind_writes(request: Request, server: Server) -> Response:
    """The list comes from a replica that is one write behind."""
    if request.operation != LIST:
        request.memory["replica"] = {row["uid"] for row in await page(request, server, 0, 1000)}
        return await server(request)
    response = await server(request)
    if response.status == 200:
        response.json["experiments"] = [
            row for row in response.experiments if row["uid"] in request.memory["replica"]
        ]
    return response


@wrap_server("list.contains-created", LIST, CREATE)
async def list_shows_names_as_created(request: Request, server: Server) -> Response:
    """The index behind the list is written by creates and not by updates."""
    response = await server(request)
    names = request.memory.setdefault("names", {})
    for shown in response.experiments:
        shown["name"] = (
            names.setdefault(shown["uid"], shown["name"])
            if response.status < 300
            else shown["name"]
        )
    return response


@wrap_server("list.contains-created", CREATE)
async def a_create_is_stored_twice(request: Request, server: Server) -> Response:
    """A create is retried inside, and makes a second experiment under another slug."""
    response = await server(request)
    if response.status == 201:
        await server(
            request.like("POST", PATH, {**request.json, "slug": f"retried-{len(request.memory)}"})
        )
        request.memory[len(request.memory)] = True
    return response


@alter_response("list.whole-rows", LIST)
def rows_are_summaries(_: Request, response: Response) -> None:
    """Rows leave the goal and the bandit out."""
    for row in response.experiments:
        del row["goalConfig"], row["banditConfig"]


# --- filters


@alter_request("list.filter-type", LIST)
def type_filter_is_ignored(request: Request) -> None:
    """The query parameter type is not looked at."""
    without(request, "type")


@alter_response("list.filter-type", LIST)
def type_filter_misses_smart_links(request: Request, response: Response) -> None:
    """A list of smart links is always empty."""
    if request.query["type"] == "smart_link":
        response.json.update(experiments=[], total=0)


@patch_mock("list.filter-type")
def type_filter_mixes_up_types(patch: Patch) -> None:
    """The filter takes smart_link for scheduled."""
    original = wire.listing

    def listing(query: bytes) -> wire.Listing:
        found = original(query)
        return (
            found._replace(type=ExperimentType.SCHEDULED)
            if found.type == ExperimentType.SMART_LINK
            else found
        )

    patch(wire, "listing", listing)


@alter_request("list.filter-status", LIST)
def status_filter_is_ignored(request: Request) -> None:
    """The query parameter status is not looked at."""
    without(request, "status")


@alter_request("list.filter-status", LIST)
def status_filter_takes_completed_for_paused(request: Request) -> None:
    """A list of completed experiments holds the paused ones."""
    if request.query["status"] == "completed":
        request.query = {**request.query, "status": "paused"}


@wrap_server("list.filter-status", LIST)
async def status_filter_takes_paused_for_running_too(request: Request, server: Server) -> Response:
    """A list of running experiments holds the paused ones too."""
    response = await server(request)
    if request.query.get("status") == "running" and response.status == 200:
        request.query = {**request.query, "status": "paused"}
        paused = await server(request)
        response.json["experiments"] += paused.experiments
        response.json["total"] += paused.json["total"]
    return response


@wrap_server("list.filter-status", LIST, START)
async def status_filter_uses_a_stale_index(request: Request, server: Server) -> Response:
    """A started experiment is still found under draft."""
    started = request.memory.setdefault("started", [])
    response = await server(request)
    if request.operation == START and response.status == 200:
        started += response.experiments
    elif (
        request.operation == LIST
        and request.query.get("status") == "draft"
        and response.status == 200
    ):
        response.json["experiments"] += [{**row, "status": "draft"} for row in started]
    return response


@alter_request("list.filters-combine", LIST)
def second_filter_is_dropped(request: Request) -> None:
    """With type and status only type is looked at."""
    if "type" in request.query:
        without(request, "status")


@alter_request("list.filters-combine", LIST)
def first_filter_is_dropped(request: Request) -> None:
    """With type and status only status is looked at."""
    if "status" in request.query:
        without(request, "type")


@wrap_server("list.filters-combine", LIST)
async def filters_are_joined_by_or(request: Request, server: Server) -> Response:
    """With type and status the rows are listed that match either."""
    query = request.query
    response = await server(request)
    if "type" in query and "status" in query and response.status == 200:
        rows = {}
        for other in ("type", "status"):
            request.query = query
            without(request, other)
            rows.update({row["uid"]: row for row in await page(request, server, 0, 1000)})
        response.json.update(experiments=list(rows.values()), total=len(rows))
    return response


# --- what no page tells


@alter_request("list.invalid-query", LIST)
def unknown_status_is_ignored(request: Request) -> None:
    """A status that nobody knows lists everything."""
    if request.query["status"] not in ("draft", "running", "paused", "completed"):
        without(request, "status")


@alter_request("list.invalid-query", LIST)
def limit_over_100_is_capped(request: Request) -> None:
    """A limit over 100 is taken as 100."""
    request.query = {**request.query, "limit": str(min(100, int(request.query["limit"])))}


@alter_request("list.invalid-query", LIST)
def page_0_is_page_1(request: Request) -> None:
    """A page of 0 is taken as the first."""
    if request.query["page"] == "0":
        without(request, "page")


@alter_response("list.newest-first", LIST)
def oldest_come_first(_: Request, response: Response) -> None:
    """Rows come in the order in which they were made."""
    response.json["experiments"] = response.json["experiments"][::-1]


@alter_response("list.newest-first", LIST)
def last_changed_come_first(_: Request, response: Response) -> None:
    """Rows come by updatedAt."""
    response.json["experiments"].sort(key=lambda row: row["updatedAt"], reverse=True)


@alter_response("list.rows-agree", LIST)
def rows_have_two_variants(_: Request, response: Response) -> None:
    """A row shows the first two variants."""
    for row in response.experiments:
        del row["variants"][2:]


@alter_response("list.rows-agree", LIST)
def rows_have_no_counts(_: Request, response: Response) -> None:
    """Counters are 0 in a list."""
    for variant in (variant for row in response.experiments for variant in row["variants"]):
        variant.update(impressions=0, clicks=0)


@alter_response("list.rows-agree", LIST)
def rows_have_variables_as_text(_: Request, response: Response) -> None:
    """The variables of a variant are JSON text in a list."""
    for variant in (variant for row in response.experiments for variant in row["variants"]):
        if "variables" in variant:
            variant["variables"] = json.dumps(variant["variables"])


@wrap_server("list.contains-created", CREATE)
async def smart_links_are_made_twice(request: Request, server: Server) -> Response:
    """A create of a smart link is tried again although it was done."""
    response = await server(request)
    if response.status == 201 and request.json["type"] == "smart_link":
        await server(
            request.like(
                "POST", PATH, {**request.json, "slug": f"{request.json['slug'][:50]}-again"}
            )
        )
    return response
