"""Find the variant of a scheduled experiment whose window is open."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from pictify_mock.domain import cron
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.schedules import PERIODS, moment, time_zone

DAY = timedelta(days=1)
NOTHING = timedelta()
EVER = datetime.min.replace(tzinfo=UTC)


class Window(NamedTuple):
    start: datetime | None
    end: datetime | None
    recurrence: dict[str, Any]

    @property
    def zone(self) -> tzinfo:
        return time_zone(self.recurrence.get("timezone", "UTC")) or UTC


def open_variant(variants: Sequence[Variant], now: datetime) -> Variant | None:
    """Return the variant with an open window that starts latest, the first of equals."""
    windows = [(each, window(each.schedule)) for each in variants if each.schedule is not None]
    opened = [(each, open_) for each, open_ in windows if is_open(open_, now)]
    return max(opened, key=lambda pair: pair[1].start or EVER, default=(None, None))[0]


def window(schedule: dict[str, Any]) -> Window:
    start, end = (
        moment(schedule[key]) if key in schedule else None for key in ("startAt", "endAt")
    )
    return Window(start, end, schedule.get("recurrence") or {})


def is_open(window: Window, now: datetime) -> bool:
    if window.start is not None and now < window.start:
        return False
    return _KINDS[window.recurrence.get("type", "none")](window, now)


def _once(window: Window, now: datetime) -> bool:
    return window.end is None or now < window.end


def _repeating(window: Window, now: datetime) -> bool:
    # Local times are compared, and not instants: an hour that a clock change skips is not shown,
    # one that it repeats is shown twice.
    assert window.start is not None  # `schedules.faults` requires it
    start = local_time(window.start, window.zone)
    passed = local_time(now, window.zone) - start
    period = PERIODS[window.recurrence["type"]]
    return passed >= NOTHING and passed % period < _length(window, start)


def _length(window: Window, start: datetime) -> timedelta:
    """Return the length of a repeating window, without an end to the end of the local day."""
    if window.end is None:
        return DAY - (start - start.replace(hour=0, minute=0, second=0, microsecond=0))
    length = local_time(window.end, window.zone) - start
    if length > NOTHING:
        return length
    return window.end - (window.start or EVER)  # the clock went back in between


def local_time(moment: datetime, zone: tzinfo) -> datetime:
    """Return the naive time that the clocks of a zone show."""
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the first and last day of the calendar have no local time everywhere
        return moment.replace(tzinfo=None)


def _cron(window: Window, now: datetime) -> bool:
    minute = now.replace(second=0, microsecond=0)
    fired = cron.last_fire(window.recurrence["cronExpression"], window.zone, minute)
    if fired is None or fired < (window.start or EVER):
        return False
    if window.start is None or window.end is None:
        return _once(window, now)
    return now - fired < window.end - window.start


_KINDS: dict[str, Callable[[Window, datetime], bool]] = {
    "none": _once,
    "daily": _repeating,
    "weekly": _repeating,
    "cron": _cron,
}
