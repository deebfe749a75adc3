"""Scheduled experiments: the variant that is shown now."""

import datetime as dt

import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import Team
from pictify_conformance.testing.assigned_variant import (
    DEFAULT,
    DEFAULT_VARIANT,
    assert_variant_assigned,
    create_scheduled,
)
from pictify_conformance.testing.payloads import Json, viewer

HOUR = 1.0
DAY = 24 * HOUR
FIVE_MINUTES = HOUR / 12
NO_SUMMER_TIME = "Asia/Tokyo"  # nine hours ahead of UTC all year
# Hours ahead of UTC, all year. In one of the zones it is always day.
OFFSETS = {NO_SUMMER_TIME: 9, "Asia/Dubai": 4, "America/Phoenix": -7}


def hours_from_now(hours: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)


def at(hours: float) -> str:
    return hours_from_now(hours).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(
    start: float | None = None, end: float | None = None, kind: str = "", **recurrence: str
) -> Json:
    """Return a schedule whose window opens and closes so many hours from now."""
    schedule: Json = {"startAt": at(start)} if start is not None else {}
    if end is not None:
        schedule["endAt"] = at(end)
    return {**schedule, "recurrence": {"type": kind, **recurrence}} if kind else schedule


def daytime() -> tuple[str, float]:
    """Return a time zone in which it is day, and the hours since its midnight.

    Near midnight a difference between the clocks of the suite and the server would decide.
    """
    clocks = {zone: hours_from_now(offset) for zone, offset in OFFSETS.items()}
    zone, clock = next(pair for pair in clocks.items() if 6 <= pair[1].hour < 18)
    return zone, clock.hour + clock.minute / 60


def cron(hours: float) -> str:
    """Return an expression that fires daily at the minute so many hours from now."""
    fires = hours_from_now(hours)
    return f"{fires.minute} {fires.hour} * * *"


def assert_open(team: Team, schedule: Json, is_open: bool) -> None:
    experiment = create_scheduled(team, schedule)
    assert_variant_assigned(team, experiment, "v0" if is_open else DEFAULT)


OPEN, PAST, FUTURE = (-3 * HOUR, HOUR), (-2 * HOUR, -HOUR), (HOUR, 2 * HOUR)


@pytest.mark.rule("schedule.active")
@pytest.mark.parametrize(
    "windows", [(OPEN, PAST, FUTURE), (FUTURE, OPEN, PAST), (PAST, FUTURE, OPEN)], ids=str
)
def test_active(team: Team, windows: tuple[tuple[float, float], ...]) -> None:
    experiment = create_scheduled(team, *(window(*hours) for hours in windows))
    assert_variant_assigned(team, experiment, f"v{windows.index(OPEN)}")


@pytest.mark.rule("schedule.fallback")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_fallback_to_the_default(team: Team, place: int) -> None:
    rows = [
        {"id": f"v{index}", "weight": 5000, "schedule": window(*hours)}
        for index, hours in enumerate((PAST, FUTURE))
    ]
    rows.insert(place, {**DEFAULT_VARIANT, "weight": 0})
    experiment = create_scheduled(team, variants=rows)
    for number in range(3):
        assert_variant_assigned(team, experiment, DEFAULT, viewer(number))


@pytest.mark.rule("schedule.fallback")
def test_fallback_to_the_first(team: Team) -> None:
    rows = [{"id": "v0", "weight": 0, "schedule": window(*PAST)}, {"id": "v1", "weight": 10_000}]
    experiment = create_scheduled(team, variants=rows)
    for number in range(3):
        assert_variant_assigned(team, experiment, "v0", viewer(number))


@pytest.mark.rule("schedule.latest-start")
@pytest.mark.parametrize("starts", [(-3, -2, -1), (-1, -3, -2), (-2, -1, -3)], ids=str)
def test_latest_start(team: Team, starts: tuple[int, ...]) -> None:
    experiment = create_scheduled(team, {}, *(window(start, HOUR) for start in starts))
    assert_variant_assigned(team, experiment, f"v{1 + starts.index(-1)}")


@pytest.mark.rule("schedule.latest-start")
def test_latest_start_of_equals(team: Team) -> None:
    start = {"startAt": at(-HOUR)}
    schedules = [{**start, "endAt": at(HOUR)}, start, {**start, "endAt": at(DAY)}]
    assert_variant_assigned(team, create_scheduled(team, *schedules), "v0")


FIVE_DAYS_AGO, TWO_WEEKS_AGO = -5 * DAY, -14 * DAY


