"""What an event counts, and why it may not."""

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
CLICK_LINK, PIXEL = {"source": "click"}, {"source": "pixel"}  # no event was sent, a viewer came by
NO_DETAILS: Mapping[str, Any] = MappingProxyType({})


class Target(NamedTuple):
    """Where an event belongs."""

    experiment: Experiment
    variant: Variant


class RecordedEvent(NamedTuple):
    """An accepted event as it is kept: without the experiment, which changes. `details` are those of `kept`."""

    at: datetime
    event: str
    variant_id: str
    details: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """What a reader is shown: nothing that was not sent, and never its key."""
        told = {"at": self.at, "event": self.event, "variantId": self.variant_id, **self.details}
        if "metadata" in told:
            told["metadata"] = json.loads(told["metadata"])
        return told


CountedEvent = tuple[Target, RecordedEvent]
Dumps = Callable[[Any], bytes]


def kept(event: Mapping[str, Any], dumps: Dumps) -> Mapping[str, Any]:
    """What is kept of an event beside its kind. Metadata is kept as its JSON, a tenth of the size of its objects."""
    details = {name: event[name] for name in DETAILS if event.get(name) is not None}
    if not details:
        return NO_DETAILS
    if "metadata" in details:
        details["metadata"] = dumps(details["metadata"])
    if isinstance(details.get("referrer"), str):
        details["referrer"] = details["referrer"][:REFERRER_KEPT]
    return details


def count(credit: Counter, seen: RecordedEvent) -> None:
    if seen.event == "impression":
        credit.impressions += 1
    elif seen.event == "click":
        credit.clicks += 1
    key = tally(seen.event, seen.details.get("channel"), seen.details.get("device"))
    credit.tallies[key] = credit.tallies.get(key, 0) + 1


def tally(event: str, channel: str | None, device: str | None) -> str:
    """The name under which such events are counted, such as `click/email/mobile` or `view/-/-`."""
    return f"{event}/{channel or '-'}/{device or '-'}"


def target(
    experiment: Experiment | None,
    variant_id: str | None,
    team: Team | None,
    visit: Callable[[], Visit],
) -> Target | str:
    """Where the events that name these belong, or why nowhere. Most name their variant and need no visit."""
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


def judge(
    event: dict[str, Any], found: Target | str, now: datetime, dumps: Dumps
) -> CountedEvent | str:
    """The hit that a well-formed event makes where it belongs, or why it makes none."""
    if isinstance(found, str):
        return found
    problem = _metadata_problem(event.get("metadata"), dumps)
    return problem or (
        found,
        RecordedEvent(now, event["event"], found.variant.id, kept(event, dumps)),
    )


def _metadata_problem(metadata: dict[str, Any] | None, dumps: Dumps) -> str | None:
    if not metadata:
        return None
    if len(dumps(metadata)) > METADATA_BYTES:
        return f"/metadata: is more than {METADATA_BYTES} bytes of JSON; send less"
    if deeper_than(metadata, METADATA_DEPTH):
        return f"/metadata: is nested more than {METADATA_DEPTH} levels deep; flatten it"
    return None
