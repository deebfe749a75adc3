"""Lists that miss, repeat or miscount."""

from typing import Any

from contract_tests.faults.exchange import Answer, Request
from contract_tests.faults.fault import Patch, Server, answers, around, inside, refusals, requests
from contract_tests.faults.operations import CREATE, LIST, START, WRITES
from contract_tests.mock_server.domain.experiment import ExperimentType
from contract_tests.mock_server.wire import requests as wire

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
        answer.json["experiments"] = [row for row in answer.experiments if row["uid"] in request.memory["replica"]]
    return answer


@around("list.contains-created", LIST, CREATE)
async def list_shows_names_as_created(request: Request, server: Server) -> Answer:
    """The index behind the list is written by creates and not by updates."""
    answer = await server(request)
    names = request.memory.setdefault("names", {})
    for shown in answer.experiments:
        shown["name"] = names.setdefault(shown["uid"], shown["name"]) if answer.status < 300 else shown["name"]
    return answer


@around("list.contains-created", CREATE)
async def a_create_is_stored_twice(request: Request, server: Server) -> Answer:
    """A create is retried inside, and makes a second experiment under another slug."""
    answer = await server(request)
    if answer.status == 201:
        await server(request.like("POST", PATH, {**request.json, "slug": f"retried-{len(request.memory)}"}))
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
        return found._replace(type=ExperimentType.SCHEDULED) if found.type == ExperimentType.SMART_LINK else found

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
    elif request.operation == LIST and request.query.get("status") == "draft" and answer.status == 200:
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


# --- pages


@around("list.paging", LIST)
async def second_page_overlaps_the_first(request: Request, server: Server) -> Answer:
    """The offset is one row short, so each page begins with the last row of the one before."""
    answer = await server(request)
    if answer.status == 200 and answer.json["page"] > 1:
        number, limit = answer.json["page"], answer.json["limit"]
        answer.json["experiments"] = await page(request, server, (number - 1) * limit - 1, limit)
    return answer


@around("list.paging", LIST)
async def a_row_falls_between_pages(request: Request, server: Server) -> Answer:
    """The offset is one row too far, so one row is on no page."""
    answer = await server(request)
    if answer.status == 200 and answer.json["page"] > 1:
        number, limit = answer.json["page"], answer.json["limit"]
        answer.json["experiments"] = await page(request, server, (number - 1) * limit + 1, limit)
    return answer


@around("list.paging", LIST)
async def pages_count_from_zero(request: Request, server: Server) -> Answer:
    """Page 1 is the second page."""
    answer = await server(request)
    if answer.status == 200:
        number, limit = answer.json["page"], answer.json["limit"]
        answer.json["experiments"] = await page(request, server, number * limit, limit)
    return answer


@around("list.paging", LIST)
async def page_is_taken_for_an_offset(request: Request, server: Server) -> Answer:
    """The page number is used as an offset in rows."""
    answer = await server(request)
    if answer.status == 200:
        number, limit = answer.json["page"], answer.json["limit"]
        answer.json["experiments"] = await page(request, server, number - 1, limit)
    return answer


@requests("list.paging", LIST)
def limit_is_ignored(request: Request) -> None:
    """Every page has up to a hundred rows."""
    request.query = {**request.query, "limit": "100"}


@requests("list.paging", LIST)
def page_is_ignored(request: Request) -> None:
    """Every page is the first."""
    without(request, "page")


@around("list.paging", LIST)
async def page_holds_one_row_too_many(request: Request, server: Server) -> Answer:
    """A page has the row by which the server knows that there is a next one."""
    answer = await server(request)
    if answer.status == 200:
        number, limit = answer.json["page"], answer.json["limit"]
        answer.json["experiments"] = await page(request, server, (number - 1) * limit, limit + 1)
    return answer


@answers("list.paging", LIST)
def page_echoes_no_number(_: Request, answer: Answer) -> None:
    """Every page says that it is the first."""
    answer.json["page"] = 1


@answers("list.paging", LIST)
def page_echoes_its_length(_: Request, answer: Answer) -> None:
    """limit is the number of rows on the page."""
    answer.json["limit"] = len(answer.experiments)


@around("list.paging", LIST)
async def pages_are_shuffled(request: Request, server: Server) -> Answer:
    """Without ORDER BY every page sees the rows in an order of its own."""
    answer = await server(request)
    if answer.status == 200:
        number, limit = answer.json["page"], answer.json["limit"]
        rows = await page(request, server, 0, 1000)
        turned = rows[number:] + rows[:number]
        answer.json["experiments"] = turned[(number - 1) * limit :][:limit]
    return answer


