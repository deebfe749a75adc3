"""Read the date-times and durations of control requests."""

import re
from datetime import UTC, datetime, timedelta

from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.schedules import moment

# Far enough from the ends of the calendar for time zones, windows and cron, which looks 50 years
# back
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# A clock that is set to the latest moment goes on, and its state has to be loadable, too.
LATEST_LOADED = LATEST + timedelta(days=365)
MOST_SECONDS = 100 * 366 * 24 * 3600
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"(-?[0-9]{1,10}(?:\.[0-9]{1,9})?)([smhd])")


def read(text: str, field: str, latest: datetime = LATEST) -> datetime:
    """Return the date-time in UTC, or refuse the request."""
    found = moment(text)
    if found is None:
        message = "is not a date-time; write it like 2026-03-15T09:00:00Z"
        raise invalid_field(field, message, "invalid_format")
    check(found, field, latest)
    return found.astimezone(UTC)


def read_day(text: str, field: str) -> datetime:
    """Return the date-time, or the start of the day in UTC, or refuse the request."""
    return read(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text, field)


def duration(value: object, field: str) -> timedelta:
    """Return the duration of a number of seconds or of a text such as `15m`, or refuse it."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        seconds = float(match[1]) * SECONDS[match[2]]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value
    else:
        message = "is not a duration; send seconds as a number, or a text such as 90s, 15m, 2h, 1d"
        raise invalid_field(field, message, "invalid_format")
    if not -MOST_SECONDS <= seconds <= MOST_SECONDS:
        message = f"is {str(value)[:40]}; send up to 100 years, back or ahead"
        raise invalid_field(field, message, "out_of_range")
    return timedelta(seconds=seconds)


def check(found: datetime, field: str, latest: datetime = LATEST) -> None:
    if not EARLIEST <= found < latest:
        years = f"{EARLIEST.year} to {LATEST.year - 1}"
        message = f"leads to the year {found.year}; stay within {years}"
        raise invalid_field(field, message, "out_of_range")
