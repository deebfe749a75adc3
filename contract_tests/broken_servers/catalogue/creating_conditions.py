"""Condition trees and schedules that are lost, bent or not looked at."""

import re
from typing import Any

from broken_servers.exchange import Request
from broken_servers.fault import Patch, alter_request, patch_mock
from broken_servers.operations import CREATE
from pictify_mock.domain import conditions, schedules


@patch_mock("create.conditions-kept")
def groups_lose_their_last_child(patch: Patch) -> None:
    """Of a group with many children the last one is not stored."""
    original = conditions.normal

    def normal(tree: Any) -> Any:
        stored = original(tree)
        if stored["type"] == "group" and len(stored["children"]) > 2:
            stored["children"].pop()
        return stored

    patch(conditions, "normal", normal)


@patch_mock("create.conditions-kept")
def groups_are_sorted(patch: Patch) -> None:
    """Rules are stored before groups."""
    original = conditions.normal

    def normal(tree: Any) -> Any:
        stored = original(tree)
        if stored["type"] == "group":
            stored["children"].sort(key=lambda child: child["type"] == "group")
        return stored

    patch(conditions, "normal", normal)


@patch_mock("create.conditions-kept")
def condition_values_become_text(patch: Patch) -> None:
    """The column of rule values is text."""
    original = conditions.normal

    def normal(tree: Any) -> Any:
        stored = original(tree)
        return {**stored, "value": str(stored["value"])} if stored["type"] == "rule" else stored

    patch(conditions, "normal", normal)


@patch_mock("create.conditions-kept")
def inner_groups_become_and(patch: Patch) -> None:
    """The operator of an inner group is not stored."""
    original = conditions.normal

    def normal(tree: Any) -> Any:
        stored = original(tree)
        for child in stored.get("children", ()):
            if child["type"] == "group":
                child["operator"] = "AND"
        return stored

    patch(conditions, "normal", normal)


@patch_mock("create.conditions-kept")
def bounds_are_stored_as_exclusive(patch: Patch) -> None:
    """gte is stored as gt, and lte as lt."""
    original, stored_as = conditions.normal, {"gte": "gt", "lte": "lt"}

    def normal(tree: Any) -> Any:
        stored = original(tree)
        if stored["type"] == "rule":
            stored["ruleOperator"] = stored_as.get(stored["ruleOperator"], stored["ruleOperator"])
        return stored

    patch(conditions, "normal", normal)


@alter_request("create.conditions-kept", CREATE)
def only_the_first_variant_keeps_conditions(request: Request) -> None:
    """Conditions are stored for one variant only."""
    for row in [row for row in request.json["variants"] if "conditions" in row][1:]:
        del row["conditions"]


@alter_request("create.conditions-kept", CREATE)
def values_in_a_list_are_sorted(request: Request) -> None:
    """A list of values is stored as a set, in the order of the alphabet."""
    for row in request.json["variants"]:
        for child in row.get("conditions", {}).get("children", ()):
            if isinstance(child.get("value"), list):
                child["value"].sort(key=str)


@alter_request("create.schedule-kept", CREATE)
def schedule_loses_its_end(request: Request) -> None:
    """The endAt of a schedule is not stored."""
    for row in request.json["variants"]:
        row.get("schedule", {}).pop("endAt", None)


@alter_request("create.schedule-kept", CREATE)
def schedule_loses_its_recurrence(request: Request) -> None:
    """The recurrence of a schedule is not stored."""
    for row in request.json["variants"]:
        row.get("schedule", {}).pop("recurrence", None)


@alter_request("create.schedule-kept", CREATE)
def schedule_loses_its_offset(request: Request) -> None:
    """Times with an offset are stored as if they were UTC."""
    for row in request.json["variants"]:
        for name in ("startAt", "endAt"):
            if name in row.get("schedule", {}):
                row["schedule"][name] = re.sub(r"[+-]\d\d:\d\d$", "Z", row["schedule"][name])


@alter_request("create.schedule-kept.milliseconds", CREATE)
def schedule_loses_its_milliseconds(request: Request) -> None:
    """Times are stored in whole seconds."""
    for row in request.json["variants"]:
        for name in row.get("schedule", {}).keys() & {"startAt", "endAt"}:
            row["schedule"][name] = re.sub(r"\.\d+", "", row["schedule"][name])


