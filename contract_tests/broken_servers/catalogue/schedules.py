"""Schedules that are ignored, or read by other clocks."""

from datetime import UTC
from typing import Any

from broken_servers.catalogue.targeting import set_choice
from broken_servers.fault import Patch, patch_mock
from pictify_mock.domain import assignment, cron, schedule_windows
from pictify_mock.domain.enums import ExperimentType

# The mock's own functions, under names that no patch replaces.
IS_OPEN, OPEN_VARIANT = schedule_windows.is_open, schedule_windows.open_variant
SCHEDULED = ExperimentType.SCHEDULED
KINDS, ONCE = schedule_windows._KINDS, schedule_windows._once


def set_recurrence(patch: Patch, kind: str, is_open: Any) -> None:
    """Replace the check that a recurring window is open."""
    patch(schedule_windows, "_KINDS", {**KINDS, kind: is_open})


def always(*_: Any) -> bool:
    return True


for rule, name, sentence, kind, is_open in (
    ("schedule.active", "schedules_never_close", "Windows never close.", "none", always),
    ("schedule.cron", "cron_windows_never_close", "A cron window never closes.", "cron", always),
    ("schedule.cron", "cron_is_once", "A cron window opens once.", "cron", ONCE),
    ("schedule.daily", "daily_is_once", "A daily window opens once.", "daily", ONCE),
    ("schedule.weekly", "weekly_is_once", "A weekly window opens once.", "weekly", ONCE),
):

    @patch_mock(rule, name=name, sentence=sentence)
    def replace_recurrence(patch: Patch, kind: str = kind, is_open: Any = is_open) -> None:
        set_recurrence(patch, kind, is_open)


@patch_mock("schedule.active")
def schedules_open_early(patch: Patch) -> None:
    """The start of a window is ignored."""
    patch(
        schedule_windows, "is_open", lambda window, now: IS_OPEN(window._replace(start=None), now)
    )


@patch_mock("schedule.active")
def schedules_of_the_first_variant_only(patch: Patch) -> None:
    """Only the schedule of the first variant is read."""
    patch(assignment, "open_variant", lambda variants, now: OPEN_VARIANT(variants[:1], now))


@patch_mock("schedule.fallback")
def nothing_open_and_the_first_is_shown(patch: Patch) -> None:
    patch(assignment, "fallback", lambda variants: variants[0])


@patch_mock("schedule.fallback")
def nothing_open_and_weights_decide(patch: Patch) -> None:
    def choose(experiment: Any, visit: Any) -> Any:
        return OPEN_VARIANT(experiment.variants, visit.now) or assignment._by_bucket(
            experiment, visit
        )

    set_choice(patch, SCHEDULED, choose)


@patch_mock("schedule.latest-start")
def first_open_schedule_wins(patch: Patch) -> None:
    def open_variant(variants: Any, now: Any) -> Any:
        for each in variants:
            if each.schedule is not None and IS_OPEN(schedule_windows.window(each.schedule), now):
                return each
        return None

    patch(assignment, "open_variant", open_variant)


@patch_mock("schedule.latest-start")
def last_of_equal_starts_wins(patch: Patch) -> None:
    """Of windows that opened at one moment the last is shown."""
    patch(assignment, "open_variant", lambda variants, now: OPEN_VARIANT(variants[::-1], now))


@patch_mock("schedule.open-ended")
def schedule_needs_an_end(patch: Patch) -> None:
    def is_open(window: Any, now: Any) -> bool:
        return window.end is not None and ONCE(window, now)

    set_recurrence(patch, "none", is_open)


@patch_mock("schedule.open-ended")
def schedule_needs_a_start(patch: Patch) -> None:
    def is_open(window: Any, now: Any) -> bool:
        return window.start is not None and IS_OPEN(window, now)

    patch(schedule_windows, "is_open", is_open)


@patch_mock("schedule.daily")
def daily_without_an_end_lasts_a_day(patch: Patch) -> None:
    length = schedule_windows._length

    def at_most_a_day(window: Any, start: Any) -> Any:
        return schedule_windows.DAY if window.end is None else length(window, start)

    patch(schedule_windows, "_length", at_most_a_day)


@patch_mock("schedule.daily")
def daily_windows_do_not_pass_midnight(patch: Patch) -> None:
    def is_open(window: Any, now: Any) -> bool:
        opens, clock = (
            schedule_windows.local_time(moment, window.zone).time()
            for moment in (window.start, now)
        )
        return bool(schedule_windows._repeating(window, now)) and clock >= opens

    set_recurrence(patch, "daily", is_open)


@patch_mock("schedule.weekly")
def weekly_is_daily(patch: Patch) -> None:
    def is_open(window: Any, now: Any) -> bool:
        daily = window._replace(recurrence={**window.recurrence, "type": "daily"})
        return bool(schedule_windows._repeating(daily, now))

    set_recurrence(patch, "weekly", is_open)


@patch_mock("schedule.cron")
def cron_opens_for_a_minute(patch: Patch) -> None:
    def is_open(window: Any, now: Any) -> bool:
        minute = now.replace(second=0, microsecond=0)
        expression = window.recurrence["cronExpression"]
        return bool(cron.last_fire(expression, window.zone, minute) == minute)

    set_recurrence(patch, "cron", is_open)


@patch_mock("schedule.time-zone")
def zones_are_not_looked_at(patch: Patch) -> None:
    """Every schedule is read in UTC."""
    patch(schedule_windows, "time_zone", lambda _: UTC)