@pytest.mark.parametrize(
    ("kind", "start", "end", "is_open"),
    [
        of_rule("schedule.open-ended", "", None, None, True),
        of_rule("schedule.open-ended", "", None, HOUR, True),
        of_rule("schedule.open-ended", "", None, -HOUR, False),
        of_rule("schedule.open-ended", "", -HOUR, None, True),
        of_rule("schedule.open-ended", "", HOUR, None, False),
        of_rule("schedule.daily", "daily", FIVE_DAYS_AGO - HOUR, FIVE_DAYS_AGO + HOUR, True),
        of_rule("schedule.daily", "daily", FIVE_DAYS_AGO - 2 * HOUR, FIVE_DAYS_AGO - HOUR, False),
        of_rule("schedule.daily", "daily", FIVE_DAYS_AGO + HOUR, FIVE_DAYS_AGO + 2 * HOUR, False),
        of_rule("schedule.daily", "daily", FIVE_DAYS_AGO - 13 * HOUR, FIVE_DAYS_AGO + HOUR, True),
        of_rule("schedule.daily", "daily", DAY - HOUR, DAY + HOUR, False),
        of_rule("schedule.weekly", "weekly", TWO_WEEKS_AGO - HOUR, TWO_WEEKS_AGO + HOUR, True),
        of_rule("schedule.weekly", "weekly", -13 * DAY - HOUR, -13 * DAY + HOUR, False),
        of_rule("schedule.weekly", "weekly", TWO_WEEKS_AGO - 2 * HOUR, TWO_WEEKS_AGO - HOUR, False),
        of_rule("schedule.weekly", "weekly", -15 * DAY, -12 * DAY, True),
        of_rule("schedule.weekly", "weekly", 7 * DAY - HOUR, 7 * DAY + HOUR, False),
    ],
)
def test_window(
    team: Team, kind: str, start: float | None, end: float | None, is_open: bool
) -> None:
    assert_open(team, window(start, end, kind), is_open)


@pytest.mark.rule("schedule.daily")
def test_daily_without_an_end(team: Team) -> None:
    """It is open till midnight: from five minutes after it on it is open now."""
    zone, since_midnight = daytime()
    opens = [-3 * DAY - since_midnight + hours for hours in (DAY - FIVE_MINUTES, FIVE_MINUTES)]
    schedules = [window(hours, None, "daily", timezone=zone) for hours in opens]
    assert_variant_assigned(team, create_scheduled(team, *schedules), "v1")


@pytest.mark.rule("schedule.daily")
def test_daily_over_midnight(team: Team) -> None:
    zone, since_midnight = daytime()
    start = FIVE_DAYS_AGO - since_midnight - HOUR
    assert_open(team, window(start, FIVE_DAYS_AGO + HOUR, "daily", timezone=zone), True)


@pytest.mark.rule("schedule.cron")
@pytest.mark.parametrize(
    ("fires", "start", "end", "is_open"),
    [
        (-HOUR, FIVE_DAYS_AGO, FIVE_DAYS_AGO + 2 * HOUR, True),
        (-3 * HOUR, FIVE_DAYS_AGO, FIVE_DAYS_AGO + 2 * HOUR, False),
        (-3 * HOUR, FIVE_DAYS_AGO, None, True),
        (HOUR, FIVE_DAYS_AGO, FIVE_DAYS_AGO + 2 * HOUR, False),
        (-HOUR, -0.5 * HOUR, HOUR, False),
        (-HOUR, None, None, True),
    ],
)
def test_cron(
    team: Team, fires: float, start: float | None, end: float | None, is_open: bool
) -> None:
    assert_open(team, window(start, end, "cron", cronExpression=cron(fires)), is_open)


@pytest.mark.rule("schedule.time-zone")
@pytest.mark.parametrize(("zone", "offset"), [("UTC", 0), (NO_SUMMER_TIME, 9)])
def test_time_zone(team: Team, zone: str, offset: int) -> None:
    """The first schedule fires by the clocks of another zone."""
    expressions = [cron(-HOUR + ahead) for ahead in (9 - offset, offset)]
    schedules = [
        window(-5 * DAY, -5 * DAY + 2 * HOUR, "cron", cronExpression=each, timezone=zone)
        for each in expressions
    ]
    assert_variant_assigned(team, create_scheduled(team, *schedules), "v1")


@pytest.mark.rule("schedule.time-zone")
def test_time_zone_of_days(team: Team) -> None:
    """The first window ends at midnight, the second begins after it."""
    zone, since_midnight = daytime()
    starts = [-5 * DAY - since_midnight + hours for hours in (-0.25, 0.25)]
    schedules = [window(start, None, "daily", timezone=zone) for start in starts]
    assert_variant_assigned(team, create_scheduled(team, *schedules), "v1")
