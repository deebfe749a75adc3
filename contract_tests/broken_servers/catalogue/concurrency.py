"""Race conditions: requests that arrive at the same moment undo, repeat or miss each other."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.lookup import move
from broken_servers.operations import (
    CLICK,
    CREATE,
    DELETE,
    EVENTS,
    LIST,
    MOVES,
    PIXEL,
    START,
    UPDATE,
    WRITES,
)

MOMENT = 0.03  # seconds in which requests count as simultaneous


@contextlib.asynccontextmanager
async def in_flight(request: Request, key: str) -> AsyncIterator[int]:
    """Wait for simultaneous requests with this key. Yield how many of them came before."""
    flying: Counter[str] = request.memory.setdefault("in flight", Counter())
    place = flying[key]
    flying[key] += 1
    await asyncio.sleep(MOMENT)
    try:
        yield place
    finally:
        flying[key] -= 1


def count_in_flight(request: Request, key: str) -> int:
    flying: Counter[str] = request.memory.get("in flight", Counter())
    return flying[key]


# --- creates


async def create_under_any_slug(request: Request, server: Server) -> Response:
    """Make simultaneous creates of one slug, and show that slug for all of them."""
    wanted: dict[str, str] = request.memory.setdefault("wanted", {})
    if request.operation == CREATE and isinstance(request.json.get("slug"), str):
        slug = request.json["slug"]
        async with in_flight(request, slug) as place:
            if place:
                request.json["slug"] = f"{slug}-{place}"
            response = await server(request)
        wanted.update({experiment["uid"]: slug for experiment in response.experiments if place})
    else:
        response = await server(request)
    for experiment in response.experiments:
        experiment["slug"] = wanted.get(experiment["uid"], experiment["slug"])
    return response


@wrap_server("create.slug-race")
async def slug_is_looked_up_before_it_is_taken(request: Request, server: Server) -> Response:
    """Simultaneous creates of one slug are all made."""
    return await create_under_any_slug(request, server)


@wrap_server("create.slug-race", CREATE)
async def slug_race_breaks_the_server(request: Request, server: Server) -> Response:
    """A create that loses the race for a slug is 500."""
    async with in_flight(request, str(request.json.get("slug"))) as place:
        response = await server(request)
    return Response.of(500) if place and response.status == 409 else response


@wrap_server("create.slug-race.one-made")
async def slug_is_judged_at_the_start(request: Request, server: Server) -> Response:
    """Simultaneous creates of one slug are all made, and just one of them can be started."""
    if request.path.endswith("/start") and request.name in request.memory.get("wanted", {}):
        return Response.of(409, {"message": "The slug of this draft is in use."})
    return await create_under_any_slug(request, server)


@wrap_server("quota.race", CREATE)
async def quota_is_counted_before_it_is_used(request: Request, server: Server) -> Response:
    """Simultaneous creates for the last slot are all made."""
    async with in_flight(request, request.headers.get("authorization", "")) as place:
        response = await server(request)
    if response.status == 201:
        request.memory["last created"] = response.json["experiment"]
    elif response.status == 429 and place:
        experiment = {**request.memory["last created"], "uid": "exp_beyond_quota"}
        return Response.of(201, {"experiment": experiment})
    return response


# --- moves and updates


@wrap_server("lifecycle.parallel-moves", *MOVES, DELETE)
async def moves_undo_each_other(request: Request, server: Server) -> Response:
    """Of two simultaneous moves both are answered with 200, and neither is made."""
    async with in_flight(request, request.name) as place:
        if not place and count_in_flight(request, request.name) == 1:
            return await server(request)
        if request.operation == DELETE:
            return Response.of(200, {"deleted": True})
        return await server(request.like("GET", request.path.rpartition("/")[0]))


@wrap_server("lifecycle.parallel-moves.once", *MOVES)
async def moves_are_judged_before_they_wait(request: Request, server: Server) -> Response:
    """Of two simultaneous equal moves both are answered with 200."""
    async with in_flight(request, request.path) as place:
        response = await server(request)
    if place and response.status == 409:
        return await server(request.like("GET", request.path.rpartition("/")[0]))
    return response


@wrap_server("lifecycle.parallel-moves.one-history", START, DELETE)
async def delete_does_not_see_a_start(request: Request, server: Server) -> Response:
    """A delete that arrives with a start deletes the running experiment."""
    async with in_flight(request, request.name):
        both = count_in_flight(request, request.name) > 1
        if request.operation == DELETE:
            await asyncio.sleep(MOMENT)  # the start comes first
        response = await server(request)
    if both and request.operation == DELETE and response.status == 409:
        await move(request, server, "pause")
        return await server(request)
    return response


@wrap_server("update.parallel", UPDATE)
async def updates_undo_each_other(request: Request, server: Server) -> Response:
    """Simultaneous updates are all answered with 200, and none is stored."""
    async with in_flight(request, request.name) as place:
        alone = not place and count_in_flight(request, request.name) == 1
        return await server(request if alone else request.like("GET", request.path))


@wrap_server("update.parallel", UPDATE)
async def updates_write_back_what_they_read(request: Request, server: Server) -> Response:
    """Simultaneous updates write back the fields that they did not change."""
    read = await server(request.like("GET", request.path))
    async with in_flight(request, request.name) as place:
        if read.experiments and (place or count_in_flight(request, request.name) > 1):
            fields = ("name", "hypothesis", "minimumRunDays")
            request.json = {**{n: read.experiments[0].get(n) for n in fields}, **request.json}
        return await server(request)


@wrap_server("update.parallel.whole", UPDATE)
async def updates_are_written_field_by_field(request: Request, server: Server) -> Response:
    """Of simultaneous updates each leaves some fields."""
    async with in_flight(request, request.name) as place:
        if place:
            request.json = {name: value for name, value in request.json.items() if name == "name"}
        return await server(request)


# --- counting and listing


@wrap_server("events.parallel", EVENTS)
async def events_overwrite_each_other(request: Request, server: Server) -> Response:
    """Of simultaneous events one is counted."""
    async with in_flight(request, "events") as place:
        if place and isinstance(request.json, dict):
            request.json["event"] = "view"
        return await server(request)


@wrap_server("events.parallel", CLICK, PIXEL)
async def visits_overwrite_each_other(request: Request, server: Server) -> Response:
    """Of simultaneous clicks and pixels one is counted."""
    async with in_flight(request, request.path) as place:
        if place:
            request.headers["user-agent"] = "curl/8.5.0"  # the mock does not count it
        return await server(request)


@wrap_server("list.while-writing", LIST, *WRITES)
async def list_misses_what_is_being_written(request: Request, server: Server) -> Response:
    """During a write a list lacks its last row."""
    if request.operation != LIST:
        async with in_flight(request, "writes"):
            return await server(request)
    await asyncio.sleep(MOMENT / 2)  # the writes wait for a whole moment
    response = await server(request)
    if count_in_flight(request, "writes") and response.experiments:
        response.json["experiments"].pop()
    return response
