"""Transitions between statuses."""

from dataclasses import replace
from datetime import datetime

from pictify_mock.domain.bandit import warming_up
from pictify_mock.domain.clock import after
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal, invalid_field
from pictify_mock.domain.experiment import Experiment

MOVES = {
    "start": {Status.DRAFT: Status.RUNNING, Status.PAUSED: Status.RUNNING},
    "pause": {Status.RUNNING: Status.PAUSED},
    "complete": {Status.RUNNING: Status.COMPLETED, Status.PAUSED: Status.COMPLETED},
    "delete": {
        Status.DRAFT: Status.ARCHIVED,
        Status.PAUSED: Status.ARCHIVED,
        Status.COMPLETED: Status.ARCHIVED,
    },
}

TRANSITIONS = ("start", "pause", "complete")  # a 409 offers these; delete is not a transition


def allowed_transitions(status: Status) -> list[Status]:
    reachable = (MOVES[action].get(status) for action in TRANSITIONS)
    return list(dict.fromkeys(target for target in reachable if target))


def move(experiment: Experiment, action: str, now: datetime) -> Experiment:
    target = MOVES[action].get(experiment.status)
    if target is None:
        raise _wrong_status(experiment.status, action)
    updated_at = after(experiment.updated_at, now)
    return warming_up(replace(experiment, status=target, updated_at=updated_at))


def complete(experiment: Experiment, winner: str, now: datetime) -> Experiment:
    completed = move(experiment, "complete", now)
    if experiment.variant(winner) is None:
        known = ", ".join(variant.id for variant in experiment.variants)
        message = f"is not the id of a variant of this experiment; send one of {known}"
        raise invalid_field("/winnerVariantId", message, "invalid_value", "invalid-winner")
    return replace(completed, winner_variant_id=winner, winner_declared_at=completed.updated_at)


def _wrong_status(status: Status, action: str) -> Refusal:
    allowed = allowed_transitions(status)
    remedy = f"it may become {' or '.join(allowed)}" if allowed else "no transition is left"
    detail = f"A {status.value} experiment does not allow {action}; {remedy}."
    members = {
        "currentStatus": status.value,
        "allowedTransitions": [each.value for each in allowed],
    }
    return Refusal("invalid-state-transition", detail, members=members)
