"""Which variant a visit is shown."""

import hashlib
from collections.abc import Callable, Sequence
from threading import Event
from typing import NamedTuple

from pictify_mock.domain.bots import is_bot
from pictify_mock.domain.devices import device
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.schedule_windows import on_show
from pictify_mock.domain.targeting import aimed_at
from pictify_mock.domain.variants import BASIS_POINTS
from pictify_mock.domain.visit import Visit

PREPARED = Event()


def prepare() -> None:
    """Load the tables that tell crawlers and devices.

    It takes longer than the server takes to start, so it is done with the first visit; and it takes
    longer than another request may wait, so it is done in a thread.
    """
    is_bot("-")
    device("-")
    PREPARED.set()


def bucket(uid: str, viewer: str) -> int:
    digest = hashlib.md5(f"{uid}:{viewer}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % BASIS_POINTS


class Assignment(NamedTuple):
    """The variant that is shown, and whether showing it may count."""

    variant: Variant
    counts: bool


def assign(experiment: Experiment, visit: Visit) -> Assignment:
    """What a link, pixel or image shows: to a crawler the fallback, so that it counts for nobody."""
    if experiment.status is Status.COMPLETED or not is_bot(visit.user_agent):
        return Assignment(assigned(experiment, visit), experiment.status is Status.RUNNING)
    return Assignment(fallback(experiment.variants), counts=False)


def assigned(experiment: Experiment, visit: Visit) -> Variant:
    """The variant that this visit is shown: the winner once there is one, else what the type decides by."""
    if experiment.status is Status.COMPLETED and experiment.winner_variant_id is not None:
        winner = experiment.variant(experiment.winner_variant_id)
        if winner is not None:
            return winner
    return _CHOICES[experiment.type](experiment, visit)


def fallback(variants: Sequence[Variant]) -> Variant:
    """The default variant, or the first."""
    return next((variant for variant in variants if variant.is_default), variants[0])


def _drawn(experiment: Experiment, visit: Visit) -> Variant:
    return by_weight(experiment.variants, bucket(experiment.uid, visit.viewer))


def _aimed(experiment: Experiment, visit: Visit) -> Variant:
    return aimed_at(experiment.variants, visit) or fallback(experiment.variants)


def _scheduled(experiment: Experiment, visit: Visit) -> Variant:
    return on_show(experiment.variants, visit.now) or fallback(experiment.variants)


def by_weight(variants: tuple[Variant, ...], place: int) -> Variant:
    """The first variant whose running total of weights passes the place."""
    passed = 0
    for variant in variants:
        passed += variant.weight
        if place < passed:
            return variant
    return variants[-1]


_CHOICES: dict[ExperimentType, Callable[[Experiment, Visit], Variant]] = {
    ExperimentType.AB_TEST: _drawn,
    ExperimentType.SMART_LINK: _aimed,
    ExperimentType.SCHEDULED: _scheduled,
}
