"""Scheduled experiments: which variant is shown now."""

import datetime as dt

import pytest

from pictify_conformance.testing.assigned_variant import DEFAULT, DEFAULT_VARIANT, scheduled, shows
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, viewer

HOUR = 1.0
DAY = 24 * HOUR
FIVE_MINUTES = HOUR / 12
NO_SUMMER_TIME = "Asia/Tokyo"  # nine hours ahead of UTC all year
AHEAD = {
    NO_SUMMER_TIME: 9,
    "Asia/Dubai": 4,
    "America/Phoenix": -7,
}  # hours, all year; in one of them it is day


def at(hours: float) -> str:
    """So many hours from now."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(
    start: float | None = None, end: float | None = None, kind: str = "", **recurrence: str
) -> Json:
    """A schedule whose window opens and closes so many hours from now."""
    found: Json = {"startAt": at(start)} if start is not None else {}
    if end is not None:
        found["endAt"] = at(end)
    return {**found, "recurrence": {"type": kind, **recurrence}} if kind else found


def daytime() -> tuple[str, dt.datetime]:
    """A time zone far from midnight, and its clock: near midnight the clocks of the two sides would decide."""
    clocks = {
        zone: dt.datetime.now(dt.UTC) + dt.timedelta(hours=ahead) for zone, ahead in AHEAD.items()
    }
    return next((zone, clock) for zone, clock in clocks.items() if 6 <= clock.hour < 18)


def cron(hours: float, zone_offset: int = 0) -> str:
    """An expression that fires daily at the minute so many hours from now, on clocks that far ahead of UTC."""
    fires = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours + zone_offset)
    return f"{fires.minute} {fires.hour} * * *"


OPEN, PAST, FUTURE = (
    (-3 * HOUR, HOUR),
    (-2 * HOUR, -HOUR),
    (HOUR, 2 * HOUR),
)  # the last to start has ended


@pytest.mark.rule("schedule.active")
@pytest.mark.parametrize(
    "windows", [(OPEN, PAST, FUTURE), (FUTURE, OPEN, PAST), (PAST, FUTURE, OPEN)], ids=str
)
def test_active(lab: Lab, windows: tuple[tuple[float, float], ...]) -> None:
    """Of windows past, present and future the present one decides, wherever it stands."""
    shows(lab, scheduled(lab, *(window(*hours) for hours in windows)), f"v{windows.index(OPEN)}")


@pytest.mark.rule("schedule.fallback")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_fallback_to_the_default(lab: Lab, place: int) -> None:
    """The default variant is shown where no window is open, wherever it stands and whatever it weighs."""
    rows = [
        {"id": f"v{index}", "weight": 5000, "schedule": window(*hours)}
        for index, hours in enumerate((PAST, FUTURE))
    ]
    rows.insert(place, {**DEFAULT_VARIANT, "weight": 0})
    made = scheduled(lab, variants=rows)
    for number in range(3):
        shows(lab, made, DEFAULT, viewer(number))


@pytest.mark.rule("schedule.fallback")
def test_fallback_to_the_first(lab: Lab) -> None:
    """Without a default variant the first is shown, even one whose window is closed."""
    rows = [{"id": "v0", "weight": 0, "schedule": window(*PAST)}, {"id": "v1", "weight": 10_000}]
    made = scheduled(lab, variants=rows)
    for number in range(3):
        shows(lab, made, "v0", viewer(number))


@pytest.mark.rule("schedule.latest-start")
@pytest.mark.parametrize("starts", [(-3, -2, -1), (-1, -3, -2), (-2, -1, -3)], ids=str)
def test_latest_start(lab: Lab, starts: tuple[int, ...]) -> None:
    """The window that opened last is shown, wherever it stands."""
    made = scheduled(lab, {}, *(window(start, HOUR) for start in starts))
    shows(lab, made, f"v{1 + starts.index(-1)}")


@pytest.mark.rule("schedule.latest-start")
def test_latest_start_of_equals(lab: Lab) -> None:
    """Of windows that opened at one moment the first is shown."""
    same = {"startAt": at(-HOUR)}
    shows(lab, scheduled(lab, {**same, "endAt": at(HOUR)}, same, {**same, "endAt": at(DAY)}), "v0")


@pytest.mark.rule("schedule.open-ended")
@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (None, None, True),
        (None, HOUR, True),
        (None, -HOUR, False),
        (-HOUR, None, True),
        (HOUR, None, False),
    ],
)
def test_open_ended(lab: Lab, start: float | None, end: float | None, is_open: bool) -> None:
    """A missing start is the beginning of time, a missing end its end."""
    shows(lab, scheduled(lab, window(start, end)), "v0" if is_open else DEFAULT)


@pytest.mark.rule("schedule.daily")
@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (-5 * DAY - HOUR, -5 * DAY + HOUR, True),
        (-5 * DAY - 2 * HOUR, -5 * DAY - HOUR, False),
        (-5 * DAY + HOUR, -5 * DAY + 2 * HOUR, False),
        (-5 * DAY - 13 * HOUR, -5 * DAY + HOUR, True),
        (DAY - HOUR, DAY + HOUR, False),
    ],
)
def test_daily(lab: Lab, start: float, end: float, is_open: bool) -> None:
    """A window of days ago is open at the same time of this day, over midnight too, and none is before its start."""
    shows(lab, scheduled(lab, window(start, end, "daily")), "v0" if is_open else DEFAULT)


@pytest.mark.rule("schedule.daily")
def test_daily_without_an_end(lab: Lab) -> None:
    """A daily window without an end is open till midnight: from five minutes after it on it is open now."""
    zone, clock = daytime()
    since_midnight = clock.hour + clock.minute / 60
    opens = [-3 * DAY - since_midnight + minutes for minutes in (DAY - FIVE_MINUTES, FIVE_MINUTES)]
    shows(
        lab, scheduled(lab, *(window(hours, None, "daily", timezone=zone) for hours in opens)), "v1"
    )


@pytest.mark.rule("schedule.daily")
def test_daily_over_midnight(lab: Lab) -> None:
    """A daily window that opens before midnight is open on the next day, whatever the time is now."""
    zone, clock = daytime()
    since_midnight = clock.hour + clock.minute / 60
    daily = window(-5 * DAY - since_midnight - HOUR, -5 * DAY + HOUR, "daily", timezone=zone)
    shows(lab, scheduled(lab, daily), "v0")


@pytest.mark.rule("schedule.weekly")
@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (-14 * DAY - HOUR, -14 * DAY + HOUR, True),
        (-13 * DAY - HOUR, -13 * DAY + HOUR, False),
        (-14 * DAY - 2 * HOUR, -14 * DAY - HOUR, False),
        (-15 * DAY, -12 * DAY, True),
        (7 * DAY - HOUR, 7 * DAY + HOUR, False),
    ],
)
def test_weekly(lab: Lab, start: float, end: float, is_open: bool) -> None:
    """A window of weeks ago is open on this day of the week at the same time, and none is before its start."""
    shows(lab, scheduled(lab, window(start, end, "weekly")), "v0" if is_open else DEFAULT)


@pytest.mark.rule("schedule.cron")
@pytest.mark.parametrize(
    ("fires", "start", "end", "is_open"),
    [
        (-HOUR, -5 * DAY, -5 * DAY + 2 * HOUR, True),
        (-3 * HOUR, -5 * DAY, -5 * DAY + 2 * HOUR, False),
        (-3 * HOUR, -5 * DAY, None, True),
        (HOUR, -5 * DAY, -5 * DAY + 2 * HOUR, False),
        (-HOUR, -0.5 * HOUR, HOUR, False),
        (-HOUR, None, None, True),
    ],
)
def test_cron(
    lab: Lab, fires: float, start: float | None, end: float | None, is_open: bool
) -> None:
    """A window opens when the expression fires, never before its start, and lasts its length or till the next time."""
    made = scheduled(lab, window(start, end, "cron", cronExpression=cron(fires)))
    shows(lab, made, "v0" if is_open else DEFAULT)


@pytest.mark.rule("schedule.time-zone")
@pytest.mark.parametrize(("zone", "offset"), [("UTC", 0), (NO_SUMMER_TIME, 9)])
def test_time_zone(lab: Lab, zone: str, offset: int) -> None:
    """An expression fires by the clocks of its own time zone."""
    schedules = [
        window(
            -5 * DAY, -5 * DAY + 2 * HOUR, "cron", cronExpression=cron(-HOUR, ahead), timezone=zone
        )
        for ahead in (9 - offset, offset)
    ]
    shows(lab, scheduled(lab, *schedules), "v1")


@pytest.mark.rule("schedule.time-zone")
def test_time_zone_of_days(lab: Lab) -> None:
    """A day ends at the midnight of its own time zone."""
    zone, clock = daytime()
    since_midnight = clock.hour + clock.minute / 60
    before, after = -since_midnight - 0.25, -since_midnight + 0.25
    daily = [window(-5 * DAY + hours, None, "daily", timezone=zone) for hours in (before, after)]
    shows(lab, scheduled(lab, *daily), "v1")
