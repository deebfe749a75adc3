"""Faults that show only after several requests in some order, or in another experiment."""

from collections import Counter

from broken_servers.catalogue.auth import authorise
from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.lookup import API, move, shown, status_of, write
from broken_servers.operations import COMPLETE, CREATE, DELETE, EVENTS, GET, START, UPDATE

ANY_ORDER = "lifecycle.any-order"

# --- one experiment


@wrap_server(ANY_ORDER, START)
async def second_start_does_not_last(request: Request, server: Server) -> Response:
    """An experiment that is started a second time is paused at once."""
    response = await server(request)
    starts: Counter[str] = request.memory.setdefault("starts", Counter())
    starts[request.name] += response.status == 200
    if response.status == 200 and starts[request.name] > 1:
        await move(request, server, "pause")
    return response


@wrap_server(ANY_ORDER, UPDATE)
async def update_while_paused_is_echoed(request: Request, server: Server) -> Response:
    """An update of a paused experiment is answered with 200 and not stored."""
    before, response = await shown(request, server), await server(request)
    if response.status == 200 and before["status"] == "paused":
        old = {name: before[name] for name in request.json if name in before}
        await write(request, server, **old)
    return response


@wrap_server(ANY_ORDER, COMPLETE)
async def completing_what_was_paused_mistakes_the_winner(
    request: Request, server: Server
) -> Response:
    """The winner of a paused experiment is its second variant, even if the first was sent."""
    if await status_of(request, server) == "paused" and request.json.get("winnerVariantId") == "v0":
        request.json["winnerVariantId"] = "v1"
    return await server(request)


@wrap_server(ANY_ORDER, START, EVENTS)
async def events_count_twice_after_a_pause(request: Request, server: Server) -> Response:
    """Events count twice in an experiment that was started again."""
    starts: Counter[str] = request.memory.setdefault("starts", Counter())
    response = await server(request)
    if request.operation == EVENTS:
        slug = str(request.json.get("experiment")) if isinstance(request.json, dict) else ""
        return await server(request) if starts[slug] > 1 else response
    starts.update(one["slug"] for one in response.experiments if response.status == 200)
    return response


# --- another experiment


@wrap_server(ANY_ORDER, DELETE)
async def delete_takes_another_one_too(request: Request, server: Server) -> Response:
    """A delete takes the newest other experiment, too, if it does not run."""
    listed = (await server(request.like("GET", API))).experiments
    others = [row["uid"] for row in listed if row["uid"] != request.name]
    response = await server(request)
    for uid in others[:1] if response.status == 200 else ():
        await server(request.like("DELETE", f"{API}/{uid}"))
    return response


@wrap_server(ANY_ORDER, START)
async def start_renames_the_one_before(request: Request, server: Server) -> Response:
    """A start renames the experiment that was started before."""
    response, last = await server(request), request.memory.get("last started")
    if last and last != request.name:
        await server(request.like("PUT", f"{API}/{last}", {"name": "Written by another"}))
    if response.status == 200:
        request.memory["last started"] = request.name
    return response


# --- another team


@wrap_server("auth.team-scope.refused", START)
async def what_was_paused_anybody_starts(request: Request, server: Server) -> Response:
    """A paused experiment can be started with another team's key."""
    response = await server(request)
    if response.status == 404:
        # Another team does not see the status, so the owner's key reads it.
        as_owner = request.like("GET", request.path)
        authorise(as_owner)
        if await status_of(as_owner, server) == "paused":
            authorise(request)
            return await server(request)
    return response


@wrap_server("auth.team-scope.any-order", CREATE, UPDATE)
async def update_reaches_the_other_team(request: Request, server: Server) -> Response:
    """An update of the name renames the newest experiment of another team, too."""
    response, made = await server(request), request.memory.setdefault("made", {})
    key = request.headers.get("authorization")
    if response.status == 201:
        made[key] = response.json["experiment"]["uid"]
    for owner, uid in made.items():
        if owner != key and response.status == 200 and "name" in request.json:
            other = request.like("PUT", f"{API}/{uid}", {"name": request.json["name"]})
            other.headers["authorization"] = owner
            await server(other)
    return response


# --- another type


@wrap_server("bandit.ab-test-only.status", UPDATE, GET)
async def smart_links_get_bandits_later(request: Request, server: Server) -> Response:
    """An update enables a bandit in experiments of any type."""
    enabled = request.memory.setdefault("enabled", set())
    body = request.json if isinstance(request.json, dict) else {}
    response = await server(request)
    if request.operation == UPDATE and (body.get("banditConfig") or {}).get("enabled"):
        enabled.add(request.name)
        response = await server(request.like("GET", request.path))
    if response.status == 200 and request.name in enabled:
        response.experiments[0]["banditConfig"]["enabled"] = True
    return response
