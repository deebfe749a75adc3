"""Lists that miss, repeat or mix up."""

import json
from typing import Any

from broken_servers.exchange import Answer, Request
from broken_servers.fault import Patch, Server, answers, around, inside, refusals, requests
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
        rows += (answer := await server(whole)).experiments
        if number * 100 >= answer.json.get("total", 0):
            break
    return rows[max(0, first) : max(0, first + limit)]


# --- who may


@refusals("list.unauthorised", LIST, status=401)
def list_without_key_is_forbidden(_: Request, answer: Answer) -> None:
    """A missing key is answered with 403."""
    answer.status = 403


@around("list.unauthorised", LIST)
async def list_without_key_is_empty(request: Request, server: Server) -> Answer:
    """Without a key the list is 200 and empty."""
    answer = await server(request)
    empty = {"experiments": [], "total": 0, "page": 1, "limit": 20}
    return Answer.of(200, empty) if answer.status == 401 else answer


@around("list.unauthorised", LIST)
async def list_with_wrong_key_is_forbidden(request: Request, server: Server) -> Answer:
    """A missing key is 401, a wrong one 403."""
    answer = await server(request)
    if answer.status == 401 and "authorization" in request.headers:
        answer.status = 403
    return answer


# --- what is in it


@answers("list.contains-created", LIST)
def list_hides_drafts(_: Request, answer: Answer) -> None:
    """Drafts are left out of the list."""
    answer.json["experiments"] = [row for row in answer.experiments if row["status"] != "draft"]


@answers("list.contains-created", LIST)
def list_hides_completed(_: Request, answer: Answer) -> None:
    """Completed experiments are left out of the list."""
    answer.json["experiments"] = [row for row in answer.experiments if row["status"] != "completed"]


@answers("list.contains-created", LIST)
def list_hides_scheduled(_: Request, answer: Answer) -> None:
    """Scheduled experiments are left out of the list."""
    answer.json["experiments"] = [row for row in answer.experiments if row["type"] != "scheduled"]


@answers("list.contains-created", LIST)
def list_rows_have_names_in_capitals(_: Request, answer: Answer) -> None:
    """Rows show the name as a search index keeps it."""
    for row in answer.experiments:
        row["name"] = row["name"].upper()


@answers("list.contains-created", LIST)
def list_rows_cut_long_names(_: Request, answer: Answer) -> None:
    """Rows show the first 60 characters of a name."""
    for row in answer.experiments:
        row["name"] = row["name"][:60]


@answers("list.contains-created", LIST)
def list_rows_are_all_drafts(_: Request, answer: Answer) -> None:
    """Every row says draft, whatever get says."""
    for row in answer.experiments:
        row["status"] = "draft"


@answers("list.contains-created", LIST)
def list_rows_repeat_variants(_: Request, answer: Answer) -> None:
    """A join repeats the variants in the rows."""
    for row in answer.experiments:
        row["variants"] += row["variants"]


@answers("list.contains-created", LIST)
def list_rows_come_twice(_: Request, answer: Answer) -> None:
    """A join repeats the rows."""
    answer.json["experiments"] = [row for row in answer.experiments for _ in range(2)]


@around("list.contains-created", LIST, *WRITES)
async def list_lags_behind_writes(request: Request, server: Server) -> Answer:
    """The list comes from a replica that is one write behind."""
    if request.operation != LIST:
        request.memory["replica"] = {row["uid"] for row in await page(request, server, 0, 1000)}
        return await server(request)
    answer = await server(request)
    if answer.status == 200:
        answer.json["experiments"] = [
            row for row in answer.experiments if row["uid"] in request.memory["replica"]
        ]
    return answer


@around("list.contains-created", LIST, CREATE)
async def list_shows_names_as_created(request: Request, server: Server) -> Answer:
    """The index behind the list is written by creates and not by updates."""
    answer = await server(request)
    names = request.memory.setdefault("names", {})
    for shown in answer.experiments:
        shown["name"] = (
            names.setdefault(shown["uid"], shown["name"]) if answer.status < 300 else shown["name"]
        )
    return answer


@around("list.contains-created", CREATE)
async def a_create_is_stored_twice(request: Request, server: Server) -> Answer:
    """A create is retried inside, and makes a second experiment under another slug."""
    answer = await server(request)
    if answer.status == 201:
        await server(
            request.like("POST", PATH, {**request.json, "slug": f"retried-{len(request.memory)}"})
        )
        request.memory[len(request.memory)] = True
    return answer


@answers("list.whole-rows", LIST)
def rows_are_summaries(_: Request, answer: Answer) -> None:
    """Rows leave the goal and the bandit out."""
    for row in answer.experiments:
        del row["goalConfig"], row["banditConfig"]


# --- filters


@requests("list.filter-type", LIST)
def type_filter_is_ignored(request: Request) -> None:
    """The query parameter type is not looked at."""
    without(request, "type")


