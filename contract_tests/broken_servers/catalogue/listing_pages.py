"""Pages that overlap, miss rows or miscount."""

from broken_servers.catalogue.listing import PATH, page, without
from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_request, alter_response, wrap_server
from broken_servers.operations import LIST, WRITES


@wrap_server("list.paging", LIST)
async def second_page_overlaps_the_first(request: Request, server: Server) -> Response:
    """The offset is one row short, so each page begins with the last row of the one before."""
    response = await server(request)
    if response.status == 200 and response.json["page"] > 1:
        number, limit = response.json["page"], response.json["limit"]
        response.json["experiments"] = await page(request, server, (number - 1) * limit - 1, limit)
    return response


@wrap_server("list.paging", LIST)
async def a_row_falls_between_pages(request: Request, server: Server) -> Response:
    """The offset is one row too far, so one row is on no page."""
    response = await server(request)
    if response.status == 200 and response.json["page"] > 1:
        number, limit = response.json["page"], response.json["limit"]
        response.json["experiments"] = await page(request, server, (number - 1) * limit + 1, limit)
    return response


@wrap_server("list.paging", LIST)
async def pages_count_from_zero(request: Request, server: Server) -> Response:
    """Page 1 is the second page."""
    response = await server(request)
    if response.status == 200:
        number, limit = response.json["page"], response.json["limit"]
        response.json["experiments"] = await page(request, server, number * limit, limit)
    return response


@wrap_server("list.paging", LIST)
async def page_is_taken_for_an_offset(request: Request, server: Server) -> Response:
    """The page number is used as an offset in rows."""
    response = await server(request)
    if response.status == 200:
        number, limit = response.json["page"], response.json["limit"]
        response.json["experiments"] = await page(request, server, number - 1, limit)
    return response


@alter_request("list.paging", LIST)
def limit_is_ignored(request: Request) -> None:
    """Every page has up to a hundred rows."""
    request.query = {**request.query, "limit": "100"}


@alter_request("list.paging", LIST)
def page_is_ignored(request: Request) -> None:
    """Every page is the first."""
    without(request, "page")


@wrap_server("list.paging", LIST)
async def page_holds_one_row_too_many(request: Request, server: Server) -> Response:
    """A page has the row by which the server knows that there is a next one."""
    response = await server(request)
    if response.status == 200:
        number, limit = response.json["page"], response.json["limit"]
        response.json["experiments"] = await page(request, server, (number - 1) * limit, limit + 1)
    return response


@alter_response("list.paging", LIST)
def page_echoes_no_number(_: Request, response: Response) -> None:
    """Every page says that it is the first."""
    response.json["page"] = 1


@alter_response("list.paging", LIST)
def page_echoes_its_length(_: Request, response: Response) -> None:
    """limit is the number of rows on the page."""
    response.json["limit"] = len(response.experiments)


@wrap_server("list.paging", LIST)
async def pages_are_shuffled(request: Request, server: Server) -> Response:
    """Without ORDER BY every page sees the rows in an order of its own."""
    response = await server(request)
    if response.status == 200:
        number, limit = response.json["page"], response.json["limit"]
        rows = await page(request, server, 0, 1000)
        turned = rows[number:] + rows[:number]
        response.json["experiments"] = turned[(number - 1) * limit :][:limit]
    return response


@alter_request("list.paging", LIST)
def filters_are_for_the_first_page(request: Request) -> None:
    """From the second page on the filters are lost."""
    if int(request.query["page"]) > 1:
        without(request, "type", "status")


@alter_response("list.total", LIST)
def total_is_the_length_of_the_page(_: Request, response: Response) -> None:
    """total is the number of rows on the page."""
    response.json["total"] = len(response.experiments)


@wrap_server("list.total", LIST)
async def total_ignores_the_filters(request: Request, server: Server) -> Response:
    """total counts all experiments of the team."""
    response = await server(request)
    if response.status == 200:
        response.json["total"] = (await server(request.like("GET", PATH))).json["total"]
    return response


@wrap_server("list.total", LIST)
async def total_ignores_the_second_filter(request: Request, server: Server) -> Response:
    """With a status, total counts all types."""
    response = await server(request)
    if response.status == 200 and request.query.keys() >= {"status", "type"}:
        request.query = {"status": request.query["status"]}
        response.json["total"] = (await server(request)).json["total"]
    return response


