"""Assign a variant to each visit."""

import hashlib
from collections.abc import Callable, Sequence
from threading import Event
from typing import NamedTuple

from pictify_mock.domain.bots import is_bot, is_mail_client, is_prefetch
from pictify_mock.domain.devices import device
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.schedule_windows import open_variant
from pictify_mock.domain.targeting import first_match
from pictify_mock.domain.variants import BASIS_POINTS
from pictify_mock.domain.visit import Visit

PREPARED = Event()


def prepare() -> None:
    """Load the tables that recognise crawlers and devices.

    Loading takes longer than the server takes to start, so it waits for the first visit. It also
    takes longer than other requests may wait, so call this in a thread.
    """
    is_bot("-")
    device("-")
    PREPARED.set()


def bucket(uid: str, viewer: str) -> int:
    # A hash and not a draw: the same viewer always gets the same bucket, without any storage.
    # The experiment's uid is part of it, so that buckets of two experiments are independent.
    digest = hashlib.md5(f"{uid}:{viewer}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4]) % BASIS_POINTS


class Assignment(NamedTuple):
    """The variant to show, and if showing it may count."""

    variant: Variant
    counts: bool


def assign(experiment: Experiment, visit: Visit, event: str) -> Assignment:
    """Assign a visit of a link, pixel or image. A crawler gets the fallback and does not count."""
    if experiment.status is Status.COMPLETED or _is_viewer(visit, event):
        return Assignment(assigned(experiment, visit), experiment.status is Status.RUNNING)
    return Assignment(fallback(experiment.variants), counts=False)


def _is_viewer(visit: Visit, event: str) -> bool:
    if is_prefetch(visit.headers):
        return False
    user_agent = visit.user_agent
    # The pixel counts e-mail opens. Links in e-mails open in a browser.
    is_opening = event == "impression" and is_mail_client(user_agent)
    return is_opening or not is_bot(user_agent)


def assigned(experiment: Experiment, visit: Visit) -> Variant:
    """Return the winner once there is one, else the choice of the experiment's type."""
    if experiment.status is Status.COMPLETED and experiment.winner_variant_id is not None:
        winner = experiment.variant(experiment.winner_variant_id)
        if winner is not None:
            return winner
    return _CHOICES[experiment.type](experiment, visit)


def fallback(variants: Sequence[Variant]) -> Variant:
    """Return the default variant, or the first."""
    return next((variant for variant in variants if variant.is_default), variants[0])


def _by_bucket(experiment: Experiment, visit: Visit) -> Variant:
    return by_weight(experiment.variants, bucket(experiment.uid, visit.viewer))


def _by_conditions(experiment: Experiment, visit: Visit) -> Variant:
    return first_match(experiment.variants, visit) or fallback(experiment.variants)


def _by_schedule(experiment: Experiment, visit: Visit) -> Variant:
    return open_variant(experiment.variants, visit.now) or fallback(experiment.variants)


def by_weight(variants: tuple[Variant, ...], place: int) -> Variant:
    """Return the first variant whose running total of weights passes the place."""
    passed = 0
    for variant in variants:
        passed += variant.weight
        if place < passed:
            return variant
    return variants[-1]


_CHOICES: dict[ExperimentType, Callable[[Experiment, Visit], Variant]] = {
    ExperimentType.AB_TEST: _by_bucket,
    ExperimentType.SMART_LINK: _by_conditions,
    ExperimentType.SCHEDULED: _by_schedule,
}
