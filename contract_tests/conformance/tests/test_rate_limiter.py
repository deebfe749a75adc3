"""The speed of requests, and patience with a server that limits it."""

import datetime as dt
import time
from email.utils import format_datetime

import pytest

from pictify_conformance.http.rate_limiter import Pace, seconds_of


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was slept, on a clock that stands still."""
    naps: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(time, "sleep", naps.append)
    return naps


def test_rate(slept: list[float]) -> None:
    """Requests are spaced evenly, as many a second as were allowed."""
    keeper = Pace(rate=4)
    for _ in range(4):
        keeper.keep()
    assert slept == [0.25, 0.5, 0.75]


def test_no_rate(slept: list[float]) -> None:
    """Nothing is held back without a rate, until a server asks for it."""
    keeper = Pace()
    keeper.keep()
    keeper.hold(7)
    keeper.keep()
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
def test_patience(
    status: int, retry_after: str | None, body: bytes, expected: float | None
) -> None:
    """A rate limit that names a bearable wait is waited for; a used-up quota is not."""
    assert Pace().wait_for(status, retry_after, body) == expected


def test_no_patience_in_tests_of_limits() -> None:
    """A test about limits sees the 429."""
    keeper = Pace()
    keeper.patient = False
    assert keeper.wait_for(429, "3", b"") is None


def test_retry_after_may_be_a_moment() -> None:
    """A Retry-After may name the moment; one that has passed asks for no wait."""
    assert (
        seconds_of(format_datetime(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), usegmt=True))
        == 0
    )
    assert (
        seconds_of(format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), usegmt=True))
        != 0
    )
