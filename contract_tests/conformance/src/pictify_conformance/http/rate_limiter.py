"""The client-side rate limit, and waiting when the server answers 429."""

import datetime as dt
import math
import threading
import time
from email.utils import parsedate_to_datetime

MAX_WAIT = 60.0
TOTAL_WAIT = 120.0  # seconds in the whole run; one busy path could otherwise hold it for hours
TRIES = 3


class RateLimiter:
    """Space requests evenly, and hold all of them back while a server asks for it."""

    def __init__(self, rate: float | None = None, total_wait: float = TOTAL_WAIT) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._wait_left = total_wait
        self.retries = True
        """False in tests that are about the server's own limits: they need to see its 429."""

    def acquire(self, at_most: float = math.inf) -> None:
        """Wait until the next request may be sent, or for `at_most` seconds."""
        if not self.rate and not self._next:
            return
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next)
            if self.rate:
                self._next = slot + 1 / self.rate
        if slot > now:
            time.sleep(min(slot - now, at_most))

    def pause(self, seconds: float) -> bool:
        """Hold all requests back. Return False if the run may not wait that much longer."""
        with self._lock:
            now = time.monotonic()
            before = max(self._next, now)
            added = max(0.0, now + seconds - before)  # a wait that is under way counts once
            if added > self._wait_left:
                return False
            self._wait_left -= added
            self._next = before + added
        return True

    def retry_delay(self, status: int, retry_after: str | None, body: bytes) -> float | None:
        """Return the seconds until a retry, or None if a retry would not help."""
        if not self.retries or status != 429 or retry_after is None or b"quota" in body:
            return None
        seconds = retry_after_seconds(retry_after)
        return seconds if seconds is not None and seconds <= MAX_WAIT else None


def retry_after_seconds(value: str) -> float | None:
    """Return the seconds of a Retry-After header, which may be a date; None if it is invalid."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
