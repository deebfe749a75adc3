"""Pearson's chi-squared test for the split of viewers over variants."""

import math
from collections.abc import Sequence

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing.assertions import assert_status
from pictify_conformance.testing.counters import total
from pictify_conformance.testing.failures import Unexpected
from pictify_conformance.testing.payloads import Json, viewer
from pictify_conformance.testing.team import Team

VIEWERS = 250
SPLITS = ((5000, 5000), (9000, 1000), (3300, 3300, 3400))
OPTIMISED_SPLIT = (500, 9500)
"""The weights that auto-optimisation comes to in the test of its traffic."""

SIGNIFICANCE = 1e-7
"""A smaller p-value fails a server: over all splits, fewer than 1 conforming server in 100,000."""


def chi_squared_p_value(counts: Sequence[int], weights: Sequence[int]) -> float:
    """Return the probability of a split this far from the weights or farther.

    There are two or three variants, so one or two degrees of freedom.
    """
    expected = [sum(counts) * weight / sum(weights) for weight in weights]
    distance = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    return math.erfc(math.sqrt(distance / 2)) if len(counts) == 2 else math.exp(-distance / 2)


def assert_split(team: Team, running: Json, weights: Sequence[int]) -> None:
    """Assert that these weights may have split the next viewers of a running experiment."""
    before = team.counters.read(running)
    for number in range(VIEWERS):
        assert_status(team.api.load_pixel(running["slug"], headers=viewer(number)), 200)
    goal = (total(before)[0] + VIEWERS, total(before)[1])
    after = team.counters.wait_for(
        running, lambda now: total(now) >= goal, f"{VIEWERS} impressions more"
    )
    counts = [after[id_][0] - before[id_][0] for id_ in before]
    p_value = chi_squared_p_value(counts, weights)
    if p_value < SIGNIFICANCE:
        split = f"{VIEWERS} viewers were split {counts} by the weights {list(weights)}"
        raise Unexpected(Detail(f"{split}; the probability of that is {p_value:.0e}"))
