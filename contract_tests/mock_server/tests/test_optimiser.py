"""When weights are found and to whom they are written, while requests are answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from pictify_mock.domain import bandit
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.optimiser import Optimiser
from pictify_mock.storage.memory import Store

from .conftest import StoppedClock
from .trials import GOOD_SECOND, GREEDY, NOW, ON, trial, weights


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

    def recompute(self, uid: str | None = None) -> list[Experiment]:
        return asyncio.run(self.optimiser.recompute(uid))

    async def _event(self, turns: int) -> None:
        self.optimiser.consider(self.now)
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
def test_what_is_left_alone(changes: dict[str, Any], counts: list[tuple[int, int]]) -> None:
    """Only a running A/B test with its bandit switched on is ever touched."""
    lab = Bench(replace(trial(counts, GREEDY), **changes))
    assert lab.recompute() == []
    lab.event()
    assert weights(lab.now) == [10_000, 0]


def test_the_warm_up_is_an_equal_split() -> None:
    """Until every variant has its impressions the weights are equal, whatever was sent and clicked."""
    lab = Bench(trial([(500, 400), (9, 0)]))
    lab.event()
    assert (weights(lab.now), lab.now.optimised_at) == ([5000, 5000], None)
    lab.now.variants[1].counter.impressions += 1
    lab.event()
    assert weights(lab.now)[0] > 9_000


def test_no_warm_up() -> None:
    """With no impressions to wait for, the first event decides already."""
    lab = Bench(trial([(0, 0), (1, 1)], replace(GREEDY, warmup_impressions=0)))
    lab.event()
    assert weights(lab.now) == [500, 9_500]


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
    assert [variant.counter for variant in lab.now.variants] == [
        variant.counter for variant in before.variants
    ]


def test_an_event_waits_for_one_slice_at_most() -> None:
    """Considering an experiment draws nothing yet; the draws are spread over many turns of the loop."""
    lab = Bench(trial(GOOD_SECOND))
    lab.event(turns=5)
    assert weights(lab.now) == [10_000, 0]


def test_one_experiment_at_a_time() -> None:
    """However many are due, each turn of the loop makes one slice."""
    lab = Bench(trial(GOOD_SECOND))
    others = [
        replace(trial(GOOD_SECOND), uid=f"exp_{number}", slug=f"hero-{number}") for number in (2, 3)
    ]
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
        ({"variants": trial(GOOD_SECOND).variants}, False),
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
        (after,) = lab.recompute(lab.uid)
        assert after is lab.now
        results.append(weights(after))
    assert results[0] == results[1]
    assert lab.recompute("exp_none") == []


def test_recomputing_waits_for_nobody() -> None:
    """However many bandits are recomputed, other work goes on between two slices of it."""
    lab = Bench(trial(GOOD_SECOND))
    for number in range(2, 6):
        lab.store.add(replace(trial(GOOD_SECOND), uid=f"exp_{number}", slug=f"hero-{number}"))

    async def turns_meanwhile() -> int:
        recomputing = asyncio.ensure_future(lab.optimiser.recompute())
        turns = 0
        while not recomputing.done():
            await asyncio.sleep(0)
            turns += 1
        assert len(recomputing.result()) == 5
        return turns

    assert asyncio.run(turns_meanwhile()) >= 5 * 10_000 * 2 // bandit.VARIATES_IN_A_SLICE


def test_recomputing_what_changes_meanwhile() -> None:
    """A bandit is recomputed as it is when its turn comes, and an edit that came before is kept."""
    lab = Bench(trial(GOOD_SECOND))
    cold = replace(trial([(0, 0), (0, 0)]), uid="exp_2", slug="hero-2")
    lab.store.add(cold)

    async def renamed_meanwhile() -> list[Experiment]:
        recomputing = asyncio.ensure_future(lab.optimiser.recompute())
        await asyncio.sleep(0)
        lab.store.replace(cold, replace(cold, name="Renamed"))
        return await recomputing

    assert [(each.name, weights(each)[0] == 5000) for each in asyncio.run(renamed_meanwhile())][
        1
    ] == ("Renamed", True)


def test_recomputing_during_the_warm_up() -> None:
    """A recompute does not shorten the warm-up."""
    lab = Bench(trial([(500, 0), (9, 9)]))
    assert [weights(after) for after in lab.recompute()] == [[5000, 5000]]


def test_a_loop_that_is_gone() -> None:
    """What one loop left undone, the next one does."""
    lab = Bench(trial(GOOD_SECOND))
    lab.event(turns=5)
    lab.event()
    assert weights(lab.now)[1] > 9_990
