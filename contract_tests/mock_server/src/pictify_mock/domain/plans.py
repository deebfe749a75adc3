"""The plans and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pictify_mock.domain.enums import ExperimentType


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    limits: Mapping[ExperimentType, int | None]  # experiments of a type; None is unlimited
    max_variants: int
    analytics_retention_days: int
    bandit: bool
    requests_a_minute: int


def _plan(
    name: str, ab: int | None, smart: int | None, scheduled: int | None, *others: Any
) -> Plan:
    return Plan(name, dict(zip(ExperimentType, (ab, smart, scheduled), strict=True)), *others)


PLANS = {
    plan.name: plan
    for plan in (
        #     name          ab_test smart_link scheduled variants days bandit requests
        _plan("starter", 1, 0, 0, 2, 7, False, 60),
        _plan("basic", 2, 1, 1, 3, 30, False, 60),
        _plan("standard", 5, 3, 3, 5, 90, True, 300),
        _plan("business", None, None, None, 10, 365, True, 1_000),
        _plan("enterprise", None, None, None, 20, 365, True, 1_000),
    )
}
