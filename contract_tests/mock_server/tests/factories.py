"""Experiments for the tests of the domain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import BanditConfig, Counter, Experiment, Variant
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
TEAM = Team(b"key", (b"write",), PLANS["business"])
BANDIT_ON = BanditConfig(enabled=True, warmup_impressions=10, recompute_interval_minutes=15)
GREEDY = replace(BANDIT_ON, algorithm="epsilon_greedy")
GOOD_SECOND = [(100, 1), (100, 30)]


def make_experiment(*variants: Variant, **changes: Any) -> Experiment:
    """Return a draft of an A/B test with these variants, or two equal ones, and these changes."""
    found = variants or (Variant("a", 5000), Variant("b", 5000))
    plain = Experiment("exp_1", TEAM, ExperimentType.AB_TEST, "Hero", "hero-test", found, NOW, NOW)
    return replace(plain, **changes)


def bandit_experiment(
    counts: Sequence[tuple[int, int]], config: BanditConfig = BANDIT_ON, **changes: Any
) -> Experiment:
    """Return a running A/B test whose variants have these impressions and clicks.

    The first variant has all the weight.
    """
    variants = (
        Variant(f"v{index}", 10_000 if index == 0 else 0, counter=Counter(*each))
        for index, each in enumerate(counts)
    )
    return make_experiment(*variants, **{"status": Status.RUNNING, "bandit": config, **changes})


def weights(experiment: Experiment) -> list[int]:
    return [variant.weight for variant in experiment.variants]
