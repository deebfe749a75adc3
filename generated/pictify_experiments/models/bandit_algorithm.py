from __future__ import annotations

from ..types import OpenEnum


class BanditAlgorithm(OpenEnum):
    """The algorithm of auto-optimisation."""

    THOMPSON_SAMPLING = "thompson_sampling"
    EPSILON_GREEDY = "epsilon_greedy"
