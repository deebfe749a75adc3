"""How fast requests follow one another in a process."""

import datetime as dt
import math
import threading
import time
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
PATIENCE = 120.0  # seconds that a run waits in all, or else one path could hold it for hours
TRIES = 3


class Pace:
    """Keeps to a number of requests a second, and holds all of them back while a server asks for it."""

    def __init__(self, rate: float | None = None, patience: float = PATIENCE) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._left = patience
        self.patient = True
        """Whether to wait when a server limits the rate: not in a test that is about its limits."""

    def keep(self, at_most: float = math.inf) -> None:
        """Wait until the next request may be sent, or for so many seconds."""
        if not self.rate and not self._next:
            return
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next)
            if self.rate:
                self._next = slot + 1 / self.rate
        if slot > now:
            time.sleep(min(slot - now, at_most))

    def hold(self, seconds: float) -> bool:
        """Send nothing for so long. Return False if the run has not so much patience left."""
        with self._lock:
            now = time.monotonic()
            before = max(self._next, now)
            added = max(0.0, now + seconds - before)  # what others wait for already counts once
            if added > self._left:
                return False
            self._left -= added
            self._next = before + added
        return True

    def wait_for(self, status: int, retry_after: str | None, body: bytes) -> float | None:
        """How long to wait before the same request is sent again; nothing if that would not help."""
        if not self.patient or status != 429 or retry_after is None or b"quota" in body:
            return None
        seconds = seconds_of(retry_after)
        return seconds if seconds is not None and seconds <= LONGEST_WAIT else None


def seconds_of(retry_after: str) -> float | None:
    """The seconds that a Retry-After asks for, which may also name the moment."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
