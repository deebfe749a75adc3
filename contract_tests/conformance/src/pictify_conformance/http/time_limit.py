"""The time limit of a run, and of the clean-up after it."""

import contextlib
import math
import time
from collections.abc import Iterator

from pictify_conformance.http.errors import RunOver

CLEAN_UP_SECONDS = 20.0
CLEAN_UP_REQUEST_SECONDS = 5.0  # so that one slow delete leaves time for the others


class TimeLimit:
    """The end of a run: its time limit, or the moment that `stop` is called."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._judging = False
        self.reason = f"the time limit of {seconds or 0:g} s is reached: no more tests were started"

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def stop(self, reason: str) -> None:
        if not self.is_over:
            self._end, self.reason = time.monotonic(), reason

    @contextlib.contextmanager
    def judging(self) -> Iterator[None]:
        """Mark a block that must end with the run. All else cleans up, and has 20 s more."""
        self._judging = True
        try:
            yield
        finally:
            self._judging = False

    def remaining(self, wanted: float = math.inf) -> float:
        """Return the seconds that a request may take, at most `wanted`.

        Raises:
            RunOver: the request must not be sent.
        """
        end = self._end if self._judging else self._end + CLEAN_UP_SECONDS
        left = end - time.monotonic()
        if left <= 0:
            raise RunOver(self.reason)
        return min(wanted, left, CLEAN_UP_REQUEST_SECONDS if self.is_over else math.inf)
