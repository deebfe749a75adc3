"""The limits of a team's plan, as far as its quota names them."""

from collections.abc import Callable
from typing import Any

import httpx

# The published table has these. A plan of another name may rank lower.
FROM_STANDARD_UP = ("standard", "business", "enterprise")
PLAN_STATUSES = (402, 403, 429)  # the plan may be the reason, and nothing in the request


def plan_limit_reason(
    quota: httpx.Response, type_: object, variants: int, held: Callable[[], int]
) -> str | None:
    """Return why the plan has no room for an experiment of this type with so many variants.

    `held` counts the slots that the run itself holds. Nobody else could free those.
    """
    used, limit = usage(quota, type_)
    if limit == 0:
        return f"the plan has no {type_} experiments: use a larger plan"
    if isinstance(limit, int) and isinstance(used, int) and used >= limit:
        if held() >= used:
            needed = f"needs {used + 1} slots for {type_} experiments at once"
            return f"{needed}, and the plan has {limit}: use a larger plan"
        full = f"the plan has no slot left for an experiment of type {type_}"
        return f"{full} ({used} of {limit} taken): free one or use a larger plan"
    most = _object(quota).get("maxVariants")
    if isinstance(most, int) and variants > most:
        return f"the plan allows {most} variants, and this takes {variants}: use a larger plan"
    return None


def usage(quota: httpx.Response, type_: object) -> tuple[Any, Any]:
    """Return used and limit of a type, each None if the quota does not name it."""
    row = _row(quota, type_)
    return row.get("used"), row.get("limit")


def is_unlimited(quota: httpx.Response, type_: object) -> bool:
    """Return True if the quota says that a type has no limit."""
    row = _row(quota, type_)
    return "limit" in row and row["limit"] is None


def has_auto_optimisation(quota: httpx.Response) -> bool:
    """Return True if the quota names a plan that has auto-optimisation, by the published table."""
    return _object(quota).get("plan") in FROM_STANDARD_UP


def _row(quota: httpx.Response, type_: object) -> dict[str, Any]:
    return _object(_object(_object(quota).get("quota")).get(str(type_)))


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, httpx.Response):
        try:
            value = value.json() if value.is_success else {}
        except (ValueError, RecursionError):
            value = {}
    return value if isinstance(value, dict) else {}