@wrap_server("list.total", LIST)
async def total_counts_other_teams(request: Request, server: Server) -> Response:
    """total counts the matches of all teams."""
    response = await server(request)
    if response.status == 200:
        own, other = (f"Bearer {request.memory[which]}" for which in ("key", "second key"))
        request.headers["authorization"] = (
            own if request.headers["authorization"] == other else other
        )
        response.json["total"] += (await server(request)).json["total"]
    return response


@alter_response("list.total", LIST)
def total_is_the_number_of_pages(_: Request, response: Response) -> None:
    """total counts pages."""
    response.json["total"] = -(-response.json["total"] // response.json["limit"])


@alter_response("list.total", LIST)
def total_stops_at_a_page(_: Request, response: Response) -> None:
    """total counts no further than limit."""
    response.json["total"] = min(response.json["total"], response.json["limit"])


@wrap_server("list.total", LIST, *WRITES)
async def total_is_cached(request: Request, server: Server) -> Response:
    """total is what it was when the filters were first asked for."""
    response = await server(request)
    if request.operation == LIST and response.status == 200:
        key = (request.query.get("type"), request.query.get("status"))
        response.json["total"] = request.memory.setdefault(key, response.json["total"])
    return response


@alter_request("list.default-page", LIST)
def default_limit_is_ten(request: Request) -> None:
    """Without a limit a page has ten rows."""
    request.query = {"limit": "10", **request.query}


@alter_response("list.default-page", LIST)
def default_page_is_called_zero(request: Request, response: Response) -> None:
    """Without a page the answer says page 0."""
    if "page" not in request.query:
        response.json["page"] = 0


@alter_request("list.default-page", LIST)
def default_limit_is_a_hundred(request: Request) -> None:
    """Without a limit a page has a hundred rows and says so."""
    request.query = {"limit": "100", **request.query}


@wrap_server("list.limit-100", LIST)
async def limit_100_is_refused(request: Request, server: Server) -> Response:
    """A limit has to be less than 100."""
    return Response.of(400, {}) if request.query.get("limit") == "100" else await server(request)


@alter_request("list.limit-100", LIST)
def limit_is_capped_at_50(request: Request) -> None:
    """A limit over 50 is taken as 50."""
    request.query = {**request.query, "limit": str(min(50, int(request.query["limit"])))}


@wrap_server("list.limit-100", LIST)
async def limit_1_is_refused(request: Request, server: Server) -> Response:
    """A limit has to be more than 1."""
    return Response.of(400, {}) if request.query.get("limit") == "1" else await server(request)


def _holds_at_most(number: int) -> None:
    def fault(_: Request, response: Response) -> None:
        response.json["experiments"] = response.experiments[:number]

    fault.__name__ = f"page_holds_{number}_in_silence"
    fault.__doc__ = f"A page has no more than {number} rows, whatever limit it echoes."
    alter_response("list.full-page", LIST)(fault)


for _number in (25, 50, 99):
    _holds_at_most(_number)


@alter_request("list.full-page", LIST)
def limit_above_50_is_the_default(request: Request) -> None:
    """A limit over 50 is taken for none."""
    if int(request.query["limit"]) > 50:
        without(request, "limit")


@wrap_server("list.full-page", LIST)
async def cap_moves_the_pages_too(request: Request, server: Server) -> Response:
    """Rows are cut and counted by 50, and the limit that was asked for is echoed."""
    response = await server(request)
    if response.status == 200 and response.json["limit"] > 50:
        response.json["experiments"] = await page(
            request, server, (response.json["page"] - 1) * 50, 50
        )
    return response


@wrap_server("list.past-the-end", LIST)
async def page_past_the_end_is_unknown(request: Request, server: Server) -> Response:
    """A page past the end is 404."""
    response = await server(request)
    empty = response.status == 200 and not response.experiments
    return Response.of(404, {}) if empty and request.query.get("page", "1") != "1" else response


@alter_response("list.past-the-end", LIST)
def total_is_zero_past_the_end(_: Request, response: Response) -> None:
    """A window function counts nothing on an empty page."""
    if not response.experiments:
        response.json["total"] = 0


@wrap_server("list.past-the-end", LIST)
async def page_past_the_end_is_the_last(request: Request, server: Server) -> Response:
    """A page past the end shows the last page again."""
    response = await server(request)
    if response.status == 200 and not response.experiments and response.json["total"]:
        limit = response.json["limit"]
        response.json["experiments"] = await page(
            request, server, (response.json["total"] - 1) // limit * limit, limit
        )
    return response
