"""Servers of several instances that disagree, and servers that fail in one of ten requests."""

import itertools
from copy import deepcopy
from typing import Any

from broken_servers.counting import Hits, recorded
from broken_servers.exchange import Request, Response
from broken_servers.fault import (
    Server,
    alter_response,
    patch_mock,
    refuse_request,
    wrap_server,
)
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

OFTEN = 10  # one of so many requests fails
MOVES = (
    ("lifecycle.start", START, "running"),
    ("lifecycle.pause", PAUSE, "paused"),
    ("lifecycle.complete", COMPLETE, "completed"),
)


def is_second(request: Request, key: str) -> bool:
    """Return True for every second request with this key."""
    request.memory[key] = not request.memory.get(key, True)
    return bool(request.memory[key])


def is_tenth(request: Request) -> bool:
    """Return True for every tenth request."""
    request.memory["count"] = request.memory.get("count", 0) + 1
    return bool(request.memory["count"] % OFTEN == 0)


# --- two instances


def read_from_instance_without_counters(request: Request, response: Response) -> None:
    if is_second(request, request.name):
        for row in response.experiments[0]["variants"]:
            row.update(impressions=0, clicks=0)


for rule, name in (
    ("events.impression-counts", "impressions_are_those_of_one_instance"),
    ("pixel.counts", "pixels_are_those_of_one_instance"),
    ("click.counts", "visits_are_those_of_one_instance"),
):
    alter_response(rule, GET, name=name)(read_from_instance_without_counters)


def read_from_stale_instance(request: Request, response: Response) -> None:
    if request.operation == GET:
        stale = request.memory.setdefault("stale", {})
        first = stale.setdefault(request.name, deepcopy(response.json))
        if is_second(request, request.name):
            response.json = deepcopy(first)


for rule, operation in (
    *((rule, operation) for rule, operation, _ in MOVES),
    ("update.draft-fields", UPDATE),
):
    action = operation.removesuffix("Experiment")
    name = f"{action}_is_not_told_to_the_other_instance"
    alter_response(rule, operation, GET, name=name)(read_from_stale_instance)


@alter_response("list.contains-created", LIST)
def every_second_list_is_empty(request: Request, response: Response) -> None:
    """One of two instances lists nothing."""
    if is_second(request, "list"):
        response.json.update(experiments=[], total=0)


# --- one of ten requests


def lose_tenth(event: str, details: Any) -> Any:
    """Return a patch that loses every tenth event with these details, or with any if None."""
    count = itertools.count(1)

    def is_kept(seen: Any) -> bool:
        concerned = seen.event == event and details in (None, seen.details)
        return not concerned or next(count) % OFTEN != 0

    return lambda patch: recorded(patch, lambda hits: [hit for hit in hits if is_kept(hit[1])])


for rule, name, event, details in (
    ("events.impression-counts", "tenth_impression_is_lost", "impression", None),
    ("click.counts", "tenth_visit_of_a_link_is_lost", "click", CLICK_LINK),
    ("pixel.counts", "tenth_pixel_is_lost", "impression", PIXEL_SEEN),
    ("image.counts", "tenth_image_is_lost", "impression", images.IMAGE),
):
    patch_mock(rule, name=name)(lose_tenth(event, details))

for rule, operation in (
    ("events.single", EVENTS),
    ("click.redirect", CLICK),
    ("pixel.image", PIXEL),
):
    name = f"tenth_{operation.removesuffix('Experiment')}_is_500"
    refuse_request(rule, operation, status=500, name=name)(is_tenth)


def pretend_tenth_move(status: str) -> Any:
    """Return a layer that answers every tenth move and does not make it."""

    async def layer(request: Request, server: Server) -> Response:
        legal = await status_of(request, server) in ("draft", "running", "paused")
        if legal and is_tenth(request):
            return await as_if(request, server, status=status)
        return await server(request)

    return layer


for rule, operation, status in MOVES:
    name = f"tenth_{operation.removesuffix('Experiment')}_is_not_done"
    sentence = f"Every tenth {operation} is answered with 200 and not done."
    wrap_server(rule, operation, name=name, sentence=sentence)(pretend_tenth_move(status))


@alter_response("pixel.not-cached", PIXEL)
def tenth_pixel_may_be_stored(request: Request, response: Response) -> None:
    """Every tenth pixel may be cached."""
    if is_tenth(request):
        response.headers["cache-control"] = "public, max-age=60"


# --- events that count for the experiment before, too


def count_for_the_one_before(event: str, details: Any) -> Any:
    """Return a patch that counts events for the experiment of the event before, too."""
    last: list[Any] = []

    def change(hits: Hits) -> Hits:
        more = []
        for place, seen in hits:
            if seen.event == event and details in (None, seen.details):
                if last and last[-1].experiment.uid != place.experiment.uid:
                    more.append((last[-1], seen))
                last.append(place)
        return [*hits, *more]

    return lambda patch: recorded(patch, change)


for rule, name, event, details in (
    ("click.counts", "click_counts_for_the_one_before_too", "click", CLICK_LINK),
    ("pixel.counts", "pixel_counts_for_the_one_before_too", "impression", PIXEL_SEEN),
    ("events.batch", "event_counts_for_the_one_before_too", "click", None),
):
    patch_mock(rule, name=name)(count_for_the_one_before(event, details))
