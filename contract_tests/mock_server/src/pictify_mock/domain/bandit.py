"""Auto-optimisation: the weights of a running A/B test follow its clicks.

Weights are whole basis points that add up to 10,000. Drawing them takes dozens of milliseconds, so
an algorithm is a generator: it yields between two slices of work and returns the weights.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import BanditConfig, Experiment
from pictify_mock.domain.variants import BASIS_POINTS

DRAWS = BASIS_POINTS  # a won draw is a basis point
EXPLORED = 1_000
VARIATES_IN_A_SLICE = 200  # about half a millisecond
MINUTE = timedelta(minutes=1)


class Arm(NamedTuple):
    impressions: int
    clicks: int

    @property
    def successes(self) -> int:
        # Impressions and clicks arrive separately, so there may be more clicks.
        return min(self.clicks, self.impressions)

    @property
    def posterior(self) -> tuple[int, int]:
        """Return alpha and beta of the click rate's distribution."""
        return 1 + self.successes, 1 + self.impressions - self.successes

    @property
    def rate(self) -> float:
        return self.successes / self.impressions if self.impressions else 0.0


Slices = Generator[None, None, list[int]]


def thompson_sampling(arms: Sequence[Arm], rng: Random) -> Slices:
    """Count each arm's wins over as many draws as there are basis points."""
    posteriors = [arm.posterior for arm in arms]
    wins = [0] * len(arms)
    for draw in range(DRAWS):
        if draw * len(arms) % VARIATES_IN_A_SLICE < len(arms):
            yield
        rates = [rng.betavariate(alpha, beta) for alpha, beta in posteriors]
        wins[rates.index(max(rates))] += 1
    return wins


def epsilon_greedy(arms: Sequence[Arm], _: Random) -> Slices:
    """Split a tenth evenly and give the rest to the best click rate, or to those that share it."""
    yield
    best = max(arm.rate for arm in arms)
    leaders = [index for index, arm in enumerate(arms) if arm.rate == best]
    weights = equal_split(EXPLORED, len(arms))
    exploited = equal_split(BASIS_POINTS - EXPLORED, len(leaders))
    for index, part in zip(leaders, exploited, strict=True):
        weights[index] += part
    return weights


ALGORITHMS: dict[str, Callable[[Sequence[Arm], Random], Slices]] = {
    "thompson_sampling": thompson_sampling,
    "epsilon_greedy": epsilon_greedy,
}


def equal_split(total: int, parts: int) -> list[int]:
    """Split into whole parts that differ by one at most, the larger first."""
    each, left = divmod(total, parts)
    return [each + (index < left) for index in range(parts)]


def is_on(experiment: Experiment) -> bool:
    is_test = experiment.bandit.enabled and experiment.type is ExperimentType.AB_TEST
    return is_test and experiment.status is Status.RUNNING


def is_warm(experiment: Experiment) -> bool:
    needed = experiment.bandit.warmup_impressions
    return all(variant.counter.impressions >= needed for variant in experiment.variants)


def is_due(config: BanditConfig, last: datetime | None, now: datetime) -> bool:
    """Return True if the interval since the last draw is over, or the clock was set back."""
    if last is None:
        return True
    return not 0 <= (now - last) / MINUTE < config.recompute_interval_minutes


def arms(experiment: Experiment) -> list[Arm]:
    return [Arm(each.counter.impressions, each.counter.clicks) for each in experiment.variants]


def draw(experiment: Experiment, arms: Sequence[Arm]) -> Slices:
    """Start to find the weights for these counts."""
    # The random numbers follow from the uid and the counts, and not from a generator that other
    # requests use too: so the weights do not depend on what was served meanwhile.
    rng = Random(f"{experiment.uid}:{[tuple(arm) for arm in arms]}")
    return ALGORITHMS[experiment.bandit.algorithm](arms, rng)


def warming_up(experiment: Experiment) -> Experiment:
    """Return the experiment, with equal weights if its bandit is still warming up."""
    equal = equal_split(BASIS_POINTS, len(experiment.variants))
    if not is_on(experiment) or is_warm(experiment):
        return experiment
    if [variant.weight for variant in experiment.variants] == equal:
        return experiment
    return _weighted(experiment, equal)


def optimised(experiment: Experiment, weights: Sequence[int], now: datetime) -> Experiment:
    """Return the experiment with these weights. `updated_at` is for the owner's writes only."""
    return replace(_weighted(experiment, weights), optimised_at=now)


def is_same_trial(before: Experiment, now: Experiment) -> bool:
    """Return True if weights found for `before` still fit `now`.

    Edits may have changed the variants or the settings while the weights were drawn.
    """
    # A counter outlives edits of its variant, so its identity tells if the variant is the same.
    counters = [[id(variant.counter) for variant in each.variants] for each in (before, now)]
    same = before.bandit == now.bandit and counters[0] == counters[1]
    return same and is_on(now) and is_warm(now)


def _weighted(experiment: Experiment, weights: Sequence[int]) -> Experiment:
    pairs = zip(experiment.variants, weights, strict=True)
    variants = tuple(replace(variant, weight=weight) for variant, weight in pairs)
    return replace(experiment, variants=variants)
