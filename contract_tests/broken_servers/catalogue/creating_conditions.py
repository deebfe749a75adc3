"""Servers that lose or change condition trees and schedules, or do not check them."""

import re
from collections.abc import Callable
from typing import Any

from broken_servers.changes import alter_sent_variants, declare_parts, do_nothing
from broken_servers.exchange import Request
from broken_servers.fault import Patch, alter_request, patch_mock
from broken_servers.operations import CREATE
from pictify_mock.domain import conditions, schedules

RULE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
OPERATORS = conditions.RULE_OPERATORS
Node = dict[str, Any]


def alter_stored_nodes(rule: str) -> Callable[[Callable[[Node], None]], None]:
    """Decorate `f(node)`, which changes each node of a condition tree before it is stored."""

    def declare(function: Callable[[Node], None]) -> None:
        original = conditions.normal

        def normal(tree: Any) -> Any:
            stored = original(tree)
            function(stored)
            return stored

        declare_parts(rule, conditions, "normal", **{function.__name__: normal})

    return declare


# --- condition trees


@alter_stored_nodes("create.conditions-kept")
def groups_lose_their_last_child(node: Node) -> None:
    if len(node.get("children", ())) > 2:
        node["children"].pop()


@alter_stored_nodes("create.conditions-kept")
def groups_are_sorted(node: Node) -> None:
    if node["type"] == "group":
        node["children"].sort(key=lambda child: child["type"] == "group")


@alter_stored_nodes("create.conditions-kept")
def condition_values_become_text(node: Node) -> None:
    if node["type"] == "rule":
        node["value"] = str(node["value"])


@alter_stored_nodes("create.conditions-kept")
def inner_groups_become_and(node: Node) -> None:
    for child in node.get("children", ()):
        if child["type"] == "group":
            child["operator"] = "AND"


@alter_stored_nodes("create.condition-operators")
def comparisons_are_abbreviated(node: Node) -> None:
    if node.get("ruleOperator") == "not_equals":
        node["ruleOperator"] = "neq"


@alter_request("create.conditions-kept", CREATE)
def only_the_first_variant_keeps_conditions(request: Request) -> None:
    for row in [row for row in request.json["variants"] if "conditions" in row][1:]:
        del row["conditions"]


@alter_sent_variants("create.conditions-kept", CREATE)
def values_in_a_list_are_sorted(variant: dict[str, Any]) -> None:
    for child in variant["conditions"]["children"]:
        if isinstance(child.get("value"), list):
            child["value"].sort(key=str)


@alter_sent_variants("create.conditions-kept", CREATE)
def third_level_has_one_child(variant: dict[str, Any]) -> None:
    for outer in variant["conditions"]["children"]:
        for inner in outer.get("children", ()):
            if "children" in inner:
                del inner["children"][1:]


declare_parts(
    "create.condition-depth.refused",
    conditions,
    "MAX_DEPTH",
    depth_is_not_limited=200,
    depth_of_two_is_refused=1,
)
declare_parts("create.condition-depth.status", conditions, "MAX_DEPTH", depth_of_four_passes=4)


@patch_mock("create.condition-depth.refused")
def depth_is_measured_in_the_first_branch(patch: Patch) -> None:
    original = conditions._group_faults

    def faults(group: Any, pointer: str, depth: int) -> Any:
        children = group.get("children")
        first = {**group, "children": children[:1]} if isinstance(children, list) else group
        return original(first, pointer, depth)

    patch(conditions, "_group_faults", faults)


@patch_mock("create.condition-nodes")
def empty_group_passes(patch: Patch) -> None:
    original = conditions._group_faults

    def faults(group: Any, pointer: str, depth: int) -> Any:
        filled = group if group.get("children") else {**group, "children": [RULE]}
        return original(filled, pointer, depth)

    patch(conditions, "_group_faults", faults)


declare_parts("create.condition-nodes", conditions, "URL_PARAM", query_parameter_needs_no_name=None)
declare_parts(
    "create.condition-nodes",
    conditions,
    "RULE_OPERATORS",
    unknown_comparison_passes=(*OPERATORS, "like", "AND"),
)
declare_parts(
    "create.condition-operators",
    conditions,
    "RULE_OPERATORS",
    ends_with_is_not_known=tuple(word for word in OPERATORS if word != "ends_with"),
)


@patch_mock("create.condition-alias")
def comparison_is_read_from_rule_operator_only(patch: Patch) -> None:
    patch(conditions, "comparison", lambda rule: rule.get("ruleOperator"))


# --- schedules


for rule, name, check in (
    ("create.schedule-order", "schedule_may_end_before_it_starts", "_window_faults"),
    ("create.schedule-cron", "cron_is_not_looked_at", "_cron_faults"),
    ("create.schedule-time-zone", "time_zone_is_not_looked_at", "_zone_faults"),
):
    declare_parts(rule, schedules, check, **{name: do_nothing})


@alter_sent_variants("create.schedule-kept", CREATE)
def schedule_loses_its_end(variant: dict[str, Any]) -> None:
    del variant["schedule"]["endAt"]


@alter_sent_variants("create.schedule-kept", CREATE)
def schedule_loses_its_zone(variant: dict[str, Any]) -> None:
    """The time zone of a recurrence is always UTC."""
    if "timezone" in variant["schedule"]["recurrence"]:
        variant["schedule"]["recurrence"]["timezone"] = "UTC"


@alter_sent_variants("create.schedule-kept", CREATE)
def schedule_loses_its_offset(variant: dict[str, Any]) -> None:
    """Times with an offset are stored as if they were UTC."""
    for name in variant["schedule"].keys() & {"startAt", "endAt"}:
        variant["schedule"][name] = re.sub(r"[+-]\d\d:\d\d$", "Z", variant["schedule"][name])


@alter_sent_variants("create.schedule-kept.milliseconds", CREATE)
def schedule_loses_its_milliseconds(variant: dict[str, Any]) -> None:
    for name in variant["schedule"].keys() & {"startAt", "endAt"}:
        variant["schedule"][name] = re.sub(r"\.\d+", "", variant["schedule"][name])
