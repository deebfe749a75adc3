"""Lists that miss, repeat or mix up experiments."""

import json
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_error,
    alter_request,
    alter_response,
    refuse_request,
    wrap_server,
)
from broken_servers.lookup import API
from broken_servers.operations import CREATE, LIST, START

Row = dict[str, Any]


def drop_from_query(request: Request, *names: str) -> None:
    request.query = {name: value for name, value in request.query.items() if name not in names}


async def slice_of_list(request: Request, server: Server, first: int, limit: int) -> list[Row]:
    """Return these rows of the whole list that matches the request's filters."""
    page = request.like("GET", API)
    filters = {k: v for k, v in request.query.items() if k in ("type", "status")}
    rows: list[Row] = []
    for number in range(1, 100):
        page.query = {**filters, "limit": "100", "page": str(number)}
        response = await server(page)
        rows += response.experiments
        if number * 100 >= response.json.get("total", 0):
            break
    return rows[max(0, first) : max(0, first + limit)]


# --- unauthorised requests


@alter_error("list.unauthorised", LIST, status=401)
def list_without_key_is_empty(_: Request, response: Response) -> None:
    response.status = 200
    response.json = {"experiments": [], "total": 0, "page": 1, "limit": 20}


@alter_error("list.unauthorised", LIST, status=401)
def list_with_wrong_key_is_forbidden(request: Request, response: Response) -> None:
    if "authorization" in request.headers:
        response.status = 403


# --- rows


for member, value in (("status", "completed"), ("type", "scheduled")):
    name, sentence = f"list_hides_{value}", f"Experiments of the {member} {value} are not listed."

    @alter_response("list.contains-created", LIST, name=name, sentence=sentence)
    def hide(_: Request, response: Response, member: str = member, value: str = value) -> None:
        rows = response.experiments
        response.json["experiments"] = [row for row in rows if row[member] != value]


@alter_response("list.contains-created", LIST)
def list_rows_come_twice(_: Request, response: Response) -> None:
    response.json["experiments"] = [row for row in response.experiments for _ in range(2)]


@alter_response("list.contains-created", LIST)
def list_rows_cut_long_names(_: Request, response: Response) -> None:
    """Rows show the first 60 characters of a name."""
    for row in response.experiments:
        row["name"] = row["name"][:60]


@alter_response("list.contains-created", LIST)
def list_rows_repeat_variants(_: Request, response: Response) -> None:
    for row in response.experiments:
        row["variants"] += row["variants"]


@alter_response("list.contains-created", LIST, CREATE)
def list_shows_names_as_created(request: Request, response: Response) -> None:
    names = request.memory.setdefault("names", {})
    for row in response.experiments:
        row["name"] = names.setdefault(row["uid"], row["name"])


@wrap_server("list.contains-created", CREATE)
async def a_create_is_stored_twice(request: Request, server: Server) -> Response:
    """A create makes a second experiment under another slug."""
    response = await server(request)
    if response.status == 201:
        count = request.memory["retried"] = request.memory.get("retried", 0) + 1
        await server(request.like("POST", API, {**request.json, "slug": f"retried-{count}"}))
    return response


@alter_response("list.whole-rows", LIST)
def rows_are_summaries(_: Request, response: Response) -> None:
    """Rows leave out goalConfig and banditConfig."""
    for row in response.experiments:
        del row["goalConfig"], row["banditConfig"]


@alter_response("list.rows-agree", LIST)
def rows_have_no_counts(_: Request, response: Response) -> None:
    for variant in (variant for row in response.experiments for variant in row["variants"]):
        variant.update(impressions=0, clicks=0)


@alter_response("list.rows-agree", LIST)
def rows_have_variables_as_text(_: Request, response: Response) -> None:
    for variant in (variant for row in response.experiments for variant in row["variants"]):
        if "variables" in variant:
            variant["variables"] = json.dumps(variant["variables"])


@alter_response("list.newest-first", LIST)
def oldest_come_first(_: Request, response: Response) -> None:
    response.json["experiments"].reverse()


@alter_response("list.newest-first", LIST)
def last_changed_come_first(_: Request, response: Response) -> None:
    response.json["experiments"].sort(key=lambda row: row["updatedAt"], reverse=True)


# --- filters


@alter_request("list.filter-type", LIST)
def type_filter_is_ignored(request: Request) -> None:
    drop_from_query(request, "type")


@alter_response("list.filter-type", LIST)
def type_filter_misses_smart_links(request: Request, response: Response) -> None:
    if request.query["type"] == "smart_link":
        response.json.update(experiments=[], total=0)


@alter_request("list.filter-status", LIST)
def status_filter_is_ignored(request: Request) -> None:
    drop_from_query(request, "status")


@alter_response("list.filter-status", LIST, START)
def status_filter_uses_a_stale_index(request: Request, response: Response) -> None:
    """A started experiment is still listed as a draft."""
    started = request.memory.setdefault("started", [])
    if request.operation == START:
        started += response.experiments
    elif request.query.get("status") == "draft":
        response.json["experiments"] += [{**row, "status": "draft"} for row in started]


@alter_request("list.filters-combine", LIST)
def second_filter_is_dropped(request: Request) -> None:
    """Beside a type, the status is ignored."""
    if "type" in request.query:
        drop_from_query(request, "status")


@alter_request("list.filters-combine", LIST)
def first_filter_is_dropped(request: Request) -> None:
    """Beside a status, the type is ignored."""
    if "status" in request.query:
        drop_from_query(request, "type")


# --- invalid queries


@alter_request("list.invalid-query", LIST)
def unknown_status_is_ignored(request: Request) -> None:
    if request.query["status"] not in ("draft", "running", "paused", "completed"):
        drop_from_query(request, "status")


@alter_request("list.invalid-query", LIST)
def limit_over_100_is_capped(request: Request) -> None:
    request.query = {**request.query, "limit": str(min(100, int(request.query["limit"])))}


@refuse_request("errors.unknown-members", LIST)
def unknown_parameters_are_refused(request: Request) -> bool:
    return bool(request.query.keys() - {"type", "status", "page", "limit"})


@alter_response("errors.unknown-members", LIST)
def offset_is_known_but_not_told(request: Request, response: Response) -> None:
    """A list takes an undocumented offset."""
    response.json["experiments"] = response.experiments[int(request.query["offset"]) :]
