"""The slots of a team's plan: used, free, and how many there are."""

from typing import Any

from pictify_conformance.testing import ApiClient
from pictify_conformance.testing.payloads import TYPES, Json
from pictify_conformance.testing.responses import json_object


def by_type(quota: Json, member: str) -> dict[str, Any]:
    """Return `used` or `limit` of each type that a quota names."""
    rows = quota.get("quota")
    rows = rows if isinstance(rows, dict) else {}
    return {
        name: rows[name][member]
        for name in TYPES
        if isinstance(rows.get(name), dict) and member in rows[name]
    }


def used_slots(api: ApiClient) -> dict[str, Any]:
    """Return the used slots of each type."""
    return by_type(json_object(api.get_quota()), "used")


def free_slots(api: ApiClient) -> dict[str, int]:
    """Return the free slots of each type that has a limit of at least one."""
    quota = json_object(api.get_quota())
    limits, used = by_type(quota, "limit"), by_type(quota, "used")
    return {
        name: limit - used[name]
        for name, limit in limits.items()
        if isinstance(limit, int) and limit > 0 and isinstance(used.get(name), int)
    }


def missing_types(api: ApiClient) -> list[str]:
    """Return the types of which the plan allows none."""
    limits = by_type(json_object(api.get_quota()), "limit")
    return [name for name, limit in limits.items() if limit == 0]
