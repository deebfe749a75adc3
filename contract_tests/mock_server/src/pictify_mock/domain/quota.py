"""Count the experiments that take a slot of their team's plan."""

from collections import Counter
from collections.abc import Iterable

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.plans import Plan

COUNTED = frozenset({Status.DRAFT, Status.RUNNING, Status.PAUSED})


def used(experiments: Iterable[Experiment]) -> dict[ExperimentType, int]:
    counts = Counter(experiment.type for experiment in experiments if experiment.status in COUNTED)
    return {kind: counts[kind] for kind in ExperimentType}


def check_slot(plan: Plan, kind: ExperimentType, experiments: Iterable[Experiment]) -> None:
    limit = plan.limits[kind]
    if limit is not None and used(experiments)[kind] >= limit:
        detail = (
            f"The {plan.name} plan allows {limit} experiments of type {kind.value} that are draft, "
            "running or paused; complete or delete one, or take a larger plan."
        )
        raise Refusal("quota-exceeded", detail)
