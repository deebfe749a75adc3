"""Servers of several instances that disagree, and answers that are wrong now and then."""

from copy import deepcopy
from typing import Any

from broken_servers.counting import Hits, recorded
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, patch_mock, wrap_server
from broken_servers.lookup import as_if, status_of
from broken_servers.operations import (
    CLICK,
    COMPLETE,
    EVENTS,
    GET,
    LIST,
    PAUSE,
    PIXEL,
    START,
    UPDATE,
)
from pictify_mock.api import images
from pictify_mock.domain.events import CLICK_LINK
from pictify_mock.domain.events import PIXEL as PIXEL_SEEN

OFTEN = 10  # one in so many goes wrong


def turn(request: Request, what: str, number: int = OFTEN) -> bool:
    """Whether this is one of so many."""
    request.memory[what] = request.memory.get(what, 0) + 1
    return bool(request.memory[what] % number == 0)


# --- two instances


def has_counters_of_its_own(rule: str, name: str) -> None:
    """Declare the fault that every second read comes from an instance that counted nothing of a kind."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        if response.status == 200 and turn(request, request.name, 2):
            for row in response.experiments[0]["variants"]:
                row.update(impressions=0, clicks=0)
        return response

    fault.__name__ = name
    fault.__doc__ = "Each instance counts in its own memory and answers reads in turn."
    wrap_server(rule, GET)(fault)


def is_read_in_turn(rule: str, operation: str) -> None:
    """Declare the fault that one of two instances answers from what it read first."""

    async def fault(request: Request, server: Server) -> Response:
        response = await server(request)
        if request.operation != GET or response.status != 200:
            return response
        stale = request.memory.setdefault("stale", {})
        known = stale.setdefault(request.name, deepcopy(response.json))
        if turn(request, request.name, 2):
            response.json = deepcopy(known)
        return response

    action = operation.removesuffix("Experiment")
    fault.__name__ = f"{action}_is_not_told_to_the_other_instance"
    fault.__doc__ = f"One of two instances is not told of {action}, and answers every second read."
    wrap_server(rule, operation, GET)(fault)


has_counters_of_its_own("events.impression-counts", "impressions_are_those_of_one_instance")
has_counters_of_its_own("events.click-counts", "clicks_are_those_of_one_instance")
has_counters_of_its_own("events.batch-counts", "batches_are_those_of_one_instance")
has_counters_of_its_own("pixel.counts", "pixels_are_those_of_one_instance")
has_counters_of_its_own("click.counts", "visits_are_those_of_one_instance")
is_read_in_turn("lifecycle.start", START)
is_read_in_turn("lifecycle.pause", PAUSE)
is_read_in_turn("lifecycle.complete", COMPLETE)
is_read_in_turn("update.draft-fields", UPDATE)


@wrap_server("list.contains-created", LIST)
async def every_second_list_is_empty(request: Request, server: Server) -> Response:
    """One of two instances has an empty index."""
    response = await server(request)
    if response.status == 200 and turn(request, "list", 2):
        response.json.update(experiments=[], total=0)
    return response


# --- now and then


def is_lost_now_and_then(rule: str, name: str, event: str, details: Any) -> None:
    """Declare the fault that one in ten of what is counted is lost."""

    def fault(patch: Patch) -> None:
        seen = [0]

        def change(hits: Hits) -> Hits:
            kept = []
            for to, told in hits:
                concerned = told.event == event and (details is None or told.details == details)
                seen[0] += concerned
                if not concerned or seen[0] % OFTEN:
                    kept.append((to, told))
            return kept

        recorded(patch, change)

    fault.__name__, fault.__doc__ = name, f"One {event} in ten is lost."
    patch_mock(rule)(fault)


is_lost_now_and_then("events.impression-counts", "tenth_impression_is_lost", "impression", None)
is_lost_now_and_then("events.click-counts", "tenth_click_is_lost", "click", None)
is_lost_now_and_then("click.counts", "tenth_visit_of_a_link_is_lost", "click", CLICK_LINK)
is_lost_now_and_then("pixel.counts", "tenth_pixel_is_lost", "impression", PIXEL_SEEN)
is_lost_now_and_then("image.counts", "tenth_image_is_lost", "impression", images.IMAGE)


def is_500_now_and_then(rule: str, operation: str) -> None:
    """Declare the fault that one call in ten breaks."""

    async def fault(request: Request, server: Server) -> Response:
        return Response.of(500, {}) if turn(request, operation) else await server(request)

    fault.__name__ = f"tenth_{operation.removesuffix('Experiment')}_is_500"
    fault.__doc__ = f"One call of {operation} in ten breaks."
    wrap_server(rule, operation)(fault)


is_500_now_and_then("events.single", EVENTS)
is_500_now_and_then("click.redirect", CLICK)
is_500_now_and_then("pixel.image", PIXEL)
is_500_now_and_then("update.draft-fields", UPDATE)
is_500_now_and_then("lifecycle.start", START)


def is_not_done_now_and_then(rule: str, operation: str, status: str) -> None:
    """Declare the fault that one move in ten is answered and not made."""

    async def fault(request: Request, server: Server) -> Response:
        legal = await status_of(request, server) in ("draft", "running", "paused")
        if legal and turn(request, operation):
            return await as_if(request, server, status=status)
        return await server(request)

    fault.__name__ = f"tenth_{operation.removesuffix('Experiment')}_is_not_done"
    fault.__doc__ = f"One call of {operation} in ten is answered and not done."
    wrap_server(rule, operation)(fault)


is_not_done_now_and_then("lifecycle.start", START, "running")
is_not_done_now_and_then("lifecycle.pause", PAUSE, "paused")
is_not_done_now_and_then("lifecycle.complete", COMPLETE, "completed")


@wrap_server("click.redirect", CLICK)
async def tenth_click_leads_home(request: Request, server: Server) -> Response:
    """One link in ten leads to the start page."""
    response = await server(request)
    if response.status == 302 and turn(request, "home"):
        response.headers["location"] = "https://shop.example.com/"
    return response


@wrap_server("pixel.not-cached", PIXEL)
async def tenth_pixel_may_be_stored(request: Request, server: Server) -> Response:
    """One pixel in ten comes from an edge that lets it be stored."""
    response = await server(request)
    if turn(request, "stored"):
        response.headers["cache-control"] = "public, max-age=60"
    return response
