"""Races: what goes wrong only when two calls arrive at the same moment."""

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

MOMENT = 0.03  # seconds in which calls count as simultaneous


@contextlib.asynccontextmanager
async def in_flight(request: Request, what: str) -> AsyncIterator[int]:
    """How many calls about the same came before this one and are still under way."""
    flying: Counter[str] = request.memory.setdefault("in flight", Counter())
    place = flying[what]
    flying[what] += 1
    await asyncio.sleep(MOMENT)
    try:
        yield place
    finally:
        flying[what] -= 1


async def made_beside(request: Request, server: Server) -> Response:
    """A create that does not see the ones that came at the same moment; all show the slug that they asked for."""
    asked_for: dict[str, str] = request.memory.setdefault("asked for", {})
    if request.operation == CREATE and isinstance(request.json.get("slug"), str):
        slug = request.json["slug"]
        async with in_flight(request, slug) as place:
            if place:
                request.json["slug"] = f"{slug}-{place}"
            response = await server(request)
        asked_for.update({made["uid"]: slug for made in response.experiments if place})
    else:
        response = await server(request)
    for shown in response.experiments:
        shown["slug"] = asked_for.get(shown["uid"], shown["slug"])
    return response


@wrap_server("create.slug-race")
async def slug_is_looked_up_before_it_is_taken(request: Request, server: Server) -> Response:
    """Creates of one slug at the same moment are all made."""
    return await made_beside(request, server)


@wrap_server("create.slug-race", CREATE)
async def slug_race_breaks_the_server(request: Request, server: Server) -> Response:
    """The create that loses a race is 500: the database said so first."""
    async with in_flight(request, str(request.json.get("slug"))) as place:
        response = await server(request)
    return Response.of(500) if place and response.status == 409 else response


@wrap_server("create.slug-race.one-made")
async def slug_is_judged_at_the_start(request: Request, server: Server) -> Response:
    """Creates of one slug at the same moment are all made, and only one of them can be started."""
    asked_for: dict[str, str] = request.memory.setdefault("asked for", {})
    if request.path.endswith("/start") and request.name in asked_for:
        return Response.of(409, {"message": "The slug of this draft is in use."})
    return await made_beside(request, server)


@wrap_server("quota.race", CREATE)
async def quota_is_counted_before_it_is_used(request: Request, server: Server) -> Response:
    """Creates for the last slot at the same moment are all made."""
    async with in_flight(request, request.headers.get("authorization", "")) as place:
        response = await server(request)
    if response.status == 201:
        request.memory["last made"] = response.json["experiment"]
    elif response.status == 429 and place:
        response = Response.of(
            201, {"experiment": {**request.memory["last made"], "uid": "exp_beyond_quota"}}
        )
    return response


@wrap_server("lifecycle.parallel-moves", *MOVES, DELETE)
async def moves_lock_each_other_out(request: Request, server: Server) -> Response:
    """Of two moves at the same moment each finds the experiment locked, and both are 409."""
    async with in_flight(request, request.name) as place:
        alone = request.memory["in flight"][request.name] == 1 and not place
        return (
            await server(request) if alone else Response.of(409, {"message": "Locked, try again."})
        )


@wrap_server("lifecycle.parallel-moves", *MOVES, DELETE)
async def moves_undo_each_other(request: Request, server: Server) -> Response:
    """Of two moves at the same moment each is answered as made, and none is."""
    async with in_flight(request, request.name) as place:
        if request.memory["in flight"][request.name] == 1 and not place:
            return await server(request)
        shown = await server(request.like("GET", request.path.rpartition("/")[0]))
        return shown if request.operation != DELETE else Response.of(200, {"deleted": True})


@wrap_server("lifecycle.parallel-moves.once", *MOVES)
async def moves_are_judged_before_they_wait(request: Request, server: Server) -> Response:
    """Of two equal moves at the same moment both are made."""
    async with in_flight(request, request.path) as place:
        response = await server(request)
    if place and response.status == 409:
        return await server(request.like("GET", request.path.rpartition("/")[0]))
    return response


@wrap_server("lifecycle.parallel-moves.one-history", START, DELETE)
async def delete_does_not_see_a_start(request: Request, server: Server) -> Response:
    """A delete at the same moment as a start is made all the same."""
    async with in_flight(request, request.name):
        both = request.memory["in flight"][request.name] > 1
        if request.operation == DELETE:
            await asyncio.sleep(MOMENT)
        response = await server(request)
    if both and request.operation == DELETE and response.status == 409:
        await move(request, server, "pause")
        return await server(request)
    return response


@wrap_server("update.parallel", UPDATE)
async def updates_undo_each_other(request: Request, server: Server) -> Response:
    """Of updates at the same moment all are answered with 200, and none is kept."""
    async with in_flight(request, request.name) as place:
        alone = request.memory["in flight"][request.name] == 1 and not place
        return await server(request if alone else request.like("GET", request.path))


@wrap_server("update.parallel", UPDATE)
async def updates_write_back_what_they_read(request: Request, server: Server) -> Response:
    """An update reads the experiment, changes its fields, and writes all of them back a moment later."""
    read = await server(request.like("GET", request.path))
    async with in_flight(request, request.name) as place:
        if read.experiments and (place or request.memory["in flight"][request.name] > 1):
            kept = {
                name: read.experiments[0].get(name)
                for name in ("name", "hypothesis", "minimumRunDays")
            }
            request.json = {**kept, **request.json}
        return await server(request)


@wrap_server("update.parallel.whole", UPDATE)
async def updates_are_written_field_by_field(request: Request, server: Server) -> Response:
    """Of updates at the same moment each leaves something of its own."""
    async with in_flight(request, request.name) as place:
        if place:
            request.json = {name: value for name, value in request.json.items() if name == "name"}
        return await server(request)


@wrap_server("events.parallel", EVENTS)
async def events_overwrite_each_other(request: Request, server: Server) -> Response:
    """Of events at the same moment one is counted."""
    async with in_flight(request, "events") as place:
        if place and isinstance(request.json, dict):
            request.json["event"] = "view"
        return await server(request)


@wrap_server("events.parallel", CLICK, PIXEL)
async def visits_overwrite_each_other(request: Request, server: Server) -> Response:
    """Of clicks and pixels at the same moment one is counted."""
    async with in_flight(request, request.path) as place:
        if place:
            request.headers["user-agent"] = "curl/8.5.0"  # which the mock does not count
        return await server(request)


@wrap_server("list.while-writing", LIST, *WRITES)
async def list_misses_what_is_being_written(request: Request, server: Server) -> Response:
    """While something is updated or deleted, a list lacks its last row."""
    if request.operation != LIST:
        async with in_flight(request, "writes"):
            return await server(request)
    await asyncio.sleep(MOMENT / 2)
    response = await server(request)
    if request.memory.get("in flight", Counter())["writes"] and response.experiments:
        response.json["experiments"].pop()
    return response


@wrap_server("list.while-writing", LIST, *WRITES)
async def list_repeats_while_it_shifts(request: Request, server: Server) -> Response:
    """While something is updated or deleted, a list has its last row twice."""
    if request.operation != LIST:
        async with in_flight(request, "writes"):
            return await server(request)
    await asyncio.sleep(MOMENT / 2)
    response = await server(request)
    if request.memory.get("in flight", Counter())["writes"] and response.experiments:
        response.json["experiments"].append(response.experiments[-1])
    return response
