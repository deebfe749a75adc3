"""The slots of a plan: used, left, and how many there are."""

from typing import Any

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import TYPES, Json


def quota(lab: Lab) -> Json:
    """What the quota says now."""
    body = assertions.json_of(assertions.status(lab.quota(), 200))
    return body if isinstance(body, dict) else {}


def error_message(body: Json, of: str) -> dict[str, Any]:
    """`used` or `limit` of each type that a quota tells."""
    rows = body.get("quota")
    rows = rows if isinstance(rows, dict) else {}
    return {
        name: rows[name][of]
        for name in TYPES
        if isinstance(rows.get(name), dict) and of in rows[name]
    }


def usage(lab: Lab, of: str) -> dict[str, Any]:
    """`used` or `limit` of each type now."""
    return error_message(quota(lab), of)


def free_slots(team: Lab) -> dict[str, int]:
    """How many slots are left of each type that has a limit of at least one."""
    limits, used = usage(team, "limit"), usage(team, "used")
    known = [
        name for name in limits if isinstance(limits[name], int) and isinstance(used.get(name), int)
    ]
    return {name: limits[name] - used[name] for name in known if limits[name] > 0}
