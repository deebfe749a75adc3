"""Events in calls of as many as the API takes."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import models
from .errors import TrackingInterruptedError

if TYPE_CHECKING:
    from .models import ExperimentEvent, ExperimentEventResponse

MOST = 100  # events in a call


class Tracking:
    """One or many events, and what became of them."""

    def __init__(self, events: ExperimentEvent | Iterable[ExperimentEvent]) -> None:
        self._events = [events] if isinstance(events, models.ExperimentEvent) else list(events)
        self._next = 0
        self._result = models.ExperimentEventResponse(ok=True, processed=0, errors=[])

    def calls(self) -> Iterator[list[ExperimentEvent]]:
        """The events of each call, in order."""
        for start in range(0, len(self._events), MOST):
            self._next = start
            yield self._events[start : start + MOST]

    @contextmanager
    def sending(self) -> Generator[None, None, None]:
        """Let an error tell what was taken before, if anything was sent before."""
        try:
            yield
        except Exception as error:
            if self._next == 0:
                raise
            message = f"events {self._next} to {len(self._events) - 1} are not tracked: {error}"
            raise TrackingInterruptedError(message, self._result, self._next) from error

    def add(self, answer: ExperimentEventResponse) -> None:
        """Add what became of the events of one call. Errors get the index that the caller knows."""
        for found in answer.errors or ():
            found.index += self._next
        answer.errors = [*(self._result.errors or ()), *(answer.errors or ())]
        answer.processed += self._result.processed
        answer.ok = answer.ok and self._result.ok
        answer.warning = answer.warning or self._result.warning
        self._result = answer

    @property
    def result(self) -> ExperimentEventResponse:
        """What became of all of them."""
        return self._result
