from __future__ import annotations

from ..types import OpenEnum


class BanditAlgorithm(OpenEnum):
    """How auto-optimisation finds the weights."""

    THOMPSON_SAMPLING = "thompson_sampling"
    EPSILON_GREEDY = "epsilon_greedy"
