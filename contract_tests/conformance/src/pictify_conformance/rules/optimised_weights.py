"""Experiments with auto-optimisation, and the weights that they come to."""

import time
from collections.abc import Callable

import pytest

from pictify_conformance.testing.experiments import Counters, Lab
from pictify_conformance.testing.payloads import Json, variants

SECOND_IS_BETTER: Counters = {"v0": (20, 0), "v1": (20, 18)}


def bandit(
    algorithm: str = "epsilon_greedy", warm_up: int = 20, minutes: int = 0, enabled: bool = True
) -> Json:
    """The settings of auto-optimisation."""
    settings = {"warmupImpressions": warm_up, "recomputeIntervalMinutes": minutes}
    return {"enabled": enabled, "algorithm": algorithm, **settings}


def running(lab: Lab, config: Json | None, *weights: int) -> Json:
    """A running A/B test with these settings and weights."""
    return lab.experiment("running", variants=variants(*weights), banditConfig=config or ...)


def weights(lab: Lab, experiment: Json) -> list[int]:
    """The weights as a read shows them now."""
    return [variant["weight"] for variant in lab.read(experiment["uid"])["variants"]]


def moved(lab: Lab, experiment: Json, arrived: Callable[[list[int]], bool], what: str) -> list[int]:
    """The weights once they have arrived; finding them may take as long as counting."""
    now, deadline = weights(lab, experiment), time.monotonic() + lab.target.settle
    while not arrived(now) and time.monotonic() < deadline:
        time.sleep(0.05)
        now = weights(lab, experiment)
    if not arrived(now):
        pytest.fail(
            f"expected {what} within {lab.target.settle:g} s, came the weights {now}", pytrace=False
        )
    return now


def near(*expected: int) -> Callable[[list[int]], bool]:
    """Whether weights are these, up to one point of rounding."""
    return lambda now: all(
        abs(weight - other) <= 1 for weight, other in zip(now, expected, strict=True)
    )
