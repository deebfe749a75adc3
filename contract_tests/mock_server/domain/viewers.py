"""Who looks, and which variant they see."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .experiment import Status
from .variants import BASIS_POINTS

if TYPE_CHECKING:
    from .experiment import Experiment, Variant


def viewer_key(ip: str, user_agent: str) -> str:
    """The same person on the same device, as far as anyone can tell without cookies."""
    return hashlib.sha256(f"{ip}{user_agent}".encode()).hexdigest()[:16]


def bucket(uid: str, viewer: str) -> int:
    digest = hashlib.md5(f"{uid}:{viewer}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % BASIS_POINTS


def assigned(experiment: Experiment, viewer: str) -> Variant:
    """The variant that this viewer sees: the winner once there is one, else by the weights."""
    if experiment.status is Status.COMPLETED and experiment.winner_variant_id is not None:
        winner = experiment.variant(experiment.winner_variant_id)
        if winner is not None:
            return winner
    return by_weight(experiment.variants, bucket(experiment.uid, viewer))


def by_weight(variants: tuple[Variant, ...], place: int) -> Variant:
    """The first variant whose running total of weights passes the place."""
    passed = 0
    for variant in variants:
        passed += variant.weight
        if place < passed:
            return variant
    return variants[-1]
