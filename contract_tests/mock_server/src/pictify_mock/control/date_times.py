"""Read the date-times of control requests."""

from datetime import UTC, datetime, timedelta

from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.schedules import moment

# Far enough from the ends of the calendar for time zones, windows and cron, which looks 50 years
# back
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# A clock that is set to the latest moment goes on, and its state has to be loadable, too.
LATEST_LOADED = LATEST + timedelta(days=365)


def read(text: str, field: str, latest: datetime = LATEST) -> datetime:
    """Return the date-time in UTC, or refuse the request."""
    found = moment(text)
    if found is None:
        message = "is not a date-time; write it like 2026-03-15T09:00:00Z"
        raise invalid_field(field, message, "invalid_format")
    check(found, field, latest)
    return found.astimezone(UTC)


def check(found: datetime, field: str, latest: datetime = LATEST) -> None:
    if not EARLIEST <= found < latest:
        years = f"{EARLIEST.year} to {LATEST.year - 1}"
        message = f"leads to the year {found.year}; stay within {years}"
        raise invalid_field(field, message, "out_of_range")
