"""When a call is tried again, and how long to wait before."""

from __future__ import annotations

import random
from time import monotonic
from typing import NamedTuple

import httpx

from .errors import PictifyError, code_of, problem_of, retry_after

QUOTA = "quota-exceeded"


class RetryPolicy(NamedTuple):
    """How often, and for how long, a call that may be repeated is tried again.

    Operations that read, update or delete are; those that create, move or count are tried once. A try is repeated
    after 408, 429 and 5xx, and if no whole answer came. A quota that is used up is not waited for.
    """

    max_retries: int = 2
    """Tries after the first one. 0 is none."""
    max_seconds: float = 60.0
    """No try begins later than this after the first one. A longer `Retry-After` ends the tries."""
    initial_delay: float = 0.5
    """Seconds before the second try; they double with every try, and half of them are left to chance."""
    max_delay: float = 8.0
    """The most seconds to wait where the server does not tell."""


class Attempts:
    """The tries of one call."""

    def __init__(self, policy: RetryPolicy, repeatable: bool) -> None:
        self._policy = policy
        self._left = policy.max_retries if repeatable else 0
        self._deadline = monotonic() + policy.max_seconds

    def delay_after(self, outcome: httpx.Response | PictifyError) -> float | None:
        """Seconds to wait before the next try; None if this outcome stands."""
        if self._left <= 0 or not passing(outcome):
            return None
        told = retry_after(outcome.headers) if isinstance(outcome, httpx.Response) else None
        delay = self._backoff() if told is None else told
        if monotonic() + delay > self._deadline:
            return None
        self._left -= 1
        return delay

    def _backoff(self) -> float:
        done = self._policy.max_retries - self._left
        delay = min(self._policy.initial_delay * 2.0**done, self._policy.max_delay)
        return delay * random.uniform(0.5, 1.0)


def passing(outcome: httpx.Response | PictifyError) -> bool:
    """Whether the next try may come out otherwise."""
    if not isinstance(outcome, httpx.Response):
        return True
    if outcome.status_code == 429:
        return code_of(problem_of(outcome)) != QUOTA
    return outcome.status_code == 408 or outcome.status_code >= 500
