"""Validate and count events."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from pictify_mock.domain.assignment import assigned
from pictify_mock.domain.enums import Status
from pictify_mock.domain.experiment import Counter, Experiment, Variant
from pictify_mock.domain.json_values import deeper_than
from pictify_mock.domain.teams import Team
from pictify_mock.domain.visit import Visit

MAX_BATCH = 100
METADATA_BYTES = 10 * 1024
METADATA_DEPTH = 3

REFERRER_KEPT = 2_048  # characters
DETAILS = ("channel", "device", "referrer", "metadata", "source")
# The details of events that nobody sent: a viewer loaded a link or a pixel.
CLICK_LINK, PIXEL = {"source": "click"}, {"source": "pixel"}
NO_DETAILS: Mapping[str, Any] = MappingProxyType({})


class Target(NamedTuple):
    """The experiment and the variant that an event counts for."""

    experiment: Experiment
    variant: Variant


class RecordedEvent(NamedTuple):
    """An accepted event. `details` are those of `event_details`."""

    at: datetime
    event: str
    variant_id: str
    details: Mapping[str, Any]

    def members(self) -> dict[str, Any]:
        """Return the event as it was sent, but for its experiment and its key."""
        members = {"at": self.at, "event": self.event, "variantId": self.variant_id, **self.details}
        if "metadata" in members:
            members["metadata"] = json.loads(members["metadata"])
        return members


CountedEvent = tuple[Target, RecordedEvent]
Dumps = Callable[[Any], bytes]


def event_details(event: Mapping[str, Any], dumps: Dumps) -> Mapping[str, Any]:
    """Return what is recorded of an event besides its name."""
    details = {name: event[name] for name in DETAILS if event.get(name) is not None}
    if not details:
        return NO_DETAILS
    if "metadata" in details:
        # JSON takes a tenth of the memory of the objects.
        details["metadata"] = dumps(details["metadata"])
    if isinstance(details.get("referrer"), str):
        details["referrer"] = details["referrer"][:REFERRER_KEPT]
    return details


def count(counter: Counter, event: RecordedEvent) -> None:
    if event.event == "impression":
        counter.impressions += 1
    elif event.event == "click":
        counter.clicks += 1
    key = tally(event.event, event.details.get("channel"), event.details.get("device"))
    counter.tallies[key] = counter.tallies.get(key, 0) + 1


def tally(event: str, channel: str | None, device: str | None) -> str:
    """Return the key that such events are counted by: `click/email/mobile` or `view/-/-`."""
    return f"{event}/{channel or '-'}/{device or '-'}"


def target(
    experiment: Experiment | None,
    variant_id: str | None,
    team: Team | None,
    visit: Callable[[], Visit],
) -> Target | str:
    """Return the target of an event, or why it has none.

    `visit` is called only for an event without a variant, which counts for the viewer's variant.
    """
    if experiment is None or (team is not None and experiment.team is not team):
        return "/experiment: is not the slug of an experiment; check its spelling"
    if experiment.status is not Status.RUNNING:
        return f"/experiment: is {experiment.status.value}; only a running experiment counts events"
    variant = (
        assigned(experiment, visit()) if variant_id is None else experiment.variant(variant_id)
    )
    if variant is None:
        return "/variantId: is not a variant of this experiment; send one of its ids, or none"
    return Target(experiment, variant)


def accept(
    event: dict[str, Any], found: Target | str, now: datetime, dumps: Dumps
) -> CountedEvent | str:
    """Return the event with its target, or why it is not counted."""
    if isinstance(found, str):
        return found
    problem = _metadata_problem(event.get("metadata"), dumps)
    if problem is not None:
        return problem
    details = event_details(event, dumps)
    return found, RecordedEvent(now, event["event"], found.variant.id, details)


def _metadata_problem(metadata: dict[str, Any] | None, dumps: Dumps) -> str | None:
    if not metadata:
        return None
    if len(dumps(metadata)) > METADATA_BYTES:
        return f"/metadata: is more than {METADATA_BYTES} bytes of JSON; send less"
    if deeper_than(metadata, METADATA_DEPTH):
        return f"/metadata: is nested more than {METADATA_DEPTH} levels deep; flatten it"
    return None
