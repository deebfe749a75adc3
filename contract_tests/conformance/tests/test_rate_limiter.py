"""The rate limiter, and the delay that a 429 asks for."""

import datetime as dt
import time
from email.utils import format_datetime

import pytest

from pictify_conformance.http.rate_limiter import RateLimiter, retry_after_seconds


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The arguments of `time.sleep`, while the clock stands still."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def test_requests_are_spaced_evenly(slept: list[float]) -> None:
    limiter = RateLimiter(rate=4)
    for _ in range(4):
        limiter.acquire()
    assert slept == [0.25, 0.5, 0.75]


def test_without_a_rate_only_a_pause_delays_requests(slept: list[float]) -> None:
    limiter = RateLimiter()
    limiter.acquire()
    limiter.pause(7)
    limiter.acquire()
    assert slept == [7.0]


@pytest.mark.parametrize(
    ("status", "retry_after", "body", "expected"),
    [
        (429, "3", b'{"type": "rate-limit-exceeded"}', 3.0),
        (429, "3", b'{"type": "https://docs.pictify.io/errors/quota-exceeded"}', None),
        (429, None, b"", None),
        (429, "soon", b"", None),
        (429, "3600", b"", None),
        (503, "3", b"", None),
    ],
    ids=["rate", "quota", "no-header", "nonsense", "too-long", "other-status"],
)
def test_only_a_short_rate_limit_is_waited_for(
    status: int, retry_after: str | None, body: bytes, expected: float | None
) -> None:
    assert RateLimiter().retry_delay(status, retry_after, body) == expected


def test_tests_of_limits_do_not_retry() -> None:
    limiter = RateLimiter()
    limiter.retries = False
    assert limiter.retry_delay(429, "3", b"") is None


def test_retry_after_may_be_a_date() -> None:
    now, hour = dt.datetime.now(dt.UTC), dt.timedelta(hours=1)
    assert retry_after_seconds(format_datetime(now - hour, usegmt=True)) == 0
    later = retry_after_seconds(format_datetime(now + hour, usegmt=True))
    assert later is not None
    assert later > 0
