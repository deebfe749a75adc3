"""Validate the schedule of a variant."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from pictify_mock.domain import cron
from pictify_mock.domain.errors import FieldError

PERIODS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}

_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,3}")


def moment(text: str) -> datetime | None:
    """Read an RFC 3339 date-time. Return None if the text is not one."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    date, minute, second, fraction, offset = match.groups()
    second = "59" if second == "60" else second  # a leap second, which datetime does not know
    try:
        return datetime.fromisoformat(f"{date}T{minute}:{second}{fraction or ''}{offset.upper()}")
    except ValueError:
        return None


def time_zone(name: str) -> tzinfo | None:
    """Return the IANA time zone of this name, or None."""
    if name == "UTC":
        return UTC
    # zoneinfo imports a package for each part of a name, so the number of parts is bounded.
    if not _ZONE.fullmatch(name):
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def faults(schedule: dict[str, Any], pointer: str) -> list[FieldError]:
    recurrence = schedule.get("recurrence") or {}
    found = [
        *_date_faults(schedule, pointer),
        *_zone_faults(recurrence, pointer),
        *_cron_faults(recurrence, pointer),
    ]
    return found or list(_window_faults(schedule, recurrence, pointer))


def _date_faults(schedule: dict[str, Any], pointer: str) -> Iterator[FieldError]:
    for key in ("startAt", "endAt"):
        if key in schedule and moment(schedule[key]) is None:
            message = "is not a date-time; write it like 2026-03-15T09:00:00Z"
            yield FieldError(f"{pointer}/{key}", message, "invalid_format")


def _zone_faults(recurrence: dict[str, Any], pointer: str) -> Iterator[FieldError]:
    if time_zone(recurrence.get("timezone", "UTC")) is None:
        message = "is not an IANA time zone; write it like America/New_York"
        yield FieldError(f"{pointer}/recurrence/timezone", message, "invalid_value")


def _cron_faults(recurrence: dict[str, Any], pointer: str) -> Iterator[FieldError]:
    if recurrence.get("type") != "cron":
        return
    expression = recurrence.get("cronExpression")
    where = f"{pointer}/recurrence/cronExpression"
    if expression is None:
        message = f"is missing; a cron recurrence needs one, such as {cron.EXAMPLE}"
        yield FieldError(where, message, "required")
    elif (problem := cron.problem(expression)) is not None:
        yield FieldError(where, problem, "invalid_format")


def _window_faults(
    schedule: dict[str, Any], recurrence: dict[str, Any], pointer: str
) -> Iterator[FieldError]:
    start, end = (
        moment(schedule[key]) if key in schedule else None for key in ("startAt", "endAt")
    )
    kind = recurrence.get("type")
    period = PERIODS.get(kind) if kind else None
    if start is None:
        if period:
            message = f"is missing; a {kind} window repeats from its start on"
            yield FieldError(f"{pointer}/startAt", message, "required")
        return
    if end is None:
        return
    if end <= start:
        message = "is not after startAt; end the window after it starts"
        yield FieldError(f"{pointer}/endAt", message, "invalid_value")
    elif period and _local_length(start, end, recurrence) > period:
        message = f"makes the window longer than its {kind} period; shorten it"
        yield FieldError(f"{pointer}/endAt", message, "out_of_range")


def _local_length(start: datetime, end: datetime, recurrence: dict[str, Any]) -> timedelta:
    """Return the length of the window on the clocks of its time zone."""
    zone = time_zone(recurrence.get("timezone", "UTC"))
    try:
        local_start = start.astimezone(zone).replace(tzinfo=None)
        return end.astimezone(zone).replace(tzinfo=None) - local_start
    except OverflowError:  # the first and last day of the calendar have no local time everywhere
        return end - start