@alter_request("create.schedule-kept", CREATE)
def schedule_loses_its_zone(request: Request) -> None:
    """The time zone of a recurrence is always UTC."""
    for row in request.json["variants"]:
        if "timezone" in row.get("schedule", {}).get("recurrence", {}):
            row["schedule"]["recurrence"]["timezone"] = "UTC"


@patch_mock("create.condition-depth.refused")
def depth_is_not_limited(patch: Patch) -> None:
    """A condition tree may be as deep as it likes."""
    patch(conditions, "MAX_DEPTH", 200)


@patch_mock("create.condition-depth.refused")
def depth_of_two_is_refused(patch: Patch) -> None:
    """A condition tree may have one level."""
    patch(conditions, "MAX_DEPTH", 1)


@patch_mock("create.condition-depth.refused")
def depth_is_measured_in_the_first_branch(patch: Patch) -> None:
    """Only the first child of a group is looked into."""
    original = conditions._group_faults

    def faults(group: Any, pointer: str, depth: int) -> Any:
        children = group.get("children")
        first = {**group, "children": children[:1]} if isinstance(children, list) else group
        return original(first, pointer, depth)

    patch(conditions, "_group_faults", faults)


@patch_mock("create.condition-depth.status")
def depth_of_four_passes(patch: Patch) -> None:
    """Four levels of groups pass."""
    patch(conditions, "MAX_DEPTH", 4)


@patch_mock("create.condition-operators")
def ends_with_is_not_known(patch: Patch) -> None:
    """The comparison ends_with is refused."""
    patch(
        conditions,
        "RULE_OPERATORS",
        tuple(word for word in conditions.RULE_OPERATORS if word != "ends_with"),
    )


@patch_mock("create.condition-operators")
def comparisons_are_abbreviated(patch: Patch) -> None:
    """not_equals comes back as neq."""
    original = conditions.normal

    def normal(tree: Any) -> Any:
        stored = original(tree)
        if stored.get("ruleOperator") == "not_equals":
            stored["ruleOperator"] = "neq"
        return stored

    patch(conditions, "normal", normal)


@patch_mock("create.condition-nodes")
def unknown_comparison_passes(patch: Patch) -> None:
    """Any word passes as a comparison."""
    patch(conditions, "RULE_OPERATORS", (*conditions.RULE_OPERATORS, "like", "AND"))


@patch_mock("create.condition-nodes")
def empty_group_passes(patch: Patch) -> None:
    """A group without children passes."""
    original = conditions._group_faults

    def faults(group: Any, pointer: str, depth: int) -> Any:
        return original(
            group if group.get("children") else {**group, "children": [RULE]}, pointer, depth
        )

    patch(conditions, "_group_faults", faults)


RULE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


@patch_mock("create.condition-alias")
def comparison_is_read_from_rule_operator_only(patch: Patch) -> None:
    """A comparison in operator is not known."""
    patch(conditions, "comparison", lambda rule: rule.get("ruleOperator"))


@patch_mock("create.schedule-order")
def schedule_may_end_before_it_starts(patch: Patch) -> None:
    """An endAt before startAt passes."""
    patch(schedules, "_window_faults", lambda *_: iter(()))


@patch_mock("create.schedule-cron")
def cron_is_not_looked_at(patch: Patch) -> None:
    """Any cronExpression passes."""
    patch(schedules, "_cron_faults", lambda *_: iter(()))


@patch_mock("create.schedule-time-zone")
def time_zone_is_not_looked_at(patch: Patch) -> None:
    """Any word passes as a time zone."""
    patch(schedules, "_zone_faults", lambda *_: iter(()))


@alter_request("create.conditions-kept", CREATE)
def third_level_has_one_child(request: Request) -> None:
    """Groups in groups in groups keep their first child."""
    for row in request.json["variants"]:
        for outer in row.get("conditions", {}).get("children", ()):
            for inner in outer.get("children", ()):
                if "children" in inner:
                    del inner["children"][1:]
