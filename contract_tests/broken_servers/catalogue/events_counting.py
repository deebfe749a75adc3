"""Events that are counted twice, late, elsewhere or not at all."""

import asyncio
import json
from dataclasses import replace
from typing import Any

from broken_servers.counting import (
    RECORD,
    Change,
    Hits,
    also_as,
    as_another,
    for_place,
    recorded,
    times,
)
from broken_servers.exchange import Request, Response
from broken_servers.fault import Patch, Server, patch_mock, wrap_server
from broken_servers.operations import EVENTS, START
from pictify_mock.api import events as handler
from pictify_mock.api.context import RequestContext
from pictify_mock.domain import events
from pictify_mock.domain.enums import Status

TARGET = events.target


def is_counted(rule: str, name: str, sentence: str, change: Change) -> None:
    """Declare the fault that events are counted in another way."""

    def fault(patch: Patch) -> None:
        recorded(patch, change)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


for rule, event, other in (
    ("events.impression-counts", "impression", "click"),
    ("events.click-counts", "click", "impression"),
):
    is_counted(
        rule,
        f"{event}_event_counts_twice",
        f"A retried job counts each {event} twice.",
        times(event, 2),
    )
    is_counted(rule, f"{event}_event_is_lost", f"No {event} event is counted.", times(event, 0))
    is_counted(
        rule,
        f"{event}_event_counts_as_{other}",
        f"An {event} is an {other}.",
        as_another(event, other),
    )
    is_counted(
        rule,
        f"{event}_event_counts_as_both",
        f"An {event} is an {other}, too.",
        also_as(event, other),
    )
    is_counted(
        rule,
        f"{event}_event_counts_for_the_first",
        f"Each {event} is the first's.",
        for_place(event, 0),
    )
    is_counted(
        rule,
        f"{event}_event_counts_for_the_last",
        f"Each {event} is the last's.",
        for_place(event, -1),
    )
is_counted(
    "events.view", "view_counts_as_impression", "A view is one.", as_another("view", "impression")
)
is_counted(
    "events.conversion",
    "conversion_counts_as_click",
    "It is one.",
    as_another("conversion", "click"),
)


def clicks_after_impressions(hits: Hits) -> Hits:
    """Without the clicks of variants that nobody was shown."""
    return [
        (to, seen) for to, seen in hits if seen.event != "click" or to.variant.counter.impressions
    ]


def first_of_each(hits: Hits) -> Hits:
    """The first hit of each variant."""
    return list({to.variant.id: (to, seen) for to, seen in reversed(hits)}.values())


def without_repeats(hits: Hits) -> Hits:
    """One of the hits that are alike."""
    return list({(to.variant.id, seen.event): (to, seen) for to, seen in hits}.values())


def for_the_first_named(hits: Hits) -> Hits:
    """All hits for the variant of the first."""
    return [(hits[0][0], seen) for _, seen in hits]


for rule, name, sentence, change in (
    (
        "click",
        "click_event_needs_an_impression",
        "Who saw nothing did not click.",
        clicks_after_impressions,
    ),
    (
        "batch",
        "first_of_an_array_is_counted",
        "Of an array the first event is counted.",
        lambda hits: hits[:1],
    ),
    (
        "batch",
        "last_of_an_array_is_lost",
        "The last of an array is lost.",
        lambda hits: hits[:-1] or hits,
    ),
    (
        "batch",
        "array_counts_for_one_variant",
        "All of an array counts for the first's.",
        for_the_first_named,
    ),
    (
        "batch",
        "equal_events_count_once",
        "Events that are alike are taken for a retry.",
        without_repeats,
    ),
    (
        "batch",
        "array_counts_once_for_each_variant",
        "A join counts each row of variants once.",
        first_of_each,
    ),
):
    is_counted(f"events.{rule}-counts", name, sentence, change)


@patch_mock("events.impression-counts")
def impressions_are_sampled(patch: Patch) -> None:
    """One impression in ten is counted, as ten."""
    place = iter(range(10**9))

    def sampled(seen: Any) -> int:
        return 1 if seen.event != "impression" else 10 * (next(place) % 10 == 9)

    recorded(patch, lambda hits: [(to, seen) for to, seen in hits for _ in range(sampled(seen))])


# --- when


@patch_mock("events.counted-at-once")
def events_are_counted_by_a_job(patch: Patch) -> None:
    """Events are counted 200 milliseconds later."""
    patch(
        RequestContext,
        "record",
        lambda context, hits: (
            asyncio.get_running_loop().call_later(0.2, RECORD, context, hits) and None
        ),
    )


@patch_mock("events.counted-at-once")
def last_events_wait_for_the_next(patch: Patch) -> None:
    """A buffer is written when the next events come."""
    waiting: list[Any] = []

    def change(hits: Hits) -> Hits:
        before, waiting[:] = list(waiting), hits
        return before

    recorded(patch, change)


# --- whose and in which status


