"""How long a run may go on, and how long it may clean up after that."""

import contextlib
import math
import time
from collections.abc import Iterator

from pictify_conformance.http.errors import RunOver

CLEAN_UP = 20.0  # seconds, once the run is over
LAST_TRY = 5.0  # seconds that a request of that clean-up may take, so that one does not take up all of them


class TimeLimit:
    """When a run is over: at its time limit, or once it is stopped. Each process has one of its own."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._judging = False
        self.reason = f"the time limit of {seconds or 0:g} s is reached: no more tests were started"

    @property
    def is_over(self) -> bool:
        """Return True if nothing more is to be judged."""
        return time.monotonic() >= self._end

    def stop(self, reason: str) -> None:
        """End the run now."""
        if not self.is_over:
            self._end, self.reason = time.monotonic(), reason

    @contextlib.contextmanager
    def judging(self) -> Iterator[None]:
        """Mark what has to end with the run. All else cleans up, and has a while longer."""
        self._judging = True
        try:
            yield
        finally:
            self._judging = False

    def left(self, wanted: float = math.inf) -> float:
        """Return for how many seconds a request may go on that wants so many; raise if it must not be sent."""
        end = self._end if self._judging else self._end + CLEAN_UP
        left = end - time.monotonic()
        if left <= 0:
            raise RunOver(self.reason)
        return min(wanted, left, LAST_TRY if self.is_over else math.inf)
