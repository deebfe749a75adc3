"""Which variant a visit is shown."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .experiment import Status
from .variants import BASIS_POINTS

if TYPE_CHECKING:
    from .experiment import Experiment, Variant
    from .visit import Visit


def bucket(uid: str, viewer: str) -> int:
    digest = hashlib.md5(f"{uid}:{viewer}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % BASIS_POINTS


def assigned(experiment: Experiment, visit: Visit) -> Variant:
    """The variant that this visit is shown: the winner once there is one, else by the weights."""
    if experiment.status is Status.COMPLETED and experiment.winner_variant_id is not None:
        winner = experiment.variant(experiment.winner_variant_id)
        if winner is not None:
            return winner
    return by_weight(experiment.variants, bucket(experiment.uid, visit.viewer))


def by_weight(variants: tuple[Variant, ...], place: int) -> Variant:
    """The first variant whose running total of weights passes the place."""
    passed = 0
    for variant in variants:
        passed += variant.weight
        if place < passed:
            return variant
    return variants[-1]
