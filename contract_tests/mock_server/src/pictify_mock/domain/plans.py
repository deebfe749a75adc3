"""What each plan allows, and whether a team may have one more experiment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import ExperimentType, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pictify_mock.domain.experiment import Experiment

COUNTED = frozenset({Status.DRAFT, Status.RUNNING, Status.PAUSED})


@dataclass(frozen=True, slots=True)
class Plan:
    """`limits` maps a type to its number of experiments; None is unlimited."""

    name: str
    limits: Mapping[ExperimentType, int | None]
    max_variants: int
    analytics_retention_days: int
    bandit: bool
    requests_a_minute: int


def _plan(name: str, ab: int | None, smart: int | None, scheduled: int | None, *others: Any) -> Plan:
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


def used(experiments: Iterable[Experiment]) -> dict[ExperimentType, int]:
    counts = Counter(experiment.type for experiment in experiments if experiment.status in COUNTED)
    return {kind: counts[kind] for kind in ExperimentType}


def check_slot(plan: Plan, kind: ExperimentType, experiments: Iterable[Experiment]) -> None:
    limit = plan.limits[kind]
    if limit is not None and used(experiments)[kind] >= limit:
        raise Refusal(
            "quota-exceeded",
            f"The {plan.name} plan allows {limit} experiments of type {kind.value} that are draft, running or paused; "
            "complete or delete one, or take a larger plan.",
        )
