"""Pages that overlap, miss rows or miscount."""

from broken_servers.catalogue.listing import PATH, page, without
from broken_servers.exchange import Answer, Request
from broken_servers.fault import Server, answers, around, requests
from broken_servers.operations import LIST, WRITES


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
async def total_ignores_the_second_filter(request: Request, server: Server) -> Answer:
    """With a status, total counts all types."""
    answer = await server(request)
    if answer.status == 200 and request.query.keys() >= {"status", "type"}:
        request.query = {"status": request.query["status"]}
        answer.json["total"] = (await server(request)).json["total"]
    return answer


@around("list.total", LIST)
async def total_counts_other_teams(request: Request, server: Server) -> Answer:
    """total counts the matches of all teams."""
    answer = await server(request)
    if answer.status == 200:
        own, other = (f"Bearer {request.memory[which]}" for which in ("key", "second key"))
        request.headers["authorization"] = (
            own if request.headers["authorization"] == other else other
        )
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


def _holds_at_most(number: int) -> None:
    def fault(_: Request, answer: Answer) -> None:
        answer.json["experiments"] = answer.experiments[:number]

    fault.__name__ = f"page_holds_{number}_in_silence"
    fault.__doc__ = f"A page has no more than {number} rows, whatever limit it echoes."
    answers("list.full-page", LIST)(fault)


for _number in (25, 50, 99):
    _holds_at_most(_number)


@requests("list.full-page", LIST)
def limit_above_50_is_the_default(request: Request) -> None:
    """A limit over 50 is taken for none."""
    if int(request.query["limit"]) > 50:
        without(request, "limit")


@around("list.full-page", LIST)
async def cap_moves_the_pages_too(request: Request, server: Server) -> Answer:
    """Rows are cut and counted by 50, and the limit that was asked for is echoed."""
    answer = await server(request)
    if answer.status == 200 and answer.json["limit"] > 50:
        answer.json["experiments"] = await page(request, server, (answer.json["page"] - 1) * 50, 50)
    return answer


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
        answer.json["experiments"] = await page(
            request, server, (answer.json["total"] - 1) // limit * limit, limit
        )
    return answer
