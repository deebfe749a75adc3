"""Creating experiments: the schedules of their variants."""

import datetime as dt
from typing import Any

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json

SECOND = dt.timedelta(seconds=1)
START, END = "2026-03-16T11:00:00Z", "2026-03-16T13:00:00Z"


def scheduled(lab: Lab, schedule: Json) -> Json:
    """A create whose second variant has this schedule."""
    rows = [
        {"id": "always", "weight": 5000, "isDefault": True},
        {"id": "lunch", "weight": 5000, "schedule": schedule},
    ]
    return lab.body(type="scheduled", variants=rows)


def recurring(**recurrence: Any) -> Json:
    """A schedule of two hours that recurs."""
    return {"startAt": START, "endAt": END, "recurrence": recurrence}


def cron(**expression: Any) -> Json:
    """A schedule that recurs by a cron expression."""
    return recurring(type="cron", **expression)


def kept(lab: Lab, schedule: Json) -> None:
    """The schedule is accepted, and the answer and a later read show it."""
    made = lab.accepted(scheduled(lab, schedule))
    shows(made["variants"][-1].get("schedule"), schedule, "the schedule in the answer")
    shows(
        lab.read(made["uid"])["variants"][-1].get("schedule"),
        schedule,
        "the schedule in a later read",
    )


def shows(actual: Any, sent: Json, where: str) -> None:
    """The schedule is as it was sent; moments may be written another way and in whole seconds."""
    if not isinstance(actual, dict):
        pytest.fail(f"expected {where}, came {actual!r}", pytrace=False)
    for edge in sent.keys() & {"startAt", "endAt"}:
        came, went = (assertions.moment(each.get(edge), edge) for each in (actual, sent))
        if abs(came - went) >= SECOND:
            assertions.same(came, went, f"{edge} of {where}")
    assertions.shows(actual, {key: sent[key] for key in sent.keys() & {"recurrence"}}, where)


def refused(lab: Lab, schedule: Json) -> None:
    """The create is 400, names something in the schedule, and leaves nothing behind."""
    body = scheduled(lab, schedule)
    answer = lab.create(body)
    found = assertions.faults(assertions.problem(answer, 400, "validation-error"))
    if not any(field.startswith("/variants/1/schedule") for field, _ in found):
        assertions.fail("an item of errors for the schedule", answer)
    lab.nothing_left(body)


MILLISECONDS: Json = {"startAt": "2026-03-16T11:00:00.250Z", "endAt": "2026-03-16T13:00:00.750Z"}
SCHEDULES: dict[str, Json] = {
    "once": {"startAt": START, "endAt": END},
    "open end": {"startAt": START},
    "with an offset": {
        "startAt": "2026-03-16T11:00:00+02:00",
        "endAt": "2026-03-16T13:00:00-05:00",
    },
    "with milliseconds": MILLISECONDS,
    "none": recurring(type="none"),
    "daily": recurring(type="daily", timezone="UTC"),
    "weekly": recurring(type="weekly", timezone="America/New_York"),
    "cron": cron(cronExpression="0 11 * * 1-5", timezone="Europe/Berlin"),
}


@pytest.mark.rule("create.schedule-kept")
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_kept(lab: Lab, name: str) -> None:
    """A schedule comes back as it was sent."""
    kept(lab, SCHEDULES[name])


@pytest.mark.rule("create.schedule-kept.milliseconds")
def test_schedule_kept_milliseconds(lab: Lab) -> None:
    """Times come back to the millisecond."""
    shown = lab.read(lab.accepted(scheduled(lab, MILLISECONDS))["uid"])["variants"][-1]["schedule"]
    for edge, sent in MILLISECONDS.items():
        assertions.same(
            assertions.moment(shown.get(edge), edge), assertions.moment(sent, edge), edge
        )


