"""How weights are found: the arithmetic, as `vectors/bandit.json` tells it to any implementation."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import bandit, lifecycle
from pictify_mock.domain.bandit import Arm
from pictify_mock.domain.enums import Status

from .trials import GOOD_SECOND, GREEDY, NOW, ON, trial, weights
from .vectors import VECTORS

if TYPE_CHECKING:
    from pictify_mock.domain.experiment import Experiment

BANDIT = json.loads((VECTORS / "bandit.json").read_text(encoding="utf-8"))
CLOSE = 200  # basis points within which 10,000 draws come to the true share


def found(experiment: Experiment, seed: int = 1) -> list[int]:
    """What the algorithm of an experiment finds, all slices at once."""
    work = bandit.slices(experiment, Random(seed))
    while True:
        try:
            next(work)
        except StopIteration as end:
            return list(end.value)


def counts(case: dict[str, Any]) -> list[tuple[int, int]]:
    return [(each["impressions"], each["clicks"]) for each in case["counts"]]


@pytest.mark.parametrize("case", BANDIT["posteriors"]["cases"], ids=str)
def test_posteriors(case: dict[str, int]) -> None:
    """Alpha counts clicks and beta the impressions without one; clicks are capped at impressions."""
    assert Arm(case["impressions"], case["clicks"]).posterior == (case["alpha"], case["beta"])


@pytest.mark.parametrize("case", BANDIT["equal_split"]["cases"], ids=str)
def test_an_equal_split(case: dict[str, Any]) -> None:
    """Equal parts are whole, differ by one at most and add up."""
    assert bandit.equal_split(10_000, case["variants"]) == case["weights"]
    assert sum(case["weights"]) == 10_000


@pytest.mark.parametrize("case", BANDIT["epsilon_greedy"]["cases"], ids=str)
def test_epsilon_greedy(case: dict[str, Any]) -> None:
    """A tenth goes to all alike, the rest to the best click rate."""
    assert found(trial(counts(case), GREEDY)) == case["weights"]
    assert sum(case["weights"]) == 10_000


@pytest.mark.parametrize("case", BANDIT["thompson_sampling"]["cases"], ids=str)
def test_thompson_sampling(case: dict[str, Any]) -> None:
    """The weights come close to each variant's true probability of being the best, and follow from the seed."""
    weights = found(trial(counts(case)), case["seed"])
    assert weights == case["weights"]
    assert weights == pytest.approx([share * 10_000 for share in case["shares"]], abs=CLOSE)


@pytest.mark.parametrize("algorithm", bandit.ALGORITHMS)
@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_weights_add_up(algorithm: str, count: int) -> None:
    """Whatever was counted, the weights are whole numbers that add up to 10,000."""
    chance = Random(count)
    result = found(
        trial(
            [(chance.randrange(999), chance.randrange(1200)) for _ in range(count)],
            replace(ON, algorithm=algorithm),
        )
    )
    assert sum(result) == 10_000
    assert all(type(weight) is int and weight >= 0 for weight in result)


def test_sampling_is_reproducible() -> None:
    """One seed gives one result, another seed another."""
    experiment = trial([(50, 6), (50, 5)])
    assert found(experiment, 3) == found(experiment, 3) != found(experiment, 4)


class Counting(Random):
    """Counts the variates that are drawn."""

    drawn = 0

    def betavariate(self, alpha: float, beta: float) -> float:
        self.drawn += 1
        return super().betavariate(alpha, beta)


@pytest.mark.parametrize("count", [2, 3, 20])
def test_slices_are_short(count: int) -> None:
    """No slice of the draws holds more than its share, however many variants there are."""
    chance = Counting(1)
    seen = [chance.drawn for _ in bandit.slices(trial([(9, 1)] * count), chance)]
    assert (
        max(after - before for before, after in pairwise([*seen, chance.drawn]))
        < bandit.VARIATES_IN_A_SLICE + count
    )
    assert (seen[0], chance.drawn) == (0, bandit.DRAWS * count)


def test_learning_in_rounds_finds_the_better_arm() -> None:
    """Fed with viewers by its own weights, the bandit ends up with the better of two click rates."""
    chance, rates = Random(11), (0.05, 0.15)
    for algorithm, least in (("thompson_sampling", 9_000), ("epsilon_greedy", 9_500)):
        experiment = trial([(10, 0), (10, 0)], replace(ON, algorithm=algorithm))
        for seed in range(15):
            experiment = bandit.optimised(experiment, found(experiment, seed), NOW)
            for index in chance.choices((0, 1), weights(experiment), k=200):
                counter = experiment.variants[index].counter
                counter.impressions += 1
                counter.clicks += chance.random() < rates[index]
        assert weights(experiment)[1] >= least


def test_the_warm_up_begins_with_the_start() -> None:
    """An experiment is started with equal weights."""
    draft = replace(trial([(0, 0)] * 3), status=Status.DRAFT)
    assert weights(bandit.warming_up(draft)) == [10_000, 0, 0]
    assert weights(lifecycle.move(draft, "start", NOW)) == [3334, 3333, 3333]


def test_a_warm_trial_goes_on_where_it_was() -> None:
    """An experiment that has learned enough is started again with the weights that it had."""
    paused = replace(trial(GOOD_SECOND), status=Status.PAUSED)
    assert weights(lifecycle.move(paused, "start", NOW)) == [10_000, 0]
