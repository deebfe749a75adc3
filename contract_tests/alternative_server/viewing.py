"""Which variant a visit counts for."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from alternative_server.habits import Habits
from alternative_server.state import Experiment, Json

COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda seen, value: seen == value,
    "not_equals": lambda seen, value: seen != value,
    "contains": lambda seen, value: value in seen,
    "not_contains": lambda seen, value: value not in seen,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def variant(experiment: Experiment, request: Request, habits: Habits) -> str:
    """The id of the variant: by its conditions, by its schedule, or by chance."""
    rows: list[Json] = experiment.sent["variants"]
    chosen = None
    if experiment.sent["type"] == "smart_link":
        seen = {
            "device": "handheld" if "Mobile" in request.headers.get("user-agent", "") else "screen"
        }
        conditional = [row for row in rows if row.get("conditions")]
        chosen = next(
            (row for row in conditional if _holds(row["conditions"], seen, habits.operator)),
            rows[-1],
        )
    elif experiment.sent["type"] == "scheduled":
        chosen = next(
            (row for row in rows if row.get("schedule") and _is_open(row["schedule"])), rows[-1]
        )
    return str((chosen or random.choice(rows))["id"])


def _holds(node: Json, seen: dict[str, str], operator: str) -> bool:
    if "children" in node:
        held = [_holds(child, seen, operator) for child in node["children"]]
        return any(held) if node.get("operator") == "OR" else all(held)
    compare = COMPARISONS.get(node.get(operator, ""))
    value: Any = node.get("value")
    return bool(
        compare and node.get("property") in seen and compare(seen[node["property"]], str(value))
    )


def _is_open(schedule: Json) -> bool:
    now = dt.datetime.now(dt.UTC)
    start, end = (
        dt.datetime.fromisoformat(schedule[edge]) if edge in schedule else now
        for edge in ("startAt", "endAt")
    )
    return start <= now <= end
