"""Ways to count wrongly, put between the mock's handlers and what they record."""

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
    """Record what a function makes of the hits of a request: pairs of where they belong and what was seen."""
    patch(RequestContext, "record", lambda context, hits: RECORD(context, change(list(hits))))


def counting_while(patch: Patch, status: Status) -> None:
    """Count visits in another status, too."""

    def assign(experiment: Any, visit: Any) -> assignment.Assignment:
        found = ASSIGN(experiment, visit)
        return found._replace(counts=True) if experiment.status is status else found

    patch(tracking, "assign", assign)


def times(event: str, number: int) -> Change:
    """Count one kind of event so many times."""
    return lambda hits: [hit for hit in hits for _ in range(number if hit[1].event == event else 1)]


def as_another(event: str, other: str) -> Change:
    """Count one kind of event as another."""
    return lambda hits: [
        (to, seen._replace(event=other) if seen.event == event else seen) for to, seen in hits
    ]


def also_as(event: str, other: str) -> Change:
    """Count one kind of event as another, too."""
    return lambda hits: [
        *hits,
        *((to, seen._replace(event=other)) for to, seen in hits if seen.event == event),
    ]


def for_place(event: str, place: int) -> Change:
    """Count one kind of event for the variant in a place."""

    def change(hits: Hits) -> Hits:
        moved = [(to._replace(variant=to.experiment.variants[place]), seen) for to, seen in hits]
        return [
            there if there[1].event == event else here
            for here, there in zip(hits, moved, strict=True)
        ]

    return change


def recount(details: Any, change: Change) -> Callable[[Patch], None]:
    """Return a patch that changes how events with these details are counted."""

    def change_some(hits: Hits) -> Hits:
        others = [hit for hit in hits if hit[1].details != details]
        return [*others, *change([hit for hit in hits if hit[1].details == details])]

    return lambda patch: recorded(patch, change_some)
