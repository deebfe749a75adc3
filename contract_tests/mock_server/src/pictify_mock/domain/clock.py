"""Time as the API shows it: UTC, to the millisecond, and always forward."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

MILLISECOND = timedelta(milliseconds=1)


def to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def system_clock() -> datetime:
    return datetime.now(UTC)


def after(previous: datetime, now: datetime) -> datetime:
    """Return the time of a write: later than the previous one, even if the clock stands still."""
    return max(to_millisecond(now), previous + MILLISECOND)
