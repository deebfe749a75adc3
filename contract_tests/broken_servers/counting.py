"""Wrong ways to count, put between the mock's handlers and its counters.

A handler records a list of pairs: the place of an event (experiment and variant) and the event.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

from broken_servers.fault import Patch
from pictify_mock.api import tracking
from pictify_mock.api.context import RequestContext
from pictify_mock.domain import assignment
from pictify_mock.domain.enums import Status

Hits: TypeAlias = list[Any]
Change: TypeAlias = Callable[[Hits], Hits]

RECORD = RequestContext.record
ASSIGN = assignment.assign


def recorded(patch: Patch, change: Change) -> None:
    """Change the pairs of each request before the mock records them."""
    patch(RequestContext, "record", lambda context, hits: RECORD(context, change(list(hits))))


def counting_while(patch: Patch, status: Status) -> None:
    """Count visits in another status, too."""

    def assign(experiment: Any, *visit: Any) -> assignment.Assignment:
        found = ASSIGN(experiment, *visit)
        return found._replace(counts=True) if experiment.status is status else found

    patch(tracking, "assign", assign)


def recorded_later(patch: Patch) -> None:
    """Record what a request counts 200 milliseconds after its response."""

    async def record(context: Any, hits: Any) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.2, lambda: asyncio.ensure_future(RECORD(context, hits)))

    patch(RequestContext, "record", record)


def times(event: str, number: int) -> Change:
    """Return a change that counts one kind of event this many times."""
    return lambda hits: [hit for hit in hits for _ in range(number if hit[1].event == event else 1)]


def as_another(event: str, other: str) -> Change:
    """Return a change that counts one kind of event as another."""
    return lambda hits: [
        (to, seen._replace(event=other) if seen.event == event else seen) for to, seen in hits
    ]


def also_as(event: str, other: str) -> Change:
    """Return a change that counts one kind of event as another, too."""
    return lambda hits: [
        *hits,
        *((to, seen._replace(event=other)) for to, seen in hits if seen.event == event),
    ]


def for_place(event: str, place: int) -> Change:
    """Return a change that counts one kind of event for the variant with this index."""

    def change(hits: Hits) -> Hits:
        return [
            (to._replace(variant=to.experiment.variants[place]), seen)
            if seen.event == event
            else (to, seen)
            for to, seen in hits
        ]

    return change


def recount(details: Any, change: Change) -> Callable[[Patch], None]:
    """Return a patch that changes how events with these details are counted."""

    def change_some(hits: Hits) -> Hits:
        others = [hit for hit in hits if hit[1].details != details]
        return [*others, *change([hit for hit in hits if hit[1].details == details])]

    return lambda patch: recorded(patch, change_some)
