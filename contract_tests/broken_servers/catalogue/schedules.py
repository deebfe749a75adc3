"""Schedules that are not looked at, or on other clocks."""

from datetime import UTC, timedelta
from typing import Any

from broken_servers.fault import Patch, patch_mock
from pictify_mock.domain import assignment, cron, schedule_windows
from pictify_mock.domain.enums import ExperimentType


def _on_show(patch: Patch, on_show: Any) -> None:
    patch(assignment, "on_show", on_show)


def _opened(variants: Any, now: Any) -> list[Any]:
    return [
        each
        for each in variants
        if each.schedule is not None
        and schedule_windows.is_open(schedule_windows.window(each.schedule), now)
    ]


@patch_mock("schedule.active")
def schedules_are_not_looked_at(patch: Patch) -> None:
    """A scheduled experiment always shows its default."""
    _on_show(patch, lambda *_: None)


@patch_mock("schedule.active")
def schedules_never_close(patch: Patch) -> None:
    """endAt is not looked at."""
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "none": lambda *_: True})


@patch_mock("schedule.active")
def schedules_open_early(patch: Patch) -> None:
    """startAt is not looked at."""
    original = schedule_windows.is_open
    patch(
        schedule_windows, "is_open", lambda window, now: original(window._replace(start=None), now)
    )


@patch_mock("schedule.active")
def scheduled_goes_by_weights(patch: Patch) -> None:
    """A scheduled experiment is split by weights."""
    patch(
        assignment, "_CHOICES", {**assignment._CHOICES, ExperimentType.SCHEDULED: assignment._drawn}
    )


@patch_mock("schedule.active")
def schedules_of_the_first_variant_only(patch: Patch) -> None:
    """Only the first variant's schedule is looked at."""
    original = schedule_windows.on_show
    _on_show(patch, lambda variants, now: original(variants[:1], now))


@patch_mock("schedule.active")
def schedules_are_read_two_hours_late(patch: Patch) -> None:
    """Times are compared with a clock of another zone."""
    original = schedule_windows.on_show
    _on_show(patch, lambda variants, now: original(variants, now + timedelta(hours=2)))


@patch_mock("schedule.fallback")
def nothing_open_and_the_first_is_shown(patch: Patch) -> None:
    """Without an open schedule the first variant is shown, not the default."""
    patch(assignment, "fallback", lambda variants: variants[0])


@patch_mock("schedule.fallback")
def nothing_open_and_weights_decide(patch: Patch) -> None:
    """Without an open schedule the weights decide."""

    def scheduled(experiment: Any, visit: Any) -> Any:
        return schedule_windows.on_show(experiment.variants, visit.now) or assignment._drawn(
            experiment, visit
        )

    patch(assignment, "_CHOICES", {**assignment._CHOICES, ExperimentType.SCHEDULED: scheduled})


@patch_mock("schedule.latest-start")
def first_open_schedule_wins(patch: Patch) -> None:
    """Of several open schedules the first in the array is shown."""
    _on_show(patch, lambda variants, now: next(iter(_opened(variants, now)), None))


@patch_mock("schedule.latest-start")
def last_of_equal_starts_wins(patch: Patch) -> None:
    """Of schedules that opened at one moment the last is shown."""
    original = schedule_windows.on_show
    _on_show(patch, lambda variants, now: original(variants[::-1], now))


@patch_mock("schedule.open-ended")
def schedule_needs_an_end(patch: Patch) -> None:
    """Without an endAt a window is closed."""
    closed = lambda window, now: window.end is not None and now < window.end  # noqa: E731
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "none": closed})


@patch_mock("schedule.open-ended")
def schedule_needs_a_start(patch: Patch) -> None:
    """Without a startAt a window is closed."""
    original = schedule_windows.is_open
    patch(
        schedule_windows,
        "is_open",
        lambda window, now: window.start is not None and original(window, now),
    )


@patch_mock("schedule.daily")
def daily_is_once(patch: Patch) -> None:
    """A daily window opens once only."""
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "daily": schedule_windows._once})


@patch_mock("schedule.daily")
def daily_without_an_end_lasts_a_day(patch: Patch) -> None:
    """A daily window without an end lasts for 24 hours."""
    original = schedule_windows._length
    patch(
        schedule_windows,
        "_length",
        lambda window, start: (
            schedule_windows.DAY if window.end is None else original(window, start)
        ),
    )


@patch_mock("schedule.daily")
def daily_windows_do_not_pass_midnight(patch: Patch) -> None:
    """A daily window is looked for on today's date only."""

    def repeating(window: Any, now: Any) -> bool:
        opens, clock = (
            schedule_windows._clock(moment, window.zone).time() for moment in (window.start, now)
        )
        return bool(schedule_windows._repeating(window, now)) and clock >= opens

    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "daily": repeating})


@patch_mock("schedule.weekly")
def weekly_is_daily(patch: Patch) -> None:
    """A weekly window opens each day."""
    daily = lambda window, now: schedule_windows._repeating(  # noqa: E731
        window._replace(recurrence={**window.recurrence, "type": "daily"}), now
    )
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "weekly": daily})


@patch_mock("schedule.weekly")
def weekly_is_once(patch: Patch) -> None:
    """A weekly window opens once only."""
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "weekly": schedule_windows._once})


@patch_mock("schedule.cron")
def cron_is_once(patch: Patch) -> None:
    """A cronExpression is not looked at."""
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "cron": schedule_windows._once})


@patch_mock("schedule.cron")
def cron_windows_never_close(patch: Patch) -> None:
    """Once it has fired, a cron window stays open."""
    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "cron": lambda *_: True})


@patch_mock("schedule.cron")
def cron_opens_for_a_minute(patch: Patch) -> None:
    """A cron window is open in the minute that it fires."""

    def minute(window: Any, now: Any) -> bool:
        at = now.replace(second=0, microsecond=0)
        return bool(cron.last_fire(window.recurrence["cronExpression"], window.zone, at) == at)

    patch(schedule_windows, "_KINDS", {**schedule_windows._KINDS, "cron": minute})


@patch_mock("schedule.time-zone")
def zones_are_not_looked_at(patch: Patch) -> None:
    """Every schedule is read in UTC."""
    patch(schedule_windows, "time_zone", lambda _: UTC)