@pytest.mark.rule("create.schedule-kept")
def test_schedule_kept_by_variant(lab: Lab) -> None:
    """Each variant keeps its own schedule."""
    schedules = [
        {"startAt": f"2026-03-1{day}T09:00:00Z", "endAt": f"2026-03-1{day}T17:00:00Z"}
        for day in (6, 7)
    ]
    rows = [
        {"id": f"v{index}", "weight": 5000, "schedule": each}
        for index, each in enumerate(schedules)
    ]
    made = lab.read(lab.accepted(lab.body(type="scheduled", variants=rows))["uid"])
    for variant, schedule in zip(made["variants"], schedules, strict=True):
        shows(variant.get("schedule"), schedule, f"the schedule of {variant['id']}")


BACKWARDS: dict[str, Json] = {
    "the same moment": {"startAt": START, "endAt": START},
    "a second before": {"startAt": START, "endAt": "2026-03-16T10:59:59Z"},
    "a year before": {"startAt": START, "endAt": "2025-03-16T13:00:00Z"},
    "before by its offset": {"startAt": START, "endAt": "2026-03-16T12:00:00+02:00"},
    "the same by its offset": {"startAt": START, "endAt": "2026-03-16T13:00:00+02:00"},
    "recurring": {**recurring(type="daily"), "startAt": END, "endAt": START},
}


@pytest.mark.rule("create.schedule-order")
@pytest.mark.parametrize("name", BACKWARDS)
def test_schedule_order(lab: Lab, name: str) -> None:
    """A schedule that does not end after it starts is 400."""
    refused(lab, BACKWARDS[name])


@pytest.mark.rule("create.schedule-order")
@pytest.mark.parametrize(
    "end", ["2026-03-16T11:00:01Z", "2026-03-16T10:00:00-05:00"], ids=["a second", "an offset"]
)
def test_schedule_order_accepted(lab: Lab, end: str) -> None:
    """A schedule that ends after it starts, be it by its offset only, is accepted."""
    kept(lab, {"startAt": START, "endAt": end})


BAD_CRON = [
    "",
    " ",
    "every day",
    "0 11 * *",
    "0 11 * * 1 2 3",
    "60 11 * * *",
    "0 24 * * *",
    "0 11 32 * *",
    "0 11 * 13 *",
]
BAD_CRON += ["0 11 * * 9", "a b c d e", "*/0 * * * *", "-1 * * * *"]


@pytest.mark.rule("create.schedule-cron")
@pytest.mark.parametrize("expression", BAD_CRON)
def test_schedule_cron(lab: Lab, expression: str) -> None:
    """A bad cron expression is 400."""
    refused(lab, cron(cronExpression=expression))


@pytest.mark.rule("create.schedule-cron")
@pytest.mark.parametrize("expression", [{}, {"cronExpression": None}], ids=["absent", "null"])
def test_schedule_cron_missing(lab: Lab, expression: Json) -> None:
    """A cron recurrence without an expression is 400."""
    refused(lab, cron(**expression))


@pytest.mark.rule("create.schedule-cron")
@pytest.mark.parametrize("expression", ["0 11 * * 1-5", "0 */4 * * *", "30 9,17 1 1-6 0"])
def test_schedule_cron_accepted(lab: Lab, expression: str) -> None:
    """A good cron expression is accepted and kept."""
    kept(lab, cron(cronExpression=expression))


@pytest.mark.rule("create.schedule-time-zone")
@pytest.mark.parametrize("recurrence", ["daily", "weekly", "cron"])
@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "New York", "UTC+25", "/etc/localtime", "../../etc/localtime"]
)
def test_schedule_time_zone(lab: Lab, zone: str, recurrence: str) -> None:
    """A time zone that is not in the IANA database is 400."""
    refused(lab, recurring(type=recurrence, timezone=zone, cronExpression="0 11 * * *"))


@pytest.mark.rule("create.schedule-time-zone")
@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Kolkata"])
def test_schedule_time_zone_accepted(lab: Lab, zone: str) -> None:
    """A time zone of the IANA database is accepted and kept."""
    kept(lab, recurring(type="daily", timezone=zone))