def counts_while(rule: str, name: str, sentence: str, status: Status) -> None:
    """Declare the fault that events count in another status, too."""

    def fault(patch: Patch) -> None:
        def target(experiment: Any, *given: Any) -> Any:
            runs = experiment is not None and experiment.status is status
            return TARGET(
                replace(experiment, status=Status.RUNNING) if runs else experiment, *given
            )

        patch(handler, "target", target)

    fault.__name__, fault.__doc__ = name, sentence
    patch_mock(rule)(fault)


counts_while(
    "events.only-running", "events_count_before_the_start", "A draft counts events.", Status.DRAFT
)
counts_while(
    "events.only-running",
    "events_count_while_paused",
    "The pause is for pictures only.",
    Status.PAUSED,
)
counts_while(
    "events.completed",
    "events_count_after_the_end",
    "Completed ones count events.",
    Status.COMPLETED,
)


@wrap_server("events.only-running", EVENTS, START)
async def events_of_a_pause_are_counted_after_it(request: Request, server: Server) -> Response:
    """Events that come during a pause wait in a queue until the start."""
    waiting = request.memory.setdefault("waiting", [])
    response = await server(request)
    if request.operation == EVENTS and response.status == 200 and response.json["errors"]:
        items = request.json if isinstance(request.json, list) else [request.json]
        waiting += [items[error["index"]] for error in response.json["errors"]]
    elif request.operation == START and response.status == 200:
        slug = response.experiments[0]["slug"]
        for item in [
            item for item in waiting if isinstance(item, dict) and item.get("experiment") == slug
        ]:
            await server(request.like("POST", "/s/events", item))
    return response


@wrap_server("events.only-running", EVENTS, START)
async def pause_is_not_for_beacons(request: Request, server: Server) -> Response:
    """Beacons are counted by another job, which knows no pause."""
    waiting, plain = (
        request.memory.setdefault("beacons", []),
        "text/plain" in request.headers.get("content-type", ""),
    )
    response = await server(request)
    if request.operation == EVENTS and plain and response.status == 200 and response.json["errors"]:
        waiting.append(json.loads(request.body.content))
    elif request.operation == START and response.status == 200:
        for item in [
            item for item in waiting if item["experiment"] == response.experiments[0]["slug"]
        ]:
            await server(request.like("POST", "/s/events", item))
    return response


@patch_mock("events.completed")
def winner_counts_after_the_end(patch: Patch) -> None:
    """Of a completed experiment the winner goes on counting."""

    def target(experiment: Any, variant: Any, *given: Any) -> Any:
        ended = experiment is not None and experiment.status is Status.COMPLETED
        won = ended and variant == experiment.winner_variant_id
        return TARGET(
            replace(experiment, status=Status.RUNNING) if won else experiment, variant, *given
        )

    patch(handler, "target", target)


@patch_mock("events.without-variant")
def event_without_variant_is_the_firsts(patch: Patch) -> None:
    """An event without its variant counts for the first."""

    def target(experiment: Any, variant: Any, *given: Any) -> Any:
        first = experiment.variants[0].id if experiment and variant is None else variant
        return TARGET(experiment, first, *given)

    patch(handler, "target", target)


@wrap_server("events.without-variant", EVENTS)
async def event_needs_its_variant(request: Request, server: Server) -> Response:
    """An event without its variant is refused."""
    items = request.json if isinstance(request.json, list) else [request.json]
    missing = any(
        isinstance(item, dict) and "variantId" not in item and "event" in item for item in items
    )
    return Response.of(400, {}) if missing else await server(request)


@wrap_server("events.without-variant", EVENTS)
async def null_is_no_variant(request: Request, server: Server) -> Response:
    """A variantId of null is refused."""
    items = request.json if isinstance(request.json, list) else [request.json]
    null = any(isinstance(item, dict) and item.get("variantId", "") is None for item in items)
    return Response.of(400, {}) if null else await server(request)


@patch_mock("events.updated-at")
def events_touch_the_row(patch: Patch) -> None:
    """Counting writes the row, and with it updatedAt."""

    def touching(context: Any, hits: Hits) -> None:
        RECORD(context, hits)
        for uid in {to.experiment.uid for to, _ in hits}:
            one = context.store.by_uid(uid)
            context.store.replace(one, replace(one, updated_at=context.now))

    patch(RequestContext, "record", touching)


@wrap_server("events.partial", EVENTS)
async def events_after_a_broken_one_are_lost(request: Request, server: Server) -> Response:
    """The first event that cannot be taken ends the batch."""
    if not isinstance(request.json, list) or not request.json:
        return await server(request)
    taken = 0
    for item in request.json:
        response = await server(request.like("POST", "/s/events", item))
        if response.status != 200 or response.json["errors"]:
            break
        taken += 1
    if response.status == 200:
        response.json["processed"] = taken
    return response


@wrap_server("events.partial", EVENTS)
async def batch_is_refused_after_it_was_counted(request: Request, server: Server) -> Response:
    """A batch with an event that cannot be taken is 400, and the others were counted before that was noticed."""
    response = await server(request)
    return Response.of(400, {}) if response.status == 200 and response.json["errors"] else response
