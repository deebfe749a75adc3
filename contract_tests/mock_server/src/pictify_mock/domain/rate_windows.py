"""Rate limits: a number of requests in each minute of the clock."""

from collections.abc import Hashable
from datetime import datetime
from math import ceil
from typing import NamedTuple

SECONDS = 60


class Allowance(NamedTuple):
    """One request's limit. `reset` is in seconds since 1970, `wait` in seconds from now."""

    limit: int
    asked: int
    reset: int
    wait: int

    @property
    def remaining(self) -> int:
        return max(self.limit - self.asked, 0)

    @property
    def is_spent(self) -> bool:
        return self.asked > self.limit


class Windows:
    """Count each caller's requests of the present minute, and forget them with the next."""

    def __init__(self) -> None:
        self._minute = 0
        self._asked: dict[Hashable, int] = {}

    def take(self, caller: Hashable, limit: int, now: datetime) -> Allowance:
        moment = now.timestamp()
        minute = int(moment // SECONDS)
        # Only the present minute is kept, so memory is bounded by its callers.
        if minute != self._minute:
            self._minute, self._asked = minute, {}
        asked = self._asked[caller] = self._asked.get(caller, 0) + 1
        reset = (minute + 1) * SECONDS
        return Allowance(limit, asked, reset, ceil(reset - moment))

    def clear(self) -> None:
        self._asked.clear()
