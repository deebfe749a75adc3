"""Counters that miss some: under load, of the same viewer, of the same event."""

import json
from collections.abc import Callable
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, wrap_server
from broken_servers.operations import CLICK, EVENTS, PIXEL

LATER, SOON = 20, 10  # requests
TAKEN = {"ok": True, "processed": 1, "errors": [], "warning": "write_key_recommended"}
LARGE = 10


async def uncounted(request: Request, server: Server) -> Response:
    """The answer to a visit, which is not counted."""
    request.scope["method"] = "HEAD"
    response = await server(request)
    request.scope["method"] = "GET"
    return response


async def every_fifth_lost(request: Request, server: Server) -> Response:
    """The answer to a visit, which is not counted if it is the fifth."""
    request.memory["visits"] = request.memory.get("visits", 0) + 1
    return await (server(request) if request.memory["visits"] % 5 else uncounted(request, server))


async def once_for_each_viewer(request: Request, server: Server) -> Response:
    """The answer to a visit, which is not counted if its viewer has been here before."""
    viewer = (request.name, request.headers.get("user-agent"))
    known, request.memory[viewer] = viewer in request.memory, True
    return await (uncounted(request, server) if known else server(request))


def _delivered_again(
    name: str, breaks: str, operation: str, fits: Callable[[Any], bool] = bool, later: int = LATER
) -> None:
    async def fault(request: Request, server: Server) -> Response:
        due = request.memory.setdefault("due", [])
        number = request.memory["requests"] = request.memory.get("requests", 0) + 1
        while due and due[0][0] <= number:
            await server(due.pop(0)[1])
        if request.operation == operation and (operation != EVENTS or fits(request.json)):
            again = request.like(
                request.method, request.path, request.json if operation == EVENTS else None
            )
            due.append((number + later, again))
        return await server(request)

    fault.__name__ = f"{name}_is_delivered_again"
    fault.__doc__ = f"The queue delivers every {name} a second time, {later} requests later."
    wrap_server(breaks)(fault)


def _is_one(event: str) -> Callable[[Any], bool]:
    return lambda sent: isinstance(sent, dict) and sent.get("event") == event


_delivered_again("link", "click.counts", CLICK)
_delivered_again("pixel", "pixel.counts", PIXEL)
_delivered_again("impression", "events.impression-counts", EVENTS, _is_one("impression"))
_delivered_again("click", "events.click-counts", EVENTS, _is_one("click"))
_delivered_again("batch", "events.batch-counts", EVENTS, lambda sent: isinstance(sent, list), SOON)


@wrap_server("click.counts", CLICK)
async def some_clicks_are_lost(request: Request, server: Server) -> Response:
    """One click in five is lost in a full queue."""
    return await every_fifth_lost(request, server)


@wrap_server("pixel.counts", PIXEL)
async def some_pixels_are_lost(request: Request, server: Server) -> Response:
    """One pixel in five is lost in a full queue."""
    return await every_fifth_lost(request, server)


@wrap_server("click.counts", CLICK)
async def clicks_are_counted_once_a_viewer(request: Request, server: Server) -> Response:
    """A viewer's second click is not counted."""
    return await once_for_each_viewer(request, server)


@wrap_server("pixel.counts", PIXEL)
async def pixels_are_counted_once_a_viewer(request: Request, server: Server) -> Response:
    """A viewer's second pixel is not counted."""
    return await once_for_each_viewer(request, server)


@wrap_server("events.impression-counts", EVENTS)
async def same_event_is_counted_once(request: Request, server: Server) -> Response:
    """An event that was sent before is taken for a retry."""
    sent = json.dumps(request.json, sort_keys=True)
    known, request.memory[sent] = sent in request.memory, True
    return (
        Response.of(200, TAKEN)
        if known and isinstance(request.json, dict)
        else await server(request)
    )


@wrap_server("events.batch-counts", EVENTS)
async def same_event_of_a_batch_is_counted_once(request: Request, server: Server) -> Response:
    """Equal events of an array are counted once."""
    sent = request.json
    if not isinstance(sent, list):
        return await server(request)
    request.json = [event for place, event in enumerate(sent) if event not in sent[:place]]
    response = await server(request)
    if response.status == 200:
        response.json["processed"] += len(sent) - len(request.json)
    return response


@wrap_server("events.batch-counts", EVENTS)
async def end_of_a_long_batch_is_lost(request: Request, server: Server) -> Response:
    """Of a long array the last event is not counted."""
    if not isinstance(request.json, list) or len(request.json) <= LARGE:
        return await server(request)
    request.json = request.json[:-1]
    response = await server(request)
    if response.status == 200:
        response.json["processed"] += 1
    return response
