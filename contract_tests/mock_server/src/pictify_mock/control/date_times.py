"""The date-times that the control paths take."""

from datetime import UTC, datetime, timedelta

from pictify_mock.domain.errors import FieldError, invalid
from pictify_mock.domain.schedules import moment

# Far enough from the ends of the calendar for time zones, windows and cron, which looks 50 years back.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# A clock that was set to the last moment goes on, and so do the times of writes. What is dumped then can be loaded.
LATEST_LOADED = LATEST + timedelta(days=365)


def read(text: str, field: str, latest: datetime = LATEST) -> datetime:
    found = moment(text)
    if found is None:
        raise invalid(
            [
                FieldError(
                    field,
                    "is not a date-time; write it like 2026-03-15T09:00:00Z",
                    "invalid_format",
                )
            ]
        )
    check(found, field, latest)
    return found.astimezone(UTC)


def check(found: datetime, field: str, latest: datetime = LATEST) -> None:
    if not EARLIEST <= found < latest:
        message = (
            f"leads to the year {found.year}; stay within {EARLIEST.year} to {LATEST.year - 1}"
        )
        raise invalid([FieldError(field, message, "out_of_range")])
