"""Condition trees, schedules, cron expressions, and variants as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import conditions, cron, schedules, variants
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.plans import PLANS

from .conftest import assert_field_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


def group(*children: Any, operator: str = "AND") -> dict[str, Any]:
    return {"type": "group", "operator": operator, "children": list(children)}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in RULE.items() if name != key}


@pytest.mark.parametrize(
    "tree",
    [
        RULE,
        group(),
        group(RULE),
        group(RULE, group(RULE, group(RULE, RULE), operator="OR")),
        RULE | {"value": None},
        RULE | {"value": [1, {"a": "b"}]},
        RULE | {"property": "url.param", "paramName": "utm_source"},
        RULE | {"operator": "AND"},
        without("ruleOperator") | {"operator": "equals"},
        *[RULE | {"ruleOperator": word} for word in conditions.RULE_OPERATORS],
    ],
)
def test_rules_and_groups_of_up_to_three_levels_are_accepted(tree: dict[str, Any]) -> None:
    """The comparison may be under either key."""
    assert conditions.faults(tree, "") == []


@pytest.mark.parametrize(
    ("tree", "field", "code"),
    [
        ("x", "", "invalid_type"),
        ([], "", "invalid_type"),
        ({}, "/type", "required"),
        ({"type": "leaf"}, "/type", "invalid_value"),
        ({"type": ["group"]}, "/type", "invalid_type"),
        (group(group()), "/children/0/children", "out_of_range"),
        ({"type": "group", "operator": "AND"}, "/children", "required"),
        ({"type": "group", "operator": "AND", "children": {}}, "/children", "invalid_type"),
        (group(RULE, operator="NOT"), "/operator", "invalid_value"),
        ({"type": "group", "children": [RULE]}, "/operator", "required"),
        (group(None), "/children/0", "invalid_type"),
        (group(group(group(group(RULE)))), "/children/0/children/0/children/0", "out_of_range"),
        (without("property"), "/property", "required"),
        (RULE | {"property": 5}, "/property", "invalid_type"),
        (without("ruleOperator"), "/ruleOperator", "required"),
        (RULE | {"ruleOperator": "in"}, "/ruleOperator", "invalid_value"),
        (RULE | {"ruleOperator": {}}, "/ruleOperator", "invalid_type"),
        (without("value"), "/value", "required"),
        (RULE | {"paramName": 1}, "/paramName", "invalid_type"),
        (RULE | {"property": "url.param"}, "/paramName", "required"),
        (RULE | {"property": "url.param", "paramName": ""}, "/paramName", "required"),
    ],
)
def test_a_broken_tree_is_refused_with_a_pointer(tree: Any, field: str, code: str) -> None:
    assert_field_errors(conditions.faults(tree, ""), (field, code))


def test_the_error_of_an_unknown_operator_lists_the_known_ones() -> None:
    (fault,) = conditions.faults(group(RULE, operator="NOT"), "")
    assert fault.message.endswith("use one of AND, OR")


def test_a_rule_is_stored_with_rule_operator_and_without_unknown_members() -> None:
    tree = group(without("ruleOperator") | {"operator": "equals", "children": [], "note": 1})
    assert conditions.normal(tree) == group(RULE)


def test_a_tree_has_a_bounded_number_of_errors() -> None:
    assert len(conditions.faults(group(*[{}] * 10_000), "")) == 100


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-15T09:00:00Z",
        "2026-03-15t09:00:00z",
        "2026-03-15T09:00:00.123456789+05:30",
        "2016-12-31T23:59:60Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_an_rfc_3339_date_time_is_read(text: str) -> None:
    assert schedules.moment(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-03-15",
        "2026-03-15T09:00Z",
        "2026-03-15T09:00:00",
        "2026-03-15 09:00:00Z",
        "2026-02-30T09:00:00Z",
        "2026-03-15T25:00:00Z",
        "2026-03-15T09:00:00Z\n",
        "٢٠٢٦-03-15T09:00:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_anything_else_is_not_a_date_time(text: str) -> None:
    assert schedules.moment(text) is None


START, END = "2026-03-15T09:00:00Z", "2026-03-15T17:00:00Z"
# The day until 09:00 has 25 hours in New York.
BEFORE_CHANGE = "2026-10-31T09:00:00-04:00"


def recurring(kind: str, start: str, end: str, timezone: str = "UTC") -> dict[str, Any]:
    return {"startAt": start, "endAt": end, "recurrence": {"type": kind, "timezone": timezone}}


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"startAt": START},
        {"endAt": END},
        {"startAt": START, "endAt": END},
        recurring("weekly", START, END, "America/New_York"),
        recurring("daily", START, "2026-03-16T09:00:00Z"),
        recurring("daily", BEFORE_CHANGE, "2026-11-01T09:00:00-05:00", "America/New_York"),
        recurring("daily", "0001-01-01T00:00:00+14:00", "0001-01-01T05:00:00+14:00"),
        {"recurrence": {"type": "cron", "cronExpression": "0 9 * * 1-5"}},
        {"recurrence": {"type": "none", "cronExpression": "", "timezone": "UTC"}},
    ],
)
def test_a_window_that_fits_its_period_is_accepted(schedule: dict[str, Any]) -> None:
    """Its length is that on the clocks of its time zone."""
    assert schedules.faults(schedule, "") == []


@pytest.mark.parametrize(
    ("schedule", "field", "code"),
    [
        ({"startAt": "soon"}, "/startAt", "invalid_format"),
        ({"startAt": START, "endAt": START}, "/endAt", "invalid_value"),
        ({"startAt": END, "endAt": START}, "/endAt", "invalid_value"),
        ({"startAt": START, "endAt": "2026-03-15T10:00:00+01:00"}, "/endAt", "invalid_value"),
        ({"recurrence": {"type": "daily"}}, "/startAt", "required"),
        ({"recurrence": {"type": "weekly"}, "endAt": END}, "/startAt", "required"),
        ({"recurrence": {"type": "cron"}}, "/recurrence/cronExpression", "required"),
    ],
)
def test_a_broken_schedule_is_refused_with_a_pointer(
    schedule: dict[str, Any], field: str, code: str
) -> None:
    assert_field_errors(schedules.faults(schedule, ""), (field, code))


@pytest.mark.parametrize(
    "schedule",
    [
        recurring("daily", START, "2026-03-16T09:00:01Z"),
        recurring("weekly", START, "2026-03-22T09:00:01Z"),
        recurring("daily", BEFORE_CHANGE, "2026-11-01T09:00:01-05:00", "America/New_York"),
    ],
)
def test_a_window_longer_than_its_period_is_refused(schedule: dict[str, Any]) -> None:
    assert_field_errors(schedules.faults(schedule, ""), ("/endAt", "out_of_range"))


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"startAt": "soon"}, "write it like 2026-03-15T09:00:00Z"),
        ({"startAt": START, "endAt": START}, "is not after startAt"),
        ({"recurrence": {"timezone": "Mars"}}, "IANA time zone; write it like America/New_York"),
    ],
)
def test_the_error_of_a_schedule_shows_what_is_accepted(
    schedule: dict[str, Any], words: str
) -> None:
    (error,) = schedules.faults(schedule, "")
    assert words in error.message


@pytest.mark.parametrize(
    "expression",
    [
        "* * * * *",
        "0 9 * * 1-5",
        "*/15 0,12 1-7 jan-mar MON",
        "0 0 29 2 *",
        "0 0 31 2 1",
        "5 4 * * sun",
        "0 0 31 * *",
    ],
)
def test_five_fields_of_numbers_names_lists_ranges_and_steps_are_accepted(
    expression: str,
) -> None:
    assert cron.problem(expression) is None
    assert cron.problem(expression.ljust(cron.LONGEST)) is None


@pytest.mark.parametrize(
    "name",
    ["Mars/Olympus", "", "../../etc/passwd", "UTC\x00", "America", "a" * 5000],
    ids=range(6),
)
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    schedule = {"recurrence": {"timezone": name}}
    assert_field_errors(schedules.faults(schedule, ""), ("/recurrence/timezone", "invalid_value"))


CRON_ERRORS = [
    "",
    "@daily",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "1,,2 * * * *",
    "* * L * *",
    "* * * * 1#2",
    "0 0 31 2 *",
    "0 0 31 4,6 *",
    "-1 * * * *",
    "\u0661 * * * *",
    "9," * 150_000 + "9 * * * *",
    "0 9 * * 1".ljust(cron.LONGEST + 1),
    "9" * 5_000 + " * * * *",
]


# Numbers as ids: mutmut passes ids to pytest, which does not find one with a backslash.
@pytest.mark.parametrize("expression", CRON_ERRORS, ids=range(len(CRON_ERRORS)))
def test_any_other_cron_expression_is_refused(expression: str) -> None:
    """An expression that no calendar ever meets is refused too."""
    schedule = {"recurrence": {"type": "cron", "cronExpression": expression}}
    assert_field_errors(
        schedules.faults(schedule, ""), ("/recurrence/cronExpression", "invalid_format")
    )


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("0 9 * * FRI-MON", "has FRI-MON as the day of the week; use 0-7 or SUN-SAT, and split"),
        ("0 22-2 * * *", "has 22-2 as the hour; use 0-23, and split a range that wraps around"),
        ("0 9 32 * *", "has 32 as the day of the month; use 1-31"),
        ("0 9 L * *", "has L as the day of the month; use numbers, names, lists"),
        ("0 0 31 2 *", "never fires, since none of its months has such a day"),
        ("@daily", "has 1 instead of 5 fields; write them like 0 9 * * 1-5"),
    ],
)
def test_the_error_of_a_cron_expression_names_the_field(expression: str, message: str) -> None:
    assert (cron.problem(expression) or "").startswith(message)


A, B = Variant("a", 5000), Variant("b", 5000)
A_ALL, B_NONE = Variant("a", 10_000), Variant("b", 0)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ((A, Variant("b", 4999)), "/variants", "invalid_value"),
        ((A, Variant("b", 5001)), "/variants", "invalid_value"),
        ((A, A), "/variants/1/id", "conflict"),
        ((Variant("a b", 5000), B), "/variants/0/id", "invalid_format"),
        ((Variant("a\n", 5000), B), "/variants/0/id", "invalid_format"),
        ((Variant("", 5000), B), "/variants/0/id", "invalid_format"),
        ([replace(each, is_default=True) for each in (A, B)], "/variants/1/isDefault", "conflict"),
        ((A, B, Variant("c", 0), Variant("d", 0)), "/variants", "out_of_range"),
        ((replace(A_ALL, conditions={}), B_NONE), "/variants/0/conditions/type", "required"),
        (
            (A_ALL, replace(B_NONE, schedule={"endAt": ""})),
            "/variants/1/schedule/endAt",
            "invalid_format",
        ),
    ],
)
def test_variants_that_do_not_fit_together_are_refused_with_a_pointer(
    given: Sequence[Variant], field: str, code: str
) -> None:
    """The basic plan allows three variants."""
    assert_field_errors(variants.faults(given, PLANS["basic"]), (field, code))


def test_a_weight_of_zero_is_accepted() -> None:
    given = (Variant("a", 10_000, is_default=True), Variant("b", 0))
    assert variants.faults(given, PLANS["starter"]) == []
