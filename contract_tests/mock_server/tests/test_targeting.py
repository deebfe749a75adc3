"""Condition trees, schedules, cron expressions and the sum of the variants."""

from __future__ import annotations

from typing import Any

import pytest

from pictify_mock.domain import conditions, cron, schedules, variants
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.plans import PLANS

from .conftest import told

RULE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


def group(*children: Any, operator: str = "AND") -> dict[str, Any]:
    return {"type": "group", "operator": operator, "children": list(children)}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in RULE.items() if name != key}


@pytest.mark.parametrize(
    "tree",
    [
        RULE,
        group(RULE),
        group(RULE, group(RULE, group(RULE, RULE), operator="OR")),
        RULE | {"value": None},
        RULE | {"value": [1, {"a": "b"}]},
        RULE | {"paramName": "utm_source"},
        RULE | {"operator": "AND"},
        without("ruleOperator") | {"operator": "equals"},
        *[RULE | {"ruleOperator": word} for word in conditions.RULE_OPERATORS],
    ],
)
def test_trees_that_pass(tree: dict[str, Any]) -> None:
    """Rules and groups of up to three levels pass, with the comparison under either key."""
    assert conditions.faults(tree, "") == []


@pytest.mark.parametrize(
    ("tree", "field", "code"),
    [
        ("x", "", "invalid_type"),
        ([], "", "invalid_type"),
        ({}, "/type", "required"),
        ({"type": "leaf"}, "/type", "invalid_value"),
        ({"type": ["group"]}, "/type", "invalid_type"),
        (group(), "/children", "out_of_range"),
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
    ],
)
def test_trees_that_are_refused(tree: Any, field: str, code: str) -> None:
    """A fault in a tree is named by the pointer to it."""
    assert told(conditions.faults(tree, "")) == [(field, code)]


def test_an_unknown_operator_is_told_the_known_ones() -> None:
    """The message about an operator lists those that there are."""
    (fault,) = conditions.faults(group(RULE, operator="NOT"), "")
    assert fault.message.endswith("use one of AND, OR")


def test_a_rule_is_stored_with_one_comparison_key() -> None:
    """The comparison moves to ruleOperator, and what belongs to no rule is dropped."""
    tree = group(without("ruleOperator") | {"operator": "equals", "children": [], "note": 1})
    assert conditions.normal(tree) == group(RULE)


def test_a_wide_tree_of_faults_is_cut() -> None:
    """A tree of countless faults is not told in full."""
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
def test_date_times_that_pass(text: str) -> None:
    """RFC 3339 date-times are read."""
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
def test_date_times_that_are_refused(text: str) -> None:
    """Anything else is no date-time."""
    assert schedules.moment(text) is None


