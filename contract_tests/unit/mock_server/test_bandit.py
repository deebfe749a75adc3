"""Auto-optimisation: how weights are found, and when they are written to whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from contract_tests.mock_server.domain import bandit, lifecycle, plans
from contract_tests.mock_server.domain.bandit import Arm
from contract_tests.mock_server.domain.experiment import (
    BanditConfig,
    Counter,
    Experiment,
    ExperimentType,
    Status,
    Variant,
)
from contract_tests.mock_server.domain.teams import Team
from contract_tests.mock_server.optimiser import Optimiser
from contract_tests.mock_server.store import Store

from .conftest import StoppedClock

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
TEAM = Team(b"key", (), plans.PLANS["business"])
ON = BanditConfig(enabled=True, warmup_impressions=10, recompute_interval_minutes=15)
GREEDY = replace(ON, algorithm="epsilon_greedy")
GOOD_SECOND = [(100, 1), (100, 30)]


def trial(counts: Sequence[tuple[int, int]], config: BanditConfig = ON, **changes: Any) -> Experiment:
    """A running A/B test whose variants have these impressions and clicks, the first with all the weight."""
    variants = tuple(
        Variant(f"v{index}", 10_000 if index == 0 else 0, counter=Counter(*each)) for index, each in enumerate(counts)
    )
    made = Experiment("exp_1", TEAM, ExperimentType.AB_TEST, "Hero", "hero", variants, NOW, NOW, Status.RUNNING)
    return replace(made, bandit=config, **changes)


def weights(experiment: Experiment | None) -> list[int]:
    assert experiment is not None
    return [variant.weight for variant in experiment.variants]


def found(experiment: Experiment, seed: int = 1) -> list[int]:
    """What the algorithm of an experiment finds, all slices at once."""
    work = bandit.slices(experiment, Random(seed))
    while True:
        try:
            next(work)
        except StopIteration as end:
            return list(end.value)


@pytest.mark.parametrize(
    ("total", "parts", "expected"),
    [(10_000, 2, [5000, 5000]), (10_000, 3, [3334, 3333, 3333]), (10_000, 7, [1429] * 4 + [1428] * 3), (1, 2, [1, 0])],
)
def test_an_equal_split(total: int, parts: int, expected: list[int]) -> None:
    """Equal parts are whole, differ by one at most and add up."""
    assert bandit.equal_split(total, parts) == expected


@pytest.mark.parametrize("algorithm", bandit.ALGORITHMS)
@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_weights_add_up(algorithm: str, count: int) -> None:
    """Whatever was counted, the weights are whole numbers that add up to 10,000."""
    chance = Random(count)
    for _ in range(3):
        counts = [(chance.randrange(1000), chance.randrange(1200)) for _ in range(count)]
        result = found(trial(counts, replace(ON, algorithm=algorithm)))
        assert sum(result) == 10_000
        assert all(type(weight) is int and weight >= 0 for weight in result)


def test_sampling_finds_the_better_arm() -> None:
    """Thompson sampling gives nearly everything to a variant that is clearly better."""
    assert found(trial(GOOD_SECOND))[1] > 9_990
    assert found(trial([(100, 30), (100, 1), (100, 2)]))[0] > 9_990


def test_sampling_stays_open_while_little_is_known() -> None:
    """Variants of which the same is known share about equally, and one slightly ahead leads by a little."""
    assert 4_800 < found(trial([(50, 5), (50, 5)]))[0] < 5_200
    assert 5_500 < found(trial([(50, 6), (50, 5)]))[0] < 7_500


def test_sampling_agrees_with_theory() -> None:
    """The share of Beta(2, 1) against Beta(1, 1) is its exact probability of being larger, two thirds."""
    assert found(trial([(1, 1), (0, 0)]))[0] == pytest.approx(6_667, abs=150)


def test_sampling_is_reproducible() -> None:
    """One seed gives one result, another seed another."""
    experiment = trial([(50, 6), (50, 5)])
    assert found(experiment, 3) == found(experiment, 3) != found(experiment, 4)


def test_slices_are_short() -> None:
    """No slice of the draws holds more than its share, however many variants there are."""
    for count in (2, 3, 20):
        slices = sum(1 for _ in bandit.slices(trial([(9, 1)] * count), Random(1)))
        assert slices >= bandit.DRAWS * count / max(bandit.VARIATES_IN_A_SLICE, count) * 0.99


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


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.PAUSED},
        {"status": Status.COMPLETED},
        {"status": Status.DRAFT},
        {"type": ExperimentType.SMART_LINK},
        {"bandit": replace(GREEDY, enabled=False)},
    ],
)
@pytest.mark.parametrize("counts", [GOOD_SECOND, [(0, 0), (0, 0)]])
def test_what_is_left_alone(changes: dict[str, Any], counts: list[tuple[int, int]]) -> None:
    """Only a running A/B test with its bandit switched on is ever touched."""
    lab = Bench(replace(trial(counts, GREEDY), **changes))
    assert lab.optimiser.recompute() == []
    lab.event()
    assert weights(lab.now) == [10_000, 0]


class Bench:
    """A store with one experiment, a clock that stands still, and a loop that turns when told to."""

    def __init__(self, experiment: Experiment) -> None:
        self.store, self.clock, self.chance = Store(), StoppedClock(), Random(5)
        self.store.add(experiment)
        self.optimiser = Optimiser(self.store, self.clock, self.chance)
        self.uid = experiment.uid

    @property
    def now(self) -> Experiment:
        found = self.store.by_uid(self.uid)
        assert found is not None
        return found

    def put(self, experiment: Experiment) -> None:
        self.store.replace(self.now, experiment)

    def event(self, turns: int = 3_000) -> None:
        """An event was counted, and the loop turns so many times."""
        asyncio.run(self._event(turns))

    async def _event(self, turns: int) -> None:
        self.optimiser.consider(self.now)
        for _ in range(turns):
            await asyncio.sleep(0)


def test_the_warm_up_is_an_equal_split() -> None:
    """Until every variant has its impressions the weights are equal, whatever was sent and clicked."""
    lab = Bench(trial([(500, 400), (9, 0)]))
    lab.event()
    assert (weights(lab.now), lab.now.optimised_at) == ([5000, 5000], None)
    lab.now.variants[1].counter.impressions += 1
    lab.event()
    assert weights(lab.now)[0] > 9_000


def test_the_warm_up_begins_with_the_start() -> None:
    """An experiment is started with equal weights."""
    draft = replace(trial([(0, 0)] * 3), status=Status.DRAFT)
    assert weights(bandit.warming_up(draft)) == [10_000, 0, 0]
    assert weights(bandit.warming_up(lifecycle.move(draft, "start", NOW))) == [3334, 3333, 3333]


def test_no_warm_up() -> None:
    """With no impressions to wait for, the first event decides already."""
    lab = Bench(trial([(0, 0), (1, 1)], replace(GREEDY, warmup_impressions=0)))
    lab.event()
    assert weights(lab.now) == [500, 9_500]


@pytest.mark.parametrize(
    ("interval", "minutes", "moved"),
    [(15, 14.99, False), (15, 15, True), (0, 0, True), (-1, 0, True), (2**62, 999, False)],
)
def test_the_interval(interval: int, minutes: float, moved: bool) -> None:
    """New weights come at most once an interval."""
    lab = Bench(trial(GOOD_SECOND, replace(GREEDY, recompute_interval_minutes=interval)))
    lab.event()
    assert weights(lab.now) == [500, 9_500]
    lab.now.variants[0].counter.clicks += 99
    lab.clock.advance(minutes=minutes)
    lab.event()
    assert (weights(lab.now) == [9_500, 500]) is moved


def test_a_clock_that_was_set_back() -> None:
    """Weights from the future do not keep new ones from coming."""
    lab = Bench(trial(GOOD_SECOND, GREEDY, optimised_at=NOW + timedelta(days=1)))
    lab.event()
    assert weights(lab.now) == [500, 9_500]


def test_finding_weights_is_no_write() -> None:
    """updatedAt stays, and so does everything but the weights."""
    lab = Bench(trial(GOOD_SECOND, GREEDY))
    lab.clock.advance(minutes=1)
    lab.event()
    before = trial(GOOD_SECOND, GREEDY)
    assert (lab.now.updated_at, lab.now.optimised_at) == (NOW, NOW + timedelta(minutes=1))
    assert [variant.counter for variant in lab.now.variants] == [variant.counter for variant in before.variants]


def test_an_event_waits_for_one_slice_at_most() -> None:
    """Considering an experiment draws nothing yet; the draws are spread over many turns of the loop."""
    lab = Bench(trial(GOOD_SECOND))
    lab.event(turns=5)
    assert weights(lab.now) == [10_000, 0]


def test_one_experiment_at_a_time() -> None:
    """However many are due, each turn of the loop makes one slice."""
    lab = Bench(trial(GOOD_SECOND))
    others = [replace(trial(GOOD_SECOND), uid=f"exp_{number}", slug=f"hero-{number}") for number in (2, 3)]
    for other in others:
        lab.store.add(other)

    async def all_at_once(turns: int) -> list[bool]:
        for experiment in lab.store.everything():
            lab.optimiser.consider(experiment)
            lab.optimiser.consider(experiment)
        for _ in range(turns):
            await asyncio.sleep(0)
        return [experiment.optimised_at is not None for experiment in lab.store.everything()]

    slices = 10_000 * 2 // bandit.VARIATES_IN_A_SLICE
    assert asyncio.run(all_at_once(slices * 2 - 10)) == [True, False, False]
    assert asyncio.run(all_at_once(slices * 3)) == [True, True, True]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "Renamed"}, True),
        ({"status": Status.PAUSED}, False),
        ({"status": Status.COMPLETED}, False),
        ({"bandit": replace(ON, warmup_impressions=5_000)}, False),
        ({"variants": (Variant("v0", 1_000), Variant("v1", 9_000))}, False),
        ({"status": Status.ARCHIVED}, None),
    ],
)
def test_what_happens_meanwhile(change: dict[str, Any], expected: bool | None) -> None:
    """Weights go to the experiment as it is once they are found, or nowhere if they no longer fit it."""
    lab = Bench(trial(GOOD_SECOND))

    async def changed_meanwhile() -> None:
        lab.optimiser.consider(lab.now)
        for turn in range(300):
            await asyncio.sleep(0)
            if turn == 20:
                lab.put(replace(lab.now, **change))

    asyncio.run(changed_meanwhile())
    if expected is None:
        assert lab.store.by_uid(lab.uid) is None
    else:
        assert (lab.now.optimised_at is not None) is expected
        assert all(getattr(lab.now, name) == value for name, value in change.items())


def test_recomputing_now() -> None:
    """A recompute asks for no interval, draws reproducibly, and returns the experiments as they are then."""
    results = []
    for _ in range(2):
        lab = Bench(trial([(50, 6), (50, 5)], optimised_at=NOW))
        (after,) = lab.optimiser.recompute(lab.uid)
        assert after is lab.now
        results.append(weights(after))
    assert results[0] == results[1]
    assert lab.optimiser.recompute("exp_none") == []


def test_recomputing_during_the_warm_up() -> None:
    """A recompute does not shorten the warm-up."""
    lab = Bench(trial([(500, 0), (9, 9)]))
    assert [weights(after) for after in lab.optimiser.recompute()] == [[5000, 5000]]


def test_a_loop_that_is_gone() -> None:
    """What one loop left undone, the next one does."""
    lab = Bench(trial(GOOD_SECOND))
    lab.event(turns=5)
    lab.event()
    assert weights(lab.now)[1] > 9_990


@pytest.mark.parametrize(("arm", "posterior"), [(Arm(0, 0), (1, 1)), (Arm(10, 3), (4, 8)), (Arm(3, 9), (4, 1))])
def test_posteriors(arm: Arm, posterior: tuple[int, int]) -> None:
    """Alpha counts clicks and beta the impressions without one; clicks are capped at impressions."""
    assert arm.posterior == posterior
