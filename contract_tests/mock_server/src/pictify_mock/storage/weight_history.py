"""The last weights that each bandit found, for the chart of the dashboard."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pictify_mock.domain.experiment import Counter, Experiment

KEPT = 100  # moments of an experiment
EXPERIMENTS = 200


class Weights(NamedTuple):
    at: datetime
    weights: Mapping[str, int]  # by the id of the variant


class WeightHistory:
    """Keeps weights in memory. The experiment that was added first is forgotten first."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Counter, deque[Weights]]] = {}

    def add(self, before: Experiment, after: Experiment, now: datetime) -> None:
        if not self.of(before):
            self._of.pop(before.uid, None)
            # The owner's last write was the start, which set the weights until now.
            first = Weights(before.updated_at, _weights(before))
            self._of[before.uid] = (_identity(before), deque([first], KEPT))
        self._of[before.uid][1].append(Weights(now, _weights(after)))
        if len(self._of) > EXPERIMENTS:
            del self._of[next(iter(self._of))]

    def of(self, experiment: Experiment) -> Sequence[Weights]:
        """Return the weights, the oldest first."""
        identity, found = self._of.get(experiment.uid, (None, ()))
        return found if identity is _identity(experiment) else ()


def _identity(experiment: Experiment) -> Counter:
    # After a reset with a seed another experiment may have the uid, but not the counter.
    return experiment.variants[0].counter


def _weights(experiment: Experiment) -> dict[str, int]:
    return {variant.id: variant.weight for variant in experiment.variants}
