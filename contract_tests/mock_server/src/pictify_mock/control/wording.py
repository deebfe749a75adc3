"""Conditions and schedules in words."""

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from pictify_mock.domain.properties import CUSTOM, readings
from pictify_mock.domain.schedule_windows import Window, local_time, window
from pictify_mock.domain.targeting import holds
from pictify_mock.domain.visit import Visit

PROPERTIES = {
    "device.type": "device",
    "device.os": "operating system",
    "geo.country": "country",
    "geo.continent": "continent",
    "time.hour": "hour in UTC",
    "time.dayOfWeek": "day of the week (0 is Sunday)",
    "browser.language": "language",
    "referrer.domain": "referrer",
}
COMPARISONS = {
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "gt": "is more than",
    "lt": "is less than",
    "gte": "is at least",
    "lte": "is at most",
}

Json = dict[str, Any]


def conditions(node: Json, *, nested: bool = False) -> str:
    if node["type"] == "rule":
        return rule(node)
    children = [conditions(child, nested=True) for child in node["children"]]
    joined = f" {node['operator'].lower()} ".join(children)
    return f"({joined})" if nested and len(children) > 1 else joined


def rule(node: Json) -> str:
    name = node["property"]
    if name.startswith(CUSTOM):
        name = f"query parameter {name.removeprefix(CUSTOM)}"
    elif name == "url.param":
        name = f"query parameter {node.get('paramName', '(without paramName)')}"
    value = node["value"]
    values = " or ".join(map(_text, value)) if isinstance(value, list) else _text(value)
    return f"{PROPERTIES.get(name, name)} {COMPARISONS[node['ruleOperator']]} {values}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def judged_rules(node: Json, visit: Visit) -> Iterator[Json]:
    """Yield every rule of a tree, if it holds for this visit, and what the visit has."""
    if node["type"] == "group":
        for child in node["children"]:
            yield from judged_rules(child, visit)
        return
    found = " or ".join(map(str, readings(node, visit)))
    yield {"words": rule(node), "holds": holds(node, visit), "found": found or "nothing"}


def schedule(value: Json) -> str:
    found = window(value)
    kind, zone = found.recurrence.get("type", "none"), found.recurrence.get("timezone", "UTC")
    if kind == "none":
        return f"{span} {zone}" if (span := _span(found.start, found.end, found.zone)) else "always"
    if kind == "cron":
        return f"cron {found.recurrence['cronExpression']} {zone}{_cron_length(found)}"
    assert found.start is not None  # `schedules.faults` requires it
    start = local_time(found.start, found.zone)
    end = f"{local_time(found.end, found.zone):%H:%M}" if found.end else "midnight"
    day = "day" if kind == "daily" else f"{start:%A}"
    return f"every {day}, {start:%H:%M} to {end} {zone}, from {start.date()} on"


def _cron_length(found: Window) -> str:
    """Return how long such a window is open, and within which span."""
    if found.start is None or found.end is None:
        span = _span(found.start, found.end, found.zone)
        return f", {span}" if span else ""
    minutes = int((found.end - found.start).total_seconds()) // 60
    return f", {minutes:,} min each time, {_span(found.start, None, found.zone)}"


def _span(start: datetime | None, end: datetime | None, zone: tzinfo) -> str:
    since, until = (
        f"{local_time(each, zone):%Y-%m-%d %H:%M}" if each else "" for each in (start, end)
    )
    if since and until:
        return f"{since} to {until}"
    return f"from {since} on" if since else f"until {until}" if until else ""