@answers("list.filter-type", LIST)
def type_filter_misses_smart_links(request: Request, answer: Answer) -> None:
    """A list of smart links is always empty."""
    if request.query["type"] == "smart_link":
        answer.json.update(experiments=[], total=0)


@inside("list.filter-type")
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


@requests("list.filter-status", LIST)
def status_filter_is_ignored(request: Request) -> None:
    """The query parameter status is not looked at."""
    without(request, "status")


@requests("list.filter-status", LIST)
def status_filter_takes_completed_for_paused(request: Request) -> None:
    """A list of completed experiments holds the paused ones."""
    if request.query["status"] == "completed":
        request.query = {**request.query, "status": "paused"}


@around("list.filter-status", LIST)
async def status_filter_takes_paused_for_running_too(request: Request, server: Server) -> Answer:
    """A list of running experiments holds the paused ones too."""
    answer = await server(request)
    if request.query.get("status") == "running" and answer.status == 200:
        request.query = {**request.query, "status": "paused"}
        paused = await server(request)
        answer.json["experiments"] += paused.experiments
        answer.json["total"] += paused.json["total"]
    return answer


@around("list.filter-status", LIST, START)
async def status_filter_uses_a_stale_index(request: Request, server: Server) -> Answer:
    """A started experiment is still found under draft."""
    started = request.memory.setdefault("started", [])
    answer = await server(request)
    if request.operation == START and answer.status == 200:
        started += answer.experiments
    elif (
        request.operation == LIST
        and request.query.get("status") == "draft"
        and answer.status == 200
    ):
        answer.json["experiments"] += [{**row, "status": "draft"} for row in started]
    return answer


@requests("list.filters-combine", LIST)
def second_filter_is_dropped(request: Request) -> None:
    """With type and status only type is looked at."""
    if "type" in request.query:
        without(request, "status")


@requests("list.filters-combine", LIST)
def first_filter_is_dropped(request: Request) -> None:
    """With type and status only status is looked at."""
    if "status" in request.query:
        without(request, "type")


@around("list.filters-combine", LIST)
async def filters_are_joined_by_or(request: Request, server: Server) -> Answer:
    """With type and status the rows are listed that match either."""
    query = request.query
    answer = await server(request)
    if "type" in query and "status" in query and answer.status == 200:
        rows = {}
        for other in ("type", "status"):
            request.query = query
            without(request, other)
            rows.update({row["uid"]: row for row in await page(request, server, 0, 1000)})
        answer.json.update(experiments=list(rows.values()), total=len(rows))
    return answer


# --- what no page tells


@requests("list.invalid-query", LIST)
def unknown_status_is_ignored(request: Request) -> None:
    """A status that nobody knows lists everything."""
    if request.query["status"] not in ("draft", "running", "paused", "completed"):
        without(request, "status")


@requests("list.invalid-query", LIST)
def limit_over_100_is_capped(request: Request) -> None:
    """A limit over 100 is taken as 100."""
    request.query = {**request.query, "limit": str(min(100, int(request.query["limit"])))}


@requests("list.invalid-query", LIST)
def page_0_is_page_1(request: Request) -> None:
    """A page of 0 is taken as the first."""
    if request.query["page"] == "0":
        without(request, "page")


@answers("list.newest-first", LIST)
def oldest_come_first(_: Request, answer: Answer) -> None:
    """Rows come in the order in which they were made."""
    answer.json["experiments"] = answer.json["experiments"][::-1]


@answers("list.newest-first", LIST)
def last_changed_come_first(_: Request, answer: Answer) -> None:
    """Rows come by updatedAt."""
    answer.json["experiments"].sort(key=lambda row: row["updatedAt"], reverse=True)


@answers("list.rows-agree", LIST)
def rows_have_two_variants(_: Request, answer: Answer) -> None:
    """A row shows the first two variants."""
    for row in answer.experiments:
        del row["variants"][2:]


@answers("list.rows-agree", LIST)
def rows_have_no_counts(_: Request, answer: Answer) -> None:
    """Counters are 0 in a list."""
    for variant in (variant for row in answer.experiments for variant in row["variants"]):
        variant.update(impressions=0, clicks=0)


@answers("list.rows-agree", LIST)
def rows_have_variables_as_text(_: Request, answer: Answer) -> None:
    """The variables of a variant are JSON text in a list."""
    for variant in (variant for row in answer.experiments for variant in row["variants"]):
        if "variables" in variant:
            variant["variables"] = json.dumps(variant["variables"])


@around("list.contains-created", CREATE)
async def smart_links_are_made_twice(request: Request, server: Server) -> Answer:
    """A create of a smart link is tried again although it was done."""
    answer = await server(request)
    if answer.status == 201 and request.json["type"] == "smart_link":
        await server(
            request.like(
                "POST", PATH, {**request.json, "slug": f"{request.json['slug'][:50]}-again"}
            )
        )
    return answer
