"""Running A/B tests whose weights follow the clicks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pictify_mock.domain import plans
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import BanditConfig, Counter, Experiment, Variant
from pictify_mock.domain.teams import Team

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
TEAM = Team(b"key", (), plans.PLANS["business"])
ON = BanditConfig(enabled=True, warmup_impressions=10, recompute_interval_minutes=15)
GREEDY = replace(ON, algorithm="epsilon_greedy")
GOOD_SECOND = [(100, 1), (100, 30)]


def trial(
    counts: Sequence[tuple[int, int]], config: BanditConfig = ON, **changes: Any
) -> Experiment:
    """A running A/B test whose variants have these impressions and clicks, the first with all the weight."""
    variants = tuple(
        Variant(f"v{index}", 10_000 if index == 0 else 0, counter=Counter(*each))
        for index, each in enumerate(counts)
    )
    made = Experiment(
        "exp_1", TEAM, ExperimentType.AB_TEST, "Hero", "hero", variants, NOW, NOW, Status.RUNNING
    )
    return replace(made, bandit=config, **changes)


def weights(experiment: Experiment | None) -> list[int]:
    assert experiment is not None
    return [variant.weight for variant in experiment.variants]
