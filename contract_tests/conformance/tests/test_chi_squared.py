"""The chi-squared test of splits seldom fails a right server, and seldom passes a wrong one."""

import math
from collections.abc import Iterator, Sequence

import pytest

from pictify_conformance.testing.chi_squared import OPTIMISED_SPLIT as FOUND
from pictify_conformance.testing.chi_squared import SIGNIFICANCE as TOO_UNLIKELY
from pictify_conformance.testing.chi_squared import SPLITS, VIEWERS
from pictify_conformance.testing.chi_squared import chi_squared_p_value as chance

ONE_IN = 100_000


def outcomes(variants: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to split the viewers."""
    for first in range(VIEWERS + 1):
        for second in [VIEWERS - first] if variants == 2 else range(VIEWERS - first + 1):
            yield (first, second, VIEWERS - first - second)[:variants]


def likelihood(counts: Sequence[int], weights: Sequence[int]) -> float:
    """Return the exact probability of a split."""
    ways = math.lgamma(VIEWERS + 1) - sum(math.lgamma(count + 1) for count in counts)
    shares = sum(
        count * math.log(weight / sum(weights))
        for count, weight in zip(counts, weights, strict=True)
    )
    return math.exp(ways + shares)


def failed(judged_by: Sequence[int], split_by: Sequence[int]) -> float:
    """Return how often a server that splits by some weights is failed by others."""
    splits = outcomes(len(judged_by))
    return sum(
        likelihood(counts, split_by)
        for counts in splits
        if chance(counts, judged_by) < TOO_UNLIKELY
    )


def test_conforming_server_is_failed_less_than_once_in_100_000_runs() -> None:
    """Summed over all splits of a run, with exact probabilities."""
    assert sum(failed(weights, weights) for weights in [*SPLITS, FOUND]) < 1 / ONE_IN


@pytest.mark.parametrize(
    ("judged_by", "split_by"),
    [
        ((9000, 1000), (5000, 5000)),
        ((5000, 5000), (9000, 1000)),
        ((3300, 3300, 3400), (5000, 4999, 1)),
        (FOUND, (5000, 5000)),
    ],
)
def test_server_that_splits_by_very_different_weights_is_failed(
    judged_by: Sequence[int], split_by: Sequence[int]
) -> None:
    assert failed(judged_by, split_by) > 0.999


def test_p_value_is_that_of_published_tables() -> None:
    """The 99.9 % points with one and two degrees of freedom are 10.828 and 13.816."""
    assert chance([50 + 1, 50 - 1], [1, 1]) == pytest.approx(math.erfc(math.sqrt(0.04 / 2)))
    assert chance([5000 + 164, 5000 - 164], [1, 1]) == pytest.approx(0.001, rel=0.1)
    assert chance([3333, 3333, 3333], [1, 1, 1]) == 1