START, END = "2026-03-15T09:00:00Z", "2026-03-15T17:00:00Z"
NEW_YORK = {"type": "daily", "timezone": "America/New_York"}
BEFORE_CHANGE = "2026-10-31T09:00:00-04:00"  # the day until 09:00 has 25 hours


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"startAt": START},
        {"endAt": END},
        {"startAt": START, "endAt": END},
        {
            "startAt": START,
            "endAt": END,
            "recurrence": {"type": "weekly", "timezone": "America/New_York"},
        },
        {"startAt": START, "endAt": "2026-03-16T09:00:00Z", "recurrence": {"type": "daily"}},
        {"startAt": BEFORE_CHANGE, "endAt": "2026-11-01T09:00:00-05:00", "recurrence": NEW_YORK},
        {"recurrence": {"type": "cron", "cronExpression": "0 9 * * 1-5"}},
        {"recurrence": {"type": "none", "cronExpression": "", "timezone": "UTC"}},
        {
            "startAt": "0001-01-01T00:00:00+14:00",
            "endAt": "0001-01-01T05:00:00+14:00",
            "recurrence": {"type": "daily"},
        },
    ],
)
def test_schedules_that_pass(schedule: dict[str, Any]) -> None:
    """A window that fits its period passes, on the clocks of its time zone."""
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
        (
            {"startAt": START, "endAt": "2026-03-16T09:00:01Z", "recurrence": {"type": "daily"}},
            "/endAt",
            "out_of_range",
        ),
        (
            {"startAt": START, "endAt": "2026-03-22T09:00:01Z", "recurrence": {"type": "weekly"}},
            "/endAt",
            "out_of_range",
        ),
        (
            {
                "startAt": BEFORE_CHANGE,
                "endAt": "2026-11-01T09:00:01-05:00",
                "recurrence": NEW_YORK,
            },
            "/endAt",
            "out_of_range",
        ),
        ({"recurrence": {"timezone": "Mars/Olympus"}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"timezone": ""}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"timezone": "../../etc/passwd"}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"timezone": "UTC\x00"}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"timezone": "America"}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"timezone": "a" * 5000}}, "/recurrence/timezone", "invalid_value"),
        ({"recurrence": {"type": "cron"}}, "/recurrence/cronExpression", "required"),
        (
            {"recurrence": {"type": "cron", "cronExpression": "daily"}},
            "/recurrence/cronExpression",
            "invalid_format",
        ),
    ],
)
def test_schedules_that_are_refused(schedule: dict[str, Any], field: str, code: str) -> None:
    """A fault in a schedule is named by the pointer to it."""
    assert told(schedules.faults(schedule, "")) == [(field, code)]


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
def test_cron_expressions_that_pass(expression: str) -> None:
    """Five fields of numbers, names, lists, ranges and steps pass."""
    assert cron.problem(expression) is None
    assert cron.problem(expression.ljust(cron.LONGEST)) is None


@pytest.mark.parametrize(
    "expression",
    [
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
    ],
    ids=lambda expression: expression[:20],
)
def test_cron_expressions_that_are_refused(expression: str) -> None:
    """What no field takes, or no calendar has, is refused with a reason."""
    schedule = {"recurrence": {"type": "cron", "cronExpression": expression}}
    assert told(schedules.faults(schedule, "")) == [
        ("/recurrence/cronExpression", "invalid_format")
    ]


HALVES = (Variant("a", 5000), Variant("b", 5000))


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ((Variant("a", 5000), Variant("b", 4999)), "/variants", "invalid_value"),
        ((Variant("a", 5000), Variant("b", 5001)), "/variants", "invalid_value"),
        ((Variant("a", 5000), Variant("a", 5000)), "/variants/1/id", "conflict"),
        ((Variant("a b", 5000), Variant("b", 5000)), "/variants/0/id", "invalid_format"),
        ((Variant("a\n", 5000), Variant("b", 5000)), "/variants/0/id", "invalid_format"),
        ((Variant("", 5000), Variant("b", 5000)), "/variants/0/id", "invalid_format"),
        (
            tuple(Variant(i, 5000, is_default=True) for i in "ab"),
            "/variants/1/isDefault",
            "conflict",
        ),
        ((*HALVES, Variant("c", 0), Variant("d", 0)), "/variants", "out_of_range"),
        (
            (Variant("a", 10_000, conditions={}), Variant("b", 0)),
            "/variants/0/conditions/type",
            "required",
        ),
        (
            (Variant("a", 10_000), Variant("b", 0, schedule={"endAt": ""})),
            "/variants/1/schedule/endAt",
            "invalid_format",
        ),
    ],
)
def test_variants_that_do_not_fit_together(
    given: tuple[Variant, ...], field: str, code: str
) -> None:
    """Each rule over all variants names the place of its fault; the basic plan allows three."""
    assert told(variants.faults(given, PLANS["basic"])) == [(field, code)]


def test_variants_that_fit_together() -> None:
    """Weights of zero are legal as long as the total is exactly 10000."""
    assert (
        variants.faults((Variant("a", 10_000, is_default=True), Variant("b", 0)), PLANS["starter"])
        == []
    )
