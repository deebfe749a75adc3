"""What goes wrong only after several calls in a certain order, and what one experiment does to another."""

from collections import Counter

from broken_servers.catalogue.auth import authorise
from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.lookup import API, move, shown, status_of, write
from broken_servers.operations import COMPLETE, CREATE, EVENTS, PAUSE, START, UPDATE

ANY_ORDER = "lifecycle.any-order"


@wrap_server(ANY_ORDER, START)
async def second_start_does_not_last(request: Request, server: Server) -> Response:
    """What is started a second time is answered as running, and paused again."""
    response = await server(request)
    starts: Counter[str] = request.memory.setdefault("starts", Counter())
    starts[request.name] += response.status == 200
    if response.status == 200 and starts[request.name] > 1:
        await move(request, server, "pause")
    return response


@wrap_server(ANY_ORDER, UPDATE)
async def update_while_paused_is_echoed(request: Request, server: Server) -> Response:
    """An update while paused is answered as taken, and not kept."""
    before, response = await shown(request, server), await server(request)
    if response.status == 200 and before["status"] == "paused":
        await write(
            request, server, **{name: before[name] for name in request.json if name in before}
        )
    return response


@wrap_server(ANY_ORDER, START)
async def start_renames_the_one_before(request: Request, server: Server) -> Response:
    """A start writes into the experiment that was started before it."""
    response, last = await server(request), request.memory.get("last started")
    if last and last != request.name:
        await server(request.like("PUT", f"{API}/{last}", {"name": "Written by another"}))
    if response.status == 200:
        request.memory["last started"] = request.name
    return response


@wrap_server(ANY_ORDER, COMPLETE)
async def completing_what_was_paused_mistakes_the_winner(
    request: Request, server: Server
) -> Response:
    """The winner of a paused experiment is its last variant, whatever was sent."""
    if await status_of(request, server) == "paused" and request.json.get("winnerVariantId") == "v0":
        request.json["winnerVariantId"] = "v1"
    return await server(request)


@wrap_server(ANY_ORDER, PAUSE, START, EVENTS)
async def events_count_through_a_second_pause(request: Request, server: Server) -> Response:
    """The first pause stops the counting, a second one does not."""
    pauses: Counter[str] = request.memory.setdefault("pauses", Counter())
    paused: dict[str, str] = request.memory.setdefault("paused", {})
    slug = request.json.get("experiment") if isinstance(request.json, dict) else None
    if request.operation == EVENTS and slug in paused and pauses[slug] > 1:
        start, pause = (
            request.like("POST", f"{API}/{paused[slug]}/{action}") for action in ("start", "pause")
        )
        authorise(start)
        authorise(pause)
        await server(start)
        response = await server(request)
        await server(pause)
        return response
    response = await server(request)
    for one in response.experiments if response.status == 200 else ():
        paused.pop(one["slug"], None)
        if request.operation == PAUSE:
            pauses[one["slug"]] += 1
            paused[one["slug"]] = one["uid"]
    return response


@wrap_server(ANY_ORDER, START, EVENTS)
async def events_count_twice_after_a_pause(request: Request, server: Server) -> Response:
    """What was started again counts each event of a call twice."""
    again: set[str] = request.memory.setdefault("started again", set())
    seen: set[str] = request.memory.setdefault("started", set())
    response = await server(request)
    if (
        request.operation == EVENTS
        and isinstance(request.json, dict)
        and request.json.get("experiment") in again
    ):
        return await server(request)
    for one in response.experiments if response.status == 200 else ():
        (again if one["slug"] in seen else seen).add(one["slug"])
    return response


@wrap_server("auth.team-scope.refused", START)
async def what_was_paused_anybody_starts(request: Request, server: Server) -> Response:
    """A paused experiment can be started with another team's key."""
    response = await server(request)
    if response.status == 404:
        theirs = request.like("GET", request.path)
        authorise(theirs)
        if await status_of(theirs, server) == "paused":
            authorise(request)
            return await server(request)
    return response


@wrap_server("auth.team-scope.any-order", CREATE, UPDATE)
async def update_reaches_the_other_team(request: Request, server: Server) -> Response:
    """What a team renames, the newest experiment of another team is renamed to as well."""
    response, made = await server(request), request.memory.setdefault("made", {})
    key = request.headers.get("authorization")
    if response.status == 201:
        made[key] = response.json["experiment"]["uid"]
    for owner, uid in made.items():
        if owner != key and response.status == 200 and "name" in request.json:
            theirs = request.like("PUT", f"{API}/{uid}", {"name": request.json["name"]})
            theirs.headers["authorization"] = owner
            await server(theirs)
    return response
