"""Servers that lose some events, or count some twice."""

import json
from collections.abc import Callable
from typing import Any

from broken_servers.exchange import Request, Response
from broken_servers.fault import Layer, Server, wrap_server
from broken_servers.operations import CLICK, EVENTS, PIXEL

TAKEN = {"ok": True, "processed": 1, "errors": [], "warning": "write_key_recommended"}
MANY = 10


# --- a queue that delivers twice

# The repetition comes after the test has read its counters. Only a second reading, at the end of
# the run, can notice it.


def deliver_again(
    operation: str, delay: int, is_meant: Callable[[Any], bool] = lambda _: True
) -> Layer:
    """Return a layer that repeats requests after `delay` others, if their body is meant."""

    async def layer(request: Request, server: Server) -> Response:
        due = request.memory.setdefault("due", [])
        number = request.memory["requests"] = request.memory.get("requests", 0) + 1
        while due and due[0][0] <= number:
            await server(due.pop(0)[1])
        if request.operation == operation and is_meant(request.json):
            body = request.json if operation == EVENTS else None
            due.append((number + delay, request.like(request.method, request.path, body)))
        return await server(request)

    return layer


def is_impression(body: Any) -> bool:
    return isinstance(body, dict) and body.get("event") == "impression"


def is_click(body: Any) -> bool:
    return isinstance(body, dict) and body.get("event") == "click"


def is_array(body: Any) -> bool:
    return isinstance(body, list)


for rule, name, layer in (
    ("click.counts", "link", deliver_again(CLICK, 20)),
    ("pixel.counts", "pixel", deliver_again(PIXEL, 20)),
    ("events.impression-counts", "impression", deliver_again(EVENTS, 20, is_impression)),
    ("events.click-counts", "click", deliver_again(EVENTS, 20, is_click)),
    ("events.batch-counts", "batch", deliver_again(EVENTS, 10, is_array)),
):
    wrap_server(rule, name=f"{name}_is_delivered_again")(layer)


# --- counters that miss some


async def visit_uncounted(request: Request, server: Server) -> Response:
    """Respond to a visit without counting it, which is what the mock does for HEAD."""
    request.scope["method"] = "HEAD"
    response = await server(request)
    request.scope["method"] = "GET"
    return response


async def lose_every_fifth(request: Request, server: Server) -> Response:
    """Count four of five visits."""
    number = request.memory["visits"] = request.memory.get("visits", 0) + 1
    return await (server(request) if number % 5 else visit_uncounted(request, server))


async def count_each_viewer_once(request: Request, server: Server) -> Response:
    """Count a viewer's first visit to each experiment."""
    visit = (request.name, request.headers.get("user-agent"))
    is_known, request.memory[visit] = visit in request.memory, True
    return await (visit_uncounted(request, server) if is_known else server(request))


for operation, name in ((CLICK, "click"), (PIXEL, "pixel")):
    rule = f"{name}.counts"
    wrap_server(rule, operation, name=f"some_{name}s_are_lost")(lose_every_fifth)
    wrap_server(rule, operation, name=f"{name}s_are_counted_once_a_viewer")(count_each_viewer_once)


@wrap_server("events.impression-counts", EVENTS)
async def same_event_is_counted_once(request: Request, server: Server) -> Response:
    sent = json.dumps(request.json, sort_keys=True)
    is_known, request.memory[sent] = sent in request.memory, True
    if is_known and isinstance(request.json, dict):
        return Response.of(200, TAKEN)
    return await server(request)


@wrap_server("events.batch-counts", EVENTS)
async def end_of_a_long_batch_is_lost(request: Request, server: Server) -> Response:
    """The last event of more than ten is not counted."""
    if not isinstance(request.json, list) or len(request.json) <= MANY:
        return await server(request)
    request.json = request.json[:-1]
    response = await server(request)
    if response.status == 200:
        response.json["processed"] += 1
    return response
