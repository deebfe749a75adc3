"""Servers that count events twice, late, elsewhere or not at all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from broken_servers.catalogue.events import is_text, items
from broken_servers.counting import (
    RECORD,
    Change,
    Hits,
    also_as,
    as_another,
    for_place,
    recorded,
    recorded_later,
    times,
)
from broken_servers.exchange import Request, Response
from broken_servers.fault import Layer, Patch, Server, patch_mock, refuse_request, wrap_server
from broken_servers.operations import EVENTS, START
from pictify_mock.api import events as handler
from pictify_mock.api.context import RequestContext
from pictify_mock.domain import events
from pictify_mock.domain.enums import Status

TARGET = events.target


def count_as(rule: str, **changes: Change) -> None:
    """Declare faults that count events in another way."""
    for name, change in changes.items():

        @patch_mock(rule, name=name)
        def _(patch: Patch, change: Change = change) -> None:
            recorded(patch, change)


# --- single events

count_as(
    "events.impression-counts",
    impression_event_counts_twice=times("impression", 2),
    impression_event_is_lost=times("impression", 0),
    impression_event_counts_as_click=as_another("impression", "click"),
    impression_event_counts_for_the_first=for_place("impression", 0),
)


def clicks_after_impressions(hits: Hits) -> Hits:
    """Drop the clicks of variants without impressions."""
    return [
        (to, seen) for to, seen in hits if seen.event != "click" or to.variant.counter.impressions
    ]


count_as(
    "events.click-counts",
    click_event_is_lost=times("click", 0),
    click_event_counts_as_both=also_as("click", "impression"),
    click_event_counts_for_the_last=for_place("click", -1),
    click_event_needs_an_impression=clicks_after_impressions,
)
count_as("events.view", view_counts_as_impression=as_another("view", "impression"))
count_as("events.conversion", conversion_counts_as_click=as_another("conversion", "click"))


# --- arrays


def without_last(hits: Hits) -> Hits:
    """Drop the last of several."""
    return hits[:-1] or hits


def for_first_variant(hits: Hits) -> Hits:
    """Count all for the variant of the first."""
    return [(hits[0][0], seen) for _, seen in hits]


def without_repeats(hits: Hits) -> Hits:
    """Drop all but one of those that are equal."""
    return list({(to.variant.id, seen.event): (to, seen) for to, seen in hits}.values())


count_as(
    "events.batch-counts",
    last_of_an_array_is_lost=without_last,
    array_counts_for_one_variant=for_first_variant,
    equal_events_count_once=without_repeats,
)


@wrap_server("events.partial", EVENTS)
async def events_after_a_broken_one_are_lost(request: Request, server: Server) -> Response:
    """The first event that cannot be counted ends the array."""
    if not isinstance(request.json, list) or not request.json:
        return await server(request)
    processed = 0
    for item in request.json:
        response = await server(request.like("POST", "/s/events", item))
        if response.status != 200 or response.json["errors"]:
            break
        processed += 1
    if response.status == 200:
        response.json["processed"] = processed
    return response


@wrap_server("events.partial", EVENTS)
async def batch_is_refused_after_it_was_counted(request: Request, server: Server) -> Response:
    """An array with an event that cannot be counted is 400, after the others were counted."""
    response = await server(request)
    return Response.of(400, {}) if response.status == 200 and response.json["errors"] else response


# --- when


@patch_mock("events.counted-at-once")
def events_are_counted_by_a_job(patch: Patch) -> None:
    """Events are counted 200 milliseconds later."""
    recorded_later(patch)


@patch_mock("events.updated-at")
def events_touch_the_row(patch: Patch) -> None:
    """Counting changes updatedAt."""

    async def touching(context: Any, hits: Hits) -> None:
        await RECORD(context, hits)
        for uid in {to.experiment.uid for to, _ in hits}:
            experiment = context.store.by_uid(uid)
            context.store.replace(experiment, replace(experiment, updated_at=context.now))

    patch(RequestContext, "record", touching)


# --- in which status


def count_while(patch: Patch, status: Status, *, winner: bool = False) -> None:
    """Count events in another status, too, or those of the winner only."""

    def target(experiment: Any, variant: Any, *given: Any) -> Any:
        counts = experiment is not None and experiment.status is status
        if counts and winner:
            counts = variant == experiment.winner_variant_id
        counted = replace(experiment, status=Status.RUNNING) if counts else experiment
        return TARGET(counted, variant, *given)

    patch(handler, "target", target)


@patch_mock("events.only-running")
def events_count_before_the_start(patch: Patch) -> None:
    count_while(patch, Status.DRAFT)


@patch_mock("events.only-running")
def events_count_while_paused(patch: Patch) -> None:
    count_while(patch, Status.PAUSED)


@patch_mock("events.completed")
def events_count_after_the_end(patch: Patch) -> None:
    count_while(patch, Status.COMPLETED)


@patch_mock("events.completed")
def winner_counts_after_the_end(patch: Patch) -> None:
    count_while(patch, Status.COMPLETED, winner=True)


def count_at_start(is_meant: Callable[[Request], bool]) -> Layer:
    """Return a layer that counts refused events at the next start, if their request is meant."""

    async def layer(request: Request, server: Server) -> Response:
        waiting = request.memory.setdefault("waiting", [])
        response = await server(request)
        if request.operation == START and response.status == 200:
            for item in waiting:
                if item.get("experiment") == response.experiments[0]["slug"]:
                    await server(request.like("POST", "/s/events", item))
        elif request.operation == EVENTS and response.status == 200 and is_meant(request):
            refused = [items(request)[error["index"]] for error in response.json["errors"]]
            waiting += [item for item in refused if isinstance(item, dict)]
        return response

    return layer


def is_any(_: Request) -> bool:
    return True


for name, condition in (
    ("events_of_a_pause_are_counted_after_it", is_any),
    ("pause_is_not_for_beacons", is_text),
):
    wrap_server("events.only-running", EVENTS, START, name=name)(count_at_start(condition))


# --- without a variant


@patch_mock("events.without-variant")
def event_without_variant_is_the_firsts(patch: Patch) -> None:
    """An event without a variant counts for the first one."""

    def target(experiment: Any, variant: Any, *given: Any) -> Any:
        first = experiment.variants[0].id if experiment and variant is None else variant
        return TARGET(experiment, first, *given)

    patch(handler, "target", target)


@refuse_request("events.without-variant", EVENTS)
def event_needs_its_variant(request: Request) -> bool:
    return any("variantId" not in item and "event" in item for item in items(request))


@refuse_request("events.without-variant", EVENTS)
def null_is_no_variant(request: Request) -> bool:
    """A variantId of null is refused."""
    return any(item.get("variantId", "") is None for item in items(request))
