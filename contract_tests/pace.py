"""How fast requests follow one another, over all processes of a run."""

import datetime as dt
import multiprocessing
import time
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
TRIES = 3


class Pace:
    """Keeps to a number of requests a second, and holds all of them back while a server asks for it."""

    def __init__(self, rate: float | None = None) -> None:
        self._rate = rate
        self._next = multiprocessing.Value("d", 0.0)
        self.patient = True
        """Whether to wait when a server limits the rate: not in a test that is about its limits."""

    def keep(self) -> None:
        """Wait until the next request may be sent."""
        if not self._rate and not self._next.value:
            return
        with self._next.get_lock():
            now = time.monotonic()
            slot = max(now, self._next.value)
            if self._rate:
                self._next.value = slot + 1 / self._rate
        if slot > now:
            time.sleep(slot - now)

    def hold(self, seconds: float) -> None:
        """Send nothing for so long."""
        with self._next.get_lock():
            self._next.value = max(self._next.value, time.monotonic() + seconds)

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
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
