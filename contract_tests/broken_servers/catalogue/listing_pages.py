"""Pages that overlap, miss rows or miscount."""

from broken_servers.catalogue.listing import drop_from_query, slice_of_list
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API
from broken_servers.operations import LIST, WRITES


async def serve_page(
    request: Request, server: Server, shift: int = 0, more: int = 0, only_after: int = 0
) -> Response:
    """Return a page that begins some rows later and holds some more, from a page number on."""
    response = await server(request)
    if response.status == 200 and response.json["page"] > only_after:
        number, limit = response.json["page"], response.json["limit"]
        first = (number - 1) * limit + shift
        response.json["experiments"] = await slice_of_list(request, server, first, limit + more)
    return response


@wrap_server("list.paging", LIST)
async def second_page_overlaps_the_first(request: Request, server: Server) -> Response:
    return await serve_page(request, server, shift=-1, only_after=1)


@wrap_server("list.paging", LIST)
async def a_row_falls_between_pages(request: Request, server: Server) -> Response:
    return await serve_page(request, server, shift=1, only_after=1)


@wrap_server("list.paging", LIST)
async def page_holds_one_row_too_many(request: Request, server: Server) -> Response:
    return await serve_page(request, server, more=1)


@alter_request("list.paging", LIST)
def limit_is_ignored(request: Request) -> None:
    request.query = {**request.query, "limit": "100"}


@alter_request("list.paging", LIST)
def page_is_ignored(request: Request) -> None:
    drop_from_query(request, "page")


@alter_request("list.paging", LIST)
def filters_are_for_the_first_page(request: Request) -> None:
    """From the second page on the filters are ignored."""
    if int(request.query["page"]) > 1:
        drop_from_query(request, "type", "status")


# --- total


@alter_response("list.total", LIST)
def total_is_the_length_of_the_page(_: Request, response: Response) -> None:
    response.json["total"] = len(response.experiments)


@alter_response("list.total", LIST)
def total_ends_at_a_page(_: Request, response: Response) -> None:
    response.json["total"] = min(response.json["total"], 20)


@wrap_server("list.total", LIST)
async def total_ignores_the_filters(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 200:
        response.json["total"] = (await server(request.like("GET", API))).json["total"]
    return response


@wrap_server("list.total", LIST)
async def total_counts_other_teams(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 200:
        own, other = (f"Bearer {request.memory[which]}" for which in ("key", "second key"))
        is_own = request.headers["authorization"] == own
        request.headers["authorization"] = other if is_own else own
        response.json["total"] += (await server(request)).json["total"]
    return response


@alter_response("list.total", LIST, *WRITES)
def total_is_cached(request: Request, response: Response) -> None:
    if request.operation == LIST:
        filters = (request.query.get("type"), request.query.get("status"))
        response.json["total"] = request.memory.setdefault(filters, response.json["total"])


# --- limits and the ends of the list


@alter_request("list.default-page", LIST)
def default_limit_is_ten(request: Request) -> None:
    request.query = {"limit": "10", **request.query}


@alter_response("list.default-page", LIST)
def default_page_is_called_zero(request: Request, response: Response) -> None:
    if "page" not in request.query:
        response.json["page"] = 0


@refuse_request("list.limit-100", LIST)
def limit_1_is_refused(request: Request) -> bool:
    return request.query.get("limit") == "1"


@alter_request("list.limit-100", LIST)
def limit_is_capped_at_50(request: Request) -> None:
    request.query = {**request.query, "limit": str(min(50, int(request.query["limit"])))}


@alter_response("list.full-page", LIST)
def page_holds_99_in_silence(_: Request, response: Response) -> None:
    """A page has at most 99 rows, and says the limit that was asked for."""
    del response.json["experiments"][99:]


@alter_request("list.full-page", LIST)
def limit_above_50_is_the_default(request: Request) -> None:
    """A limit over 50 is ignored."""
    if int(request.query["limit"]) > 50:
        drop_from_query(request, "limit")


@alter_response("list.past-the-end", LIST)
def page_past_the_end_is_unknown(request: Request, response: Response) -> None:
    """A page past the end is 404."""
    if not response.experiments and request.query.get("page", "1") != "1":
        response.status = 404


@alter_response("list.past-the-end", LIST)
def total_is_zero_past_the_end(_: Request, response: Response) -> None:
    if not response.experiments:
        response.json["total"] = 0


@wrap_server("list.past-the-end", LIST)
async def page_past_the_end_is_the_last(request: Request, server: Server) -> Response:
    response = await server(request)
    if response.status == 200 and not response.experiments and response.json["total"]:
        limit = response.json["limit"]
        first = (response.json["total"] - 1) // limit * limit
        response.json["experiments"] = await slice_of_list(request, server, first, limit)
    return response
