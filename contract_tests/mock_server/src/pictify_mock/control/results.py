"""The mock's own reading of an A/B test. The docs do not define how results are computed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp, log, prod, sqrt
from typing import Any

from pictify_mock.domain.bandit import Arm
from pictify_mock.domain.experiment import Experiment

Z = 1.96  # standard deviations on each side of a 95 % interval
REACH = 8  # deviations on each side of a mean
POINTS = 1_200  # of all arms, so that many arms take no longer than few
LEAST, MOST = 1e-16, 1 - 1e-16  # of a click rate; both have a logarithm
DAY = timedelta(days=1)

Json = dict[str, Any]


def results(experiment: Experiment, now: datetime) -> Json:
    """Return rate, lift and chance of each variant, and if there is enough to decide."""
    counters = [variant.counter for variant in experiment.variants]
    arms = tuple(Arm(counter.impressions, counter.clicks) for counter in counters)
    chances = chances_to_be_best(arms)
    rows = [
        {"rate": arm.rate, "interval": interval(arm), "lift": _lift(arm, arms[0]), "chance": chance}
        for arm, chance in zip(arms, chances, strict=True)
    ]
    return {"variants": rows, "checks": list(_checks(experiment, arms, max(chances), now))}


def interval(arm: Arm) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a click rate."""
    if not arm.impressions:
        return 0.0, 1.0
    part = Z * Z / arm.impressions
    middle = arm.rate + part / 2
    half = sqrt(part * (arm.rate * (1 - arm.rate) + part / 4))
    return max(0.0, (middle - half) / (1 + part)), min(1.0, (middle + half) / (1 + part))


@lru_cache(128)  # the dashboard asks every second
def chances_to_be_best(arms: tuple[Arm, ...]) -> list[float]:
    """Return for each arm the chance that its click rate is the highest.

    Draws of `bandit.thompson_sampling` come close to it. Integrating over the same posteriors takes
    less time, and always gives the same.
    """
    steps = POINTS // len(arms)
    rates = sorted({LEAST, MOST, *(rate for arm in arms for rate in _rates(arm, steps))})
    parts = [_parts(arm, rates) for arm in arms]
    below = [list(_below(each)) for each in parts]
    return _normalised(
        [
            sum(
                part * prod(others[step] for others in below if others is not own)
                for step, part in enumerate(each)
            )
            for each, own in zip(parts, below, strict=True)
        ]
    )


def _rates(arm: Arm, steps: int) -> Iterator[float]:
    """Yield rates around the mean of an arm, where nearly all of its posterior lies."""
    alpha, beta = arm.posterior
    mean = alpha / (alpha + beta)
    deviation = sqrt(mean * (1 - mean) / (alpha + beta + 1))
    for step in range(steps + 1):
        rate = mean + deviation * REACH * (2 * step / steps - 1)
        yield min(MOST, max(LEAST, rate))


def _parts(arm: Arm, rates: Sequence[float]) -> list[float]:
    """Return the part of the posterior between each rate and the next."""
    alpha, beta = arm.posterior
    logs = [(alpha - 1) * log(rate) + (beta - 1) * log(1 - rate) for rate in rates]
    highest = max(logs)  # subtracted, since the densities are too small for a float
    densities = [exp(each - highest) for each in logs]
    steps = range(len(rates) - 1)
    return _normalised(
        [(densities[i] + densities[i + 1]) / 2 * (rates[i + 1] - rates[i]) for i in steps]
    )


def _below(parts: Sequence[float]) -> Iterator[float]:
    """Yield the chance that a rate lies below the middle of each part."""
    passed = 0.0
    for part in parts:
        yield passed + part / 2
        passed += part


def _normalised(parts: Sequence[float]) -> list[float]:
    total = sum(parts)
    return [part / total for part in parts]


def _lift(arm: Arm, first: Arm) -> float | None:
    return arm.rate / first.rate - 1 if first.rate and arm is not first else None


def _checks(
    experiment: Experiment, arms: Sequence[Arm], chance: float, now: datetime
) -> Iterator[Json]:
    # The clock may have been set back.
    days = max(0.0, ((experiment.winner_declared_at or now) - experiment.created_at) / DAY)
    for field, words, reached, needed in (
        (
            "minimumSampleSize",
            "impressions of all variants",
            sum(arm.impressions for arm in arms),
            experiment.minimum_sample_size,
        ),
        ("minimumRunDays", "days since it was created", days, experiment.minimum_run_days),
        ("confidenceThreshold", "chance of the leader", chance, experiment.confidence_threshold),
    ):
        yield {
            "field": field,
            "words": words,
            "reached": reached,
            "needed": needed,
            "met": reached >= needed,
        }
