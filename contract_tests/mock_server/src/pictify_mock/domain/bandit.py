"""Auto-optimisation: the weights of a running A/B test follow its clicks.

Weights are whole basis points that add up to all of them. Drawing them takes long, so it comes in
slices: a generator that yields between two of them and returns the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.variants import BASIS_POINTS

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from pictify_mock.domain.experiment import Experiment

DRAWS = BASIS_POINTS  # one basis point for each draw that is won
EXPLORED = 1_000
VARIATES_IN_A_SLICE = 200  # about half a millisecond
MINUTE = timedelta(minutes=1)


class Arm(NamedTuple):
    """What is known of a variant. More clicks than impressions are as many as these."""

    impressions: int
    clicks: int

    @property
    def successes(self) -> int:
        return min(self.clicks, self.impressions)

    @property
    def posterior(self) -> tuple[int, int]:
        """Alpha and beta of its click rate's distribution."""
        return 1 + self.successes, 1 + self.impressions - self.successes

    @property
    def rate(self) -> float:
        return self.successes / self.impressions if self.impressions else 0.0


Slices = Generator[None, None, list[int]]


def thompson_sampling(arms: Sequence[Arm], chance: Random) -> Slices:
    """Each variant's wins over as many draws as there are basis points."""
    posteriors = [arm.posterior for arm in arms]
    wins = [0] * len(arms)
    for draw in range(DRAWS):
        if draw * len(arms) % VARIATES_IN_A_SLICE < len(arms):
            yield
        rates = [chance.betavariate(alpha, beta) for alpha, beta in posteriors]
        wins[rates.index(max(rates))] += 1
    return wins


def epsilon_greedy(arms: Sequence[Arm], _: Random) -> Slices:
    """A tenth for all alike; the rest for the best click rate, in equal parts where several share it."""
    yield
    best = max(arm.rate for arm in arms)
    leaders = [index for index, arm in enumerate(arms) if arm.rate == best]
    weights = equal_split(EXPLORED, len(arms))
    for index, part in zip(
        leaders, equal_split(BASIS_POINTS - EXPLORED, len(leaders)), strict=True
    ):
        weights[index] += part
    return weights


ALGORITHMS: dict[str, Callable[[Sequence[Arm], Random], Slices]] = {
    "thompson_sampling": thompson_sampling,
    "epsilon_greedy": epsilon_greedy,
}


def equal_split(total: int, parts: int) -> list[int]:
    """Whole parts that differ by one at most, the larger first."""
    each, left = divmod(total, parts)
    return [each + (index < left) for index in range(parts)]


def is_on(experiment: Experiment) -> bool:
    running = experiment.status is Status.RUNNING and experiment.type is ExperimentType.AB_TEST
    return running and experiment.bandit.enabled


def is_warm(experiment: Experiment) -> bool:
    needed = experiment.bandit.warmup_impressions
    return all(variant.counter.impressions >= needed for variant in experiment.variants)


def is_due(experiment: Experiment, now: datetime) -> bool:
    """Whether the interval since the last weights is over. A clock that was set back starts it anew."""
    if experiment.optimised_at is None:
        return True
    minutes = (now - experiment.optimised_at) / MINUTE
    return not 0 <= minutes < experiment.bandit.recompute_interval_minutes


def slices(experiment: Experiment, chance: Random) -> Slices:
    """What finds the weights for the counts as they are when it begins."""
    arms = [
        Arm(variant.counter.impressions, variant.counter.clicks) for variant in experiment.variants
    ]
    return ALGORITHMS[experiment.bandit.algorithm](arms, chance)


def warming_up(experiment: Experiment) -> Experiment:
    """The experiment with equal weights, if its bandit still has to learn something about a variant."""
    equal = equal_split(BASIS_POINTS, len(experiment.variants))
    if (
        not is_on(experiment)
        or is_warm(experiment)
        or [variant.weight for variant in experiment.variants] == equal
    ):
        return experiment
    return _weighted(experiment, equal)


def optimised(experiment: Experiment, weights: Sequence[int], now: datetime) -> Experiment:
    """The experiment with these weights. It is no write of its owner: `updated_at` stays."""
    return replace(_weighted(experiment, weights), optimised_at=now)


def is_same_trial(before: Experiment, now: Experiment) -> bool:
    """Whether weights found for the one fit the other, which edits and moves may have brought about since."""
    counters = [[id(variant.counter) for variant in each.variants] for each in (before, now)]
    return (
        is_on(now) and is_warm(now) and before.bandit == now.bandit and counters[0] == counters[1]
    )


def _weighted(experiment: Experiment, weights: Sequence[int]) -> Experiment:
    pairs = zip(experiment.variants, weights, strict=True)
    return replace(
        experiment, variants=tuple(replace(variant, weight=weight) for variant, weight in pairs)
    )
