"""Retries: the calls that are tried again, and the time to wait before each."""

from __future__ import annotations

import random
from math import inf
from time import monotonic
from typing import Any, NamedTuple

import httpx

from .errors import APIConnectionError, ResponseTooLargeError, code_of, problem_of, retry_after

QUOTA = "quota-exceeded"


class RetryPolicy(NamedTuple):
    """The number of tries of a call, and the time for them.

    Operations that read, update or delete are repeated after 408, 429 and 5xx, and if no whole
    response came. Those that create, move or count are repeated only where nothing can have
    happened: after 429 with `Retry-After`, and if no connection could be made. A quota that is
    used up is not waited for.
    """

    max_retries: int = 2
    """Tries after the first one. 0 is none."""
    max_seconds: float = 60.0
    """No try begins later than this after the first one. A longer `Retry-After` ends the tries."""
    initial_delay: float = 0.5
    """Seconds before the second try. They double with every try, and half of them are random."""
    max_delay: float = 8.0
    """The most seconds to wait if the server sends no `Retry-After`."""


class NotStartedError(TimeoutError):
    """The deadline passed before the request was sent."""


class Attempts:
    """The tries of one call."""

    def __init__(self, policy: RetryPolicy, repeatable: bool, deadline: float | None) -> None:
        started = monotonic()
        self.ends_at = inf if deadline is None else started + deadline
        """The end of the call, by `monotonic`."""
        self._policy = policy
        self._repeatable = repeatable
        self._left = policy.max_retries
        self._last_start = min(started + policy.max_seconds, self.ends_at)

    def timeouts(self, steps: dict[str, float | None]) -> dict[str, float | None]:
        """Return the timeouts of the steps of the next try, none beyond the deadline.

        Raises:
            NotStartedError: The deadline has passed.
        """
        if self.ends_at == inf:
            return steps
        left = self.ends_at - monotonic()
        if left <= 0:
            raise NotStartedError
        return {step: left if most is None else min(most, left) for step, most in steps.items()}

    def seconds_left(self) -> float | None:
        """Return the seconds to the deadline, or None if there is none."""
        return None if self.ends_at == inf else self.ends_at - monotonic()

    def delay_after(self, outcome: httpx.Response | APIConnectionError) -> float | None:
        """Return the seconds to wait before the next try, or None if this outcome stands."""
        if self._left <= 0 or not self._may_repeat(outcome):
            return None
        asked = None
        if not isinstance(outcome, APIConnectionError):
            asked = retry_after(outcome.headers)
        delay = self._backoff() if asked is None else asked
        if monotonic() + delay > self._last_start:
            return None
        self._left -= 1
        return delay

    def _may_repeat(self, outcome: httpx.Response | APIConnectionError) -> bool:
        if isinstance(outcome, APIConnectionError):
            if isinstance(outcome, ResponseTooLargeError):
                return False
            return self._repeatable or not outcome.was_sent
        if outcome.status_code == 429:
            if code_of(problem_of(outcome)) == QUOTA:
                return False
            return self._repeatable or retry_after(outcome.headers) is not None
        return self._repeatable and (outcome.status_code == 408 or outcome.status_code >= 500)

    def _backoff(self) -> float:
        done = self._policy.max_retries - self._left
        delay = min(self._policy.initial_delay * 2.0**done, self._policy.max_delay)
        return delay * random.uniform(0.5, 1.0)


def checked(policy: Any, max_retries: Any) -> RetryPolicy:
    """Return the policy, with this number of retries if it is given.

    Raises:
        TypeError: One of them, or a member of the policy, is of another type.
        ValueError: A number is negative or not finite.
    """
    if not isinstance(policy, RetryPolicy):
        raise TypeError(
            f"retries has to be a RetryPolicy, not {type(policy).__name__}; "
            "for a number there is max_retries"
        )
    found: RetryPolicy = policy
    if max_retries is not None:
        found = policy._replace(max_retries=max_retries)
    for name, value in found._asdict().items():
        kind, kinds = ("an int", int) if name == "max_retries" else ("a number", int | float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise TypeError(f"{name} has to be {kind}, not {type(value).__name__}")
        if not 0 <= value < inf:
            raise ValueError(f"{name} has to be finite and 0 or more, not {value}")
    return found
