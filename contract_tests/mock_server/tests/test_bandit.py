"""The arithmetic of auto-optimisation, with the cases of `vectors/bandit.json`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import bandit, lifecycle
from pictify_mock.domain.bandit import Arm
from pictify_mock.domain.enums import Status

from .factories import BANDIT_ON, GOOD_SECOND, GREEDY, NOW, bandit_experiment, weights
from .vectors import load_vectors

if TYPE_CHECKING:
    from pictify_mock.domain.experiment import Experiment

VECTORS = load_vectors("bandit")
CLOSE = 200  # basis points within which 10,000 draws come to the true share


def draw_of(experiment: Experiment, chance: Random) -> bandit.Slices:
    return bandit.ALGORITHMS[experiment.bandit.algorithm](bandit.arms(experiment), chance)


def optimised_weights(experiment: Experiment, seed: int = 1) -> list[int]:
    """Return the weights that the experiment's algorithm finds, all slices at once."""
    work = draw_of(experiment, Random(seed))
    while True:
        try:
            next(work)
        except StopIteration as end:
            return list(end.value)


def counts(case: dict[str, Any]) -> list[tuple[int, int]]:
    return [(each["impressions"], each["clicks"]) for each in case["counts"]]


@pytest.mark.parametrize("case", VECTORS["posteriors"]["cases"], ids=str)
def test_clicks_are_capped_at_impressions(case: dict[str, int]) -> None:
    """Alpha counts clicks and beta the impressions without one."""
    assert Arm(case["impressions"], case["clicks"]).posterior == (case["alpha"], case["beta"])


@pytest.mark.parametrize("case", VECTORS["equal_split"]["cases"], ids=str)
def test_an_equal_split_adds_up(case: dict[str, Any]) -> None:
    assert bandit.equal_split(10_000, case["variants"]) == case["weights"]
    assert sum(case["weights"]) == 10_000


@pytest.mark.parametrize("case", VECTORS["epsilon_greedy"]["cases"], ids=str)
def test_epsilon_greedy_gives_all_but_a_tenth_to_the_best_click_rate(case: dict[str, Any]) -> None:
    assert optimised_weights(bandit_experiment(counts(case), GREEDY)) == case["weights"]
    assert sum(case["weights"]) == 10_000


@pytest.mark.parametrize("case", VECTORS["thompson_sampling"]["cases"], ids=str)
def test_thompson_sampling_weighs_by_the_probability_of_being_the_best(
    case: dict[str, Any],
) -> None:
    found = optimised_weights(bandit_experiment(counts(case)), case["seed"])
    assert found == case["weights"]
    assert found == pytest.approx([share * 10_000 for share in case["shares"]], abs=CLOSE)


@pytest.mark.parametrize("algorithm", bandit.ALGORITHMS)
@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_weights_are_whole_numbers_that_add_up(algorithm: str, count: int) -> None:
    chance = Random(count)
    counters = [(chance.randrange(999), chance.randrange(1200)) for _ in range(count)]
    config = replace(BANDIT_ON, algorithm=algorithm)
    found = optimised_weights(bandit_experiment(counters, config))
    assert sum(found) == 10_000
    assert all(type(weight) is int and weight >= 0 for weight in found)


def test_sampling_follows_from_the_seed() -> None:
    experiment = bandit_experiment([(50, 6), (50, 5)])
    third = optimised_weights(experiment, 3)
    assert third == optimised_weights(experiment, 3) != optimised_weights(experiment, 4)


class CountingRandom(Random):
    """Count the variates that are drawn."""

    drawn = 0

    def betavariate(self, alpha: float, beta: float) -> float:
        self.drawn += 1
        return super().betavariate(alpha, beta)


@pytest.mark.parametrize("count", [2, 3, 20])
def test_every_slice_of_the_draws_is_short(count: int) -> None:
    chance = CountingRandom(1)
    drawn = [chance.drawn for _ in draw_of(bandit_experiment([(9, 1)] * count), chance)]
    # A slice ends between two draws, each of which takes a variate for every variant.
    longest = max(after - before for before, after in pairwise([*drawn, chance.drawn]))
    assert longest < bandit.VARIATES_IN_A_SLICE + count
    assert (drawn[0], chance.drawn) == (0, bandit.DRAWS * count)


def test_a_start_gives_equal_weights_for_the_warm_up() -> None:
    draft = bandit_experiment([(0, 0)] * 3, status=Status.DRAFT)
    assert weights(bandit.warming_up(draft)) == [10_000, 0, 0]
    assert weights(lifecycle.move(draft, "start", NOW)) == [3334, 3333, 3333]


def test_a_warm_experiment_starts_again_with_its_weights() -> None:
    paused = bandit_experiment(GOOD_SECOND, status=Status.PAUSED)
    assert weights(lifecycle.move(paused, "start", NOW)) == [10_000, 0]
