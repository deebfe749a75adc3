"""Creating experiments: the schedules of their variants."""

import datetime as dt
from typing import Any

import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_includes,
    assert_problem,
    assert_that,
)
from pictify_conformance.testing.payloads import Json
from pictify_conformance.testing.responses import field_errors, timestamp

SECOND = dt.timedelta(seconds=1)
START, END = "2026-03-16T11:00:00Z", "2026-03-16T13:00:00Z"


def body_with(experiments: Experiments, schedule: Json) -> Json:
    """Return a create whose second variant has this schedule."""
    rows = [
        {"id": "always", "weight": 5000, "isDefault": True},
        {"id": "lunch", "weight": 5000, "schedule": schedule},
    ]
    return experiments.body(type="scheduled", variants=rows)


def recurring(**recurrence: Any) -> Json:
    """Return a schedule of two hours that recurs."""
    return {"startAt": START, "endAt": END, "recurrence": recurrence}


def assert_shown(variant: Json, sent: Json, name: str) -> None:
    """Assert the schedule of a variant. Times may have another notation, in whole seconds."""
    shown: Any = variant.get("schedule")
    assert_equal(isinstance(shown, dict), True, f"{name} is an object")
    for edge in sent.keys() & {"startAt", "endAt"}:
        found, expected = (timestamp(each.get(edge), edge) for each in (shown, sent))
        if abs(found - expected) >= SECOND:
            assert_equal(found, expected, f"{edge} of {name}")
    assert_includes(shown, {key: sent[key] for key in sent.keys() & {"recurrence"}}, name)


MILLISECONDS: Json = {"startAt": "2026-03-16T11:00:00.250Z", "endAt": "2026-03-16T13:00:00.750Z"}
OFFSETS: Json = {"startAt": "2026-03-16T11:00:00+02:00", "endAt": "2026-03-16T13:00:00-05:00"}
SCHEDULES: dict[str, Json] = {
    "once": {"startAt": START, "endAt": END},
    "open end": {"startAt": START},
    "with an offset": OFFSETS,
    "with milliseconds": MILLISECONDS,
    "none": recurring(type="none"),
    "daily": recurring(type="daily", timezone="UTC"),
    "weekly": recurring(type="weekly", timezone="America/New_York"),
    "cron": recurring(type="cron", cronExpression="0 11 * * 1-5", timezone="Europe/Berlin"),
}


ACCEPTED = [of_rule("create.schedule-kept", each, id=name) for name, each in SCHEDULES.items()]
ACCEPTED += [
    of_rule("create.schedule-order", {"startAt": START, "endAt": end}, id=end)
    for end in ("2026-03-16T11:00:01Z", "2026-03-16T10:00:00-05:00")
]
ACCEPTED += [
    of_rule("create.schedule-cron", recurring(type="cron", cronExpression=each), id=each)
    for each in ("0 11 * * 1-5", "0 */4 * * *", "30 9,17 1 1-6 0")
]
ACCEPTED += [
    of_rule("create.schedule-time-zone", recurring(type="daily", timezone=zone), id=zone)
    for zone in ("America/New_York", "UTC", "Asia/Kolkata")
]


@pytest.mark.parametrize("schedule", ACCEPTED)
def test_accepted_schedule(experiments: Experiments, schedule: Json) -> None:
    """The response and a later read show it."""
    experiment = experiments.assert_created(body_with(experiments, schedule))
    assert_shown(experiment["variants"][-1], schedule, "the schedule in the answer")
    read = experiments.read(experiment["uid"])
    assert_shown(read["variants"][-1], schedule, "the schedule in a later read")


@pytest.mark.rule("create.schedule-kept.milliseconds")
def test_schedule_kept_milliseconds(experiments: Experiments) -> None:
    experiment = experiments.assert_created(body_with(experiments, MILLISECONDS))
    shown = experiments.read(experiment["uid"])["variants"][-1]["schedule"]
    for edge, sent in MILLISECONDS.items():
        assert_equal(timestamp(shown.get(edge), edge), timestamp(sent, edge), edge)


@pytest.mark.rule("create.schedule-kept")
def test_schedule_kept_by_variant(experiments: Experiments) -> None:
    rows: list[Json] = []
    for index, day in enumerate((16, 17)):
        schedule = {"startAt": f"2026-03-{day}T09:00:00Z", "endAt": f"2026-03-{day}T17:00:00Z"}
        rows.append({"id": f"v{index}", "weight": 5000, "schedule": schedule})
    experiment = experiments.assert_created(experiments.body(type="scheduled", variants=rows))
    shown = experiments.read(experiment["uid"])["variants"]
    for variant, row in zip(shown, rows, strict=True):
        assert_shown(variant, row["schedule"], f"the schedule of {variant['id']}")


BACKWARDS: dict[str, Json] = {
    "the same moment": {"startAt": START, "endAt": START},
    "a second before": {"startAt": START, "endAt": "2026-03-16T10:59:59Z"},
    "a year before": {"startAt": START, "endAt": "2025-03-16T13:00:00Z"},
    "before by its offset": {"startAt": START, "endAt": "2026-03-16T12:00:00+02:00"},
    "the same by its offset": {"startAt": START, "endAt": "2026-03-16T13:00:00+02:00"},
    "recurring": {**recurring(type="daily"), "startAt": END, "endAt": START},
}


WRONG_CRON = ["", " ", "every day", "0 11 * *", "0 11 * * 1 2 3", "60 11 * * *", "0 24 * * *"]
WRONG_CRON += ["0 11 32 * *", "0 11 * 13 *", "0 11 * * 9", "a b c d e", "*/0 * * * *", "-1 * * * *"]
CRON_FIELDS: list[Json] = [{}, {"cronExpression": None}]
CRON_FIELDS += [{"cronExpression": expression} for expression in WRONG_CRON]
WRONG_ZONES = ["", "Mars/Olympus", "New York", "UTC+25", "/etc/localtime", "../../etc/localtime"]
REFUSED = [of_rule("create.schedule-order", each, id=name) for name, each in BACKWARDS.items()]
REFUSED += [
    of_rule("create.schedule-cron", recurring(type="cron", **fields), id=f"cron {fields}")
    for fields in CRON_FIELDS
]
REFUSED += [
    of_rule(
        "create.schedule-time-zone",
        recurring(type=kind, timezone=zone, cronExpression="0 11 * * *"),
        id=f"{kind} in {zone}",
    )
    for kind in ("daily", "weekly", "cron")
    for zone in WRONG_ZONES
]


@pytest.mark.parametrize("schedule", REFUSED)
def test_refused_schedule(api: ApiClient, experiments: Experiments, schedule: Json) -> None:
    body = body_with(experiments, schedule)
    response = api.create(body)
    assert_problem(response, 400, "validation-error")
    fields = [field for field, _ in field_errors(response)]
    is_named = any(field.startswith("/variants/1/schedule") for field in fields)
    assert_that(is_named, "an item of errors for the schedule", response)
    experiments.assert_not_created(body)
