"""The variant that a visit counts for."""

import datetime as dt
import operator
import random
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from alternative_server.behaviour import Behaviour
from alternative_server.state import Experiment, Json


def not_contains(seen: str, value: str) -> bool:
    return value not in seen


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "equals": operator.eq,
    "not_equals": operator.ne,
    "contains": operator.contains,
    "not_contains": not_contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def assigned_variant(experiment: Experiment, request: Request, behaviour: Behaviour) -> str:
    """Return the id of a variant, chosen by its conditions, its schedule or at random."""
    rows: list[Json] = experiment.sent["variants"]
    chosen = None
    if experiment.sent["type"] == "smart_link":
        is_mobile = "Mobile" in request.headers.get("user-agent", "")
        seen = {"device": "handheld" if is_mobile else "screen"}
        conditional = [row for row in rows if row.get("conditions")]
        chosen = next(
            (row for row in conditional if _holds(row["conditions"], seen, behaviour.operator)),
            rows[-1],
        )
    elif experiment.sent["type"] == "scheduled":
        chosen = next(
            (row for row in rows if row.get("schedule") and _is_open(row["schedule"])), rows[-1]
        )
    return str((chosen or random.choice(rows))["id"])


def _holds(node: Json, seen: dict[str, str], member: str) -> bool:
    if "children" in node:
        held = [_holds(child, seen, member) for child in node["children"]]
        return any(held) if node.get("operator") == "OR" else all(held)
    compare = COMPARISONS.get(node.get(member, ""))
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
