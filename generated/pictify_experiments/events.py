"""Events in calls that are as large as the API takes."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from . import models
from .errors import (
    APIConnectionError,
    APIStatusError,
    PayloadTooLargeError,
    PictifyError,
    ServerError,
    TrackingInterruptedError,
    UnreadableResponseError,
)
from .types import from_keywords, put_place, to_json

if TYPE_CHECKING:
    Event: TypeAlias = models.ExperimentEvent | models.ExperimentEventDict

MOST_EVENTS = 100  # in a call
MOST_BYTES = 2**20  # of the body of a call
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Tracking:
    """Events on their way: accepted, sent without a readable response, or not sent."""

    def __init__(self, events: Event | Iterable[Event]) -> None:
        """Check every event before any is sent.

        Raises:
            TypeError: One of them is not an event, or has a wrong key.
            ValueError: One of them cannot be sent as JSON.
        """
        self._events = _listed(events)
        self._sizes = [_size(event, index) for index, event in enumerate(self._events)]
        self._start = self._end = 0  # of the call that is on its way
        self._halved = MOST_EVENTS
        self.result = models.ExperimentEventResponse(ok=True, processed=0, errors=[])

    def calls(self) -> Iterator[list[models.ExperimentEvent]]:
        """Yield the events of each call, in order."""
        while self._end < len(self._events):
            self._start, self._end = self._end, self._end_of_call(self._end)
            yield self._events[self._start : self._end]

    def _end_of_call(self, start: int) -> int:
        size, end = 2, start
        while end < len(self._events) and end - start < self._halved:
            size += self._sizes[end] + 1
            if size > MOST_BYTES and end > start:
                break
            end += 1
        return end

    @contextmanager
    def sending(self) -> Generator[None, None, None]:
        """Send one call in this block.

        After 413 the events are sent again in halves. An interruption such as `KeyboardInterrupt`
        gets the attribute `tracking`, a `TrackingInterruptedError`.
        """
        try:
            yield
        except PayloadTooLargeError as error:
            if self._end - self._start == 1:
                self._interrupt(error)
            self._halved = (self._end - self._start + 1) // 2
            self._end = self._start
        except BaseException as error:
            self._interrupt(error)

    def _interrupt(self, error: BaseException) -> NoReturn:
        """Raise the error, or if the events have different fates, one that tells them apart."""
        unknown = _may_have_counted(error)
        unsent = self._end if unknown else self._start
        found = TrackingInterruptedError(error, self.result, self._events, self._start, unsent)
        if not isinstance(error, Exception):
            error.tracking = found  # type: ignore[attr-defined]
            error.add_note(str(found))
            raise error
        if self._start == 0 and unsent in (0, len(self._events)):
            raise error
        raise found from error

    def add(self, answer: models.ExperimentEventResponse) -> None:
        """Add the result of one call. Errors get the index of the event among all."""
        for found in answer.errors or ():
            if hasattr(found, "index"):
                found.index += self._start
        answer.errors = [*(self.result.errors or ()), *(answer.errors or ())]
        answer.processed += self.result.processed
        answer.ok = answer.ok and self.result.ok
        answer.warning = answer.warning or self.result.warning
        self.result = answer


def _listed(events: Any) -> list[models.ExperimentEvent]:
    if isinstance(events, models.ExperimentEvent | Mapping):
        events = [events]
    elif isinstance(events, str | bytes) or not isinstance(events, Iterable):
        raise TypeError(
            "events has to be an ExperimentEvent, a dict or an iterable of them, "
            f"not {type(events).__name__}"
        )
    return [_event(event, index) for index, event in enumerate(cast("Iterable[Any]", events))]


def _event(event: Any, index: int) -> models.ExperimentEvent:
    if isinstance(event, models.ExperimentEvent):
        return event
    if not isinstance(event, Mapping):
        kind = type(event).__name__
        raise TypeError(f"events[{index}] has to be an ExperimentEvent or a dict, not {kind}")
    try:
        return from_keywords(models.ExperimentEvent, cast("Mapping[str, Any]", event))
    except TypeError as error:
        put_place(error, f"events[{index}]")
        raise


def _size(event: models.ExperimentEvent, index: int) -> int:
    """Return the bytes of an event as JSON."""
    try:
        return len(ENCODER.encode(to_json(event)).encode("utf-8"))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"events[{index}] cannot be sent: {error}") from error


def _may_have_counted(error: BaseException) -> bool:
    """Return True if the server may have counted the events of the call that failed."""
    if isinstance(error, APIConnectionError):
        return error.was_sent
    if isinstance(error, APIStatusError):
        return isinstance(error, ServerError) or error.status_code == 408
    return isinstance(error, UnreadableResponseError) or not isinstance(
        error, PictifyError | ValueError | TypeError
    )
