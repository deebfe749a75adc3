"""What an event counts, and why it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from .experiment import Status
from .json_values import deeper_than
from .viewers import assigned

if TYPE_CHECKING:
    from collections.abc import Callable

    from .experiment import Experiment, Variant
    from .teams import Team
    from .visit import Visit

MAX_BATCH = 100
METADATA_BYTES = 10 * 1024
METADATA_DEPTH = 3

COUNTERS = {"impression": "impressions", "click": "clicks"}


class Hit(NamedTuple):
    """An accepted event: the experiment and the variant that it belongs to."""

    experiment: Experiment
    variant: Variant
    event: str


def count(hit: Hit) -> None:
    counter = COUNTERS.get(hit.event)
    if counter is not None:
        setattr(hit.variant.counter, counter, getattr(hit.variant.counter, counter) + 1)


def judge(
    event: dict[str, Any], experiment: Experiment | None, team: Team | None, visit: Callable[[], Visit]
) -> Hit | str:
    """The hit that a well-formed event makes, or why it makes none. Most name their variant and need no visit."""
    if experiment is None or (team is not None and experiment.team is not team):
        return "/experiment: is not the slug of an experiment; check its spelling"
    if experiment.status is not Status.RUNNING:
        return f"/experiment: is {experiment.status.value}; only a running experiment counts events"
    variant_id = event.get("variantId")
    variant = assigned(experiment, visit()) if variant_id is None else experiment.variant(variant_id)
    if variant is None:
        return "/variantId: is not a variant of this experiment; send one of its ids, or none"
    return _metadata_problem(event.get("metadata")) or Hit(experiment, variant, event["event"])


def _metadata_problem(metadata: dict[str, Any] | None) -> str | None:
    if not metadata:
        return None
    if len(orjson.dumps(metadata)) > METADATA_BYTES:
        return f"/metadata: is more than {METADATA_BYTES} bytes of JSON; send less"
    if deeper_than(metadata, METADATA_DEPTH):
        return f"/metadata: is nested more than {METADATA_DEPTH} levels deep; flatten it"
    return None