@requests("list.paging", LIST)
def filters_are_for_the_first_page(request: Request) -> None:
    """From the second page on the filters are lost."""
    if int(request.query["page"]) > 1:
        without(request, "type", "status")


@answers("list.total", LIST)
def total_is_the_length_of_the_page(_: Request, answer: Answer) -> None:
    """total is the number of rows on the page."""
    answer.json["total"] = len(answer.experiments)


@around("list.total", LIST)
async def total_ignores_the_filters(request: Request, server: Server) -> Answer:
    """total counts all experiments of the team."""
    answer = await server(request)
    if answer.status == 200:
        answer.json["total"] = (await server(request.like("GET", PATH))).json["total"]
    return answer


@around("list.total", LIST)
async def total_counts_other_teams(request: Request, server: Server) -> Answer:
    """total counts the matches of all teams."""
    answer = await server(request)
    if answer.status == 200:
        own, other = (f"Bearer {request.memory[which]}" for which in ("key", "second key"))
        request.headers["authorization"] = own if request.headers["authorization"] == other else other
        answer.json["total"] += (await server(request)).json["total"]
    return answer


@answers("list.total", LIST)
def total_is_the_number_of_pages(_: Request, answer: Answer) -> None:
    """total counts pages."""
    answer.json["total"] = -(-answer.json["total"] // answer.json["limit"])


@answers("list.total", LIST)
def total_stops_at_a_page(_: Request, answer: Answer) -> None:
    """total counts no further than limit."""
    answer.json["total"] = min(answer.json["total"], answer.json["limit"])


@around("list.total", LIST, *WRITES)
async def total_is_cached(request: Request, server: Server) -> Answer:
    """total is what it was when the filters were first asked for."""
    answer = await server(request)
    if request.operation == LIST and answer.status == 200:
        key = (request.query.get("type"), request.query.get("status"))
        answer.json["total"] = request.memory.setdefault(key, answer.json["total"])
    return answer


@requests("list.default-page", LIST)
def default_limit_is_ten(request: Request) -> None:
    """Without a limit a page has ten rows."""
    request.query = {"limit": "10", **request.query}


@answers("list.default-page", LIST)
def default_page_is_called_zero(request: Request, answer: Answer) -> None:
    """Without a page the answer says page 0."""
    if "page" not in request.query:
        answer.json["page"] = 0


@requests("list.default-page", LIST)
def default_limit_is_a_hundred(request: Request) -> None:
    """Without a limit a page has a hundred rows and says so."""
    request.query = {"limit": "100", **request.query}


@around("list.limit-100", LIST)
async def limit_100_is_refused(request: Request, server: Server) -> Answer:
    """A limit has to be less than 100."""
    return Answer.of(400, {}) if request.query.get("limit") == "100" else await server(request)


@requests("list.limit-100", LIST)
def limit_is_capped_at_50(request: Request) -> None:
    """A limit over 50 is taken as 50."""
    request.query = {**request.query, "limit": str(min(50, int(request.query["limit"])))}


@around("list.limit-100", LIST)
async def limit_1_is_refused(request: Request, server: Server) -> Answer:
    """A limit has to be more than 1."""
    return Answer.of(400, {}) if request.query.get("limit") == "1" else await server(request)


# --- assumed


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


@around("list.past-the-end", LIST)
async def page_past_the_end_is_unknown(request: Request, server: Server) -> Answer:
    """A page past the end is 404."""
    answer = await server(request)
    empty = answer.status == 200 and not answer.experiments
    return Answer.of(404, {}) if empty and request.query.get("page", "1") != "1" else answer


@answers("list.past-the-end", LIST)
def total_is_zero_past_the_end(_: Request, answer: Answer) -> None:
    """A window function counts nothing on an empty page."""
    if not answer.experiments:
        answer.json["total"] = 0


@around("list.past-the-end", LIST)
async def page_past_the_end_is_the_last(request: Request, server: Server) -> Answer:
    """A page past the end shows the last page again."""
    answer = await server(request)
    if answer.status == 200 and not answer.experiments and answer.json["total"]:
        limit = answer.json["limit"]
        answer.json["experiments"] = await page(request, server, (answer.json["total"] - 1) // limit * limit, limit)
    return answer
