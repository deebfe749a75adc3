"""The optimiser recomputes weights while requests are answered."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pictify_mock.domain import bandit
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.optimiser import Optimiser
from pictify_mock.storage.memory import Store

from .conftest import StoppedClock
from .factories import BANDIT_ON, GOOD_SECOND, GREEDY, NOW, bandit_experiment, weights

SLICES = 10_000 * 2 // bandit.VARIATES_IN_A_SLICE  # of a trial with two variants


class OptimiserHelper:
    """A store with an experiment, a stopped clock and an optimiser."""

    def __init__(self, experiment: Experiment) -> None:
        self.store, self.clock = Store(), StoppedClock()
        self.store.add(experiment)
        self.optimiser = Optimiser(self.store, self.clock)
        self.uid = experiment.uid

    @property
    def experiment(self) -> Experiment:
        found = self.store.by_uid(self.uid)
        assert found is not None
        return found

    @property
    def weights(self) -> list[int]:
        return weights(self.experiment)

    def add_copies(self, *numbers: int) -> None:
        for number in numbers:
            copy = bandit_experiment(GOOD_SECOND, uid=f"exp_{number}", slug=f"hero-{number}")
            self.store.add(copy)

    async def event(self) -> None:
        """Report that an event was counted, and wait for its draw as its response would."""
        await self.optimiser.finish(self.optimiser.begin([self.experiment]))

    def count_event(self) -> None:
        asyncio.run(self.event())

    def recompute(self, uid: str | None = None) -> list[Experiment]:
        return asyncio.run(self.optimiser.recompute(uid))


async def turn_loop(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


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
def test_only_a_running_ab_test_with_its_bandit_on_is_optimised(
    changes: dict[str, Any], counts: list[tuple[int, int]]
) -> None:
    helper = OptimiserHelper(replace(bandit_experiment(counts, GREEDY), **changes))
    assert helper.recompute() == []
    helper.count_event()
    assert helper.weights == [10_000, 0]


def test_weights_are_equal_until_every_variant_has_its_impressions() -> None:
    helper = OptimiserHelper(bandit_experiment([(500, 400), (9, 0)]))
    helper.count_event()
    assert (helper.weights, helper.experiment.optimised_at) == ([5000, 5000], None)
    helper.experiment.variants[1].counter.impressions += 1
    helper.count_event()
    assert helper.weights[0] > 9_000


def test_without_a_warm_up_the_first_event_decides() -> None:
    helper = OptimiserHelper(
        bandit_experiment([(0, 0), (1, 1)], replace(GREEDY, warmup_impressions=0))
    )
    helper.count_event()
    assert helper.weights == [500, 9_500]


@pytest.mark.parametrize(
    ("interval", "minutes", "moved"),
    [
        (15, 0, False),
        (15, 0.5, False),
        (15, 14.99, False),
        (15, 15, True),
        (0, 0, True),
        (-1, 0, True),
        (2**62, 999, False),
    ],
)
def test_weights_change_at_most_once_an_interval(
    interval: int, minutes: float, moved: bool
) -> None:
    helper = OptimiserHelper(
        bandit_experiment(GOOD_SECOND, replace(GREEDY, recompute_interval_minutes=interval))
    )
    helper.count_event()
    assert helper.weights == [500, 9_500]
    helper.experiment.variants[0].counter.clicks += 99
    helper.clock.advance(minutes=minutes)
    helper.count_event()
    assert (helper.weights == [9_500, 500]) is moved


def test_weights_from_the_future_do_not_delay_new_ones() -> None:
    """The clock may have been set back."""
    helper = OptimiserHelper(
        bandit_experiment(GOOD_SECOND, GREEDY, optimised_at=NOW + timedelta(days=1))
    )
    helper.count_event()
    assert helper.weights == [500, 9_500]


def test_new_weights_change_neither_the_time_of_update_nor_the_counters() -> None:
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND, GREEDY))
    helper.clock.advance(minutes=1)
    helper.count_event()
    before = bandit_experiment(GOOD_SECOND, GREEDY)
    assert (helper.experiment.updated_at, helper.experiment.optimised_at) == (
        NOW,
        NOW + timedelta(minutes=1),
    )
    assert [variant.counter for variant in helper.experiment.variants] == [
        variant.counter for variant in before.variants
    ]


def test_each_turn_of_the_loop_draws_one_slice() -> None:
    """However many events wait for their draws, others are answered between two slices."""
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))
    helper.add_copies(2, 3)

    async def optimised_after(turns: int) -> list[bool]:
        async with asyncio.TaskGroup() as group:
            for experiment in helper.store.everything():
                group.create_task(
                    helper.optimiser.finish(helper.optimiser.begin([experiment, experiment]))
                )
            await turn_loop(turns)
            everything = helper.store.everything()
        return [experiment.optimised_at is not None for experiment in everything]

    assert asyncio.run(optimised_after(SLICES * 2 - 10)) == [True, False, False]


def test_an_event_in_the_interval_of_a_draw_begins_no_other() -> None:
    """Not even before that draw is finished."""
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))
    assert [len(helper.optimiser.begin([helper.experiment])) for _ in range(2)] == [1, 0]


def test_of_two_draws_at_once_the_later_one_stays() -> None:
    """Also if it finishes first, as a recompute after the event that ends the warm-up did."""
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))
    older = helper.optimiser.begin([helper.experiment])
    helper.experiment.variants[0].counter.clicks = 90
    helper.recompute()
    weights_of_later = helper.weights
    asyncio.run(helper.optimiser.finish(older))
    assert helper.weights == weights_of_later
    assert helper.weights[0] > 9_000


def test_weights_follow_from_the_counts_at_the_event() -> None:
    """Not from what is counted or drawn for others while they are drawn."""

    async def busy() -> list[int]:
        helper.add_copies(2, 3)
        draws = helper.optimiser.begin(helper.store.everything())
        helper.experiment.variants[0].counter.clicks = 90
        await helper.optimiser.finish(reversed(draws))
        return helper.weights

    helper = OptimiserHelper(bandit_experiment([(50, 6), (50, 5)]))
    helper.count_event()
    alone = helper.weights
    helper = OptimiserHelper(bandit_experiment([(50, 6), (50, 5)]))
    assert asyncio.run(busy()) == alone


def test_an_event_that_is_cut_off_leaves_the_next_one_to_draw() -> None:
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))

    async def cut_off() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await helper.event()

    asyncio.run(cut_off())
    assert helper.weights == [10_000, 0]
    helper.count_event()
    assert helper.weights[1] > 9_990


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "Renamed"}, True),
        ({"status": Status.PAUSED}, False),
        ({"status": Status.COMPLETED}, False),
        ({"bandit": replace(BANDIT_ON, warmup_impressions=5_000)}, False),
        ({"variants": (Variant("v0", 1_000), Variant("v1", 9_000))}, False),
        ({"variants": bandit_experiment(GOOD_SECOND).variants}, False),
        ({"status": Status.ARCHIVED}, None),
    ],
)
def test_weights_are_dropped_if_the_experiment_changed_meanwhile(
    change: dict[str, Any], expected: bool | None
) -> None:
    """A change that the weights still fit is kept beside them."""
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))

    async def change_meanwhile() -> None:
        draws = helper.optimiser.begin([helper.experiment])
        helper.store.replace(helper.experiment, replace(helper.experiment, **change))
        await helper.optimiser.finish(draws)

    asyncio.run(change_meanwhile())
    if expected is None:
        assert helper.store.by_uid(helper.uid) is None
    else:
        assert (helper.experiment.optimised_at is not None) is expected
        assert all(getattr(helper.experiment, name) == value for name, value in change.items())


def test_recomputing_ignores_the_interval() -> None:
    helper = OptimiserHelper(bandit_experiment([(50, 6), (50, 5)], optimised_at=NOW))
    (after,) = helper.recompute(helper.uid)
    assert after is helper.experiment
    assert weights(after) != [10_000, 0]
    assert helper.recompute("exp_none") == []


def test_the_loop_turns_while_bandits_are_recomputed() -> None:
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))
    helper.add_copies(2, 3, 4, 5)

    async def turns_meanwhile() -> int:
        recomputing = asyncio.ensure_future(helper.optimiser.recompute())
        turns = 0
        while not recomputing.done():
            await turn_loop(1)
            turns += 1
        assert len(recomputing.result()) == 5
        return turns

    assert asyncio.run(turns_meanwhile()) >= 5 * SLICES


def test_recomputing_keeps_an_edit_that_was_made_before_its_turn() -> None:
    helper = OptimiserHelper(bandit_experiment(GOOD_SECOND))
    cold = bandit_experiment([(0, 0), (0, 0)], uid="exp_2", slug="hero-2")
    helper.store.add(cold)

    async def rename_meanwhile() -> list[Experiment]:
        recomputing = asyncio.ensure_future(helper.optimiser.recompute())
        await turn_loop(1)
        helper.store.replace(cold, replace(cold, name="Renamed"))
        return await recomputing

    _, second = asyncio.run(rename_meanwhile())
    assert (second.name, weights(second)) == ("Renamed", [5000, 5000])


def test_recomputing_does_not_shorten_the_warm_up() -> None:
    helper = OptimiserHelper(bandit_experiment([(500, 0), (9, 9)]))
    assert [weights(after) for after in helper.recompute()] == [[5000, 5000]]
