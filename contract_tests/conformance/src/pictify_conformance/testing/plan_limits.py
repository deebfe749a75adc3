"""What a team's plan stands in the way of, as far as its quota tells."""

from collections.abc import Callable
from typing import Any

import httpx

PLAN_STATUSES = (402, 403, 429)
"""What a server may answer where the plan is the reason, and nothing in the request."""


def obstacle(
    quota: httpx.Response, type_: object, variants: int, held: Callable[[], int]
) -> str | None:
    """Why an experiment of this type with so many variants cannot be made, and what to do about it.

    A slot that the run itself holds, as `held` counts them, is none that somebody could free.
    """
    used, limit = usage(quota, type_)
    if limit == 0:
        return f"the plan has no {type_} experiments: use a larger plan"
    if isinstance(limit, int) and isinstance(used, int) and used >= limit:
        if held() >= used:
            return f"needs {used + 1} slots for {type_} experiments at once, and the plan has {limit}: use a larger plan"
        taken = f"{used} of {limit} taken"
        return f"the plan has no slot left for an experiment of type {type_} ({taken}): free one or use a larger plan"
    most = _object(quota).get("maxVariants")
    if isinstance(most, int) and variants > most:
        return f"the plan allows {most} variants, and this takes {variants}: use a larger plan"
    return None


def usage(quota: httpx.Response, type_: object) -> tuple[Any, Any]:
    """What the quota tells of a type as used and as the limit; None where it does not tell."""
    row = _object(_object(_object(quota).get("quota")).get(str(type_)))
    return row.get("used"), row.get("limit")


def is_unlimited(quota: httpx.Response, type_: object) -> bool:
    """Whether the quota tells that a type has no limit; one that tells nothing may have one."""
    row = _object(_object(_object(quota).get("quota")).get(str(type_)))
    return "limit" in row and row["limit"] is None


def has_bandits(quota: httpx.Response) -> bool:
    """Whether the quota tells a plan whose published row has auto-optimisation."""
    return _object(quota).get("plan") in ("standard", "business")


def _object(found: Any) -> dict[str, Any]:
    if isinstance(found, httpx.Response):
        try:
            found = found.json() if found.is_success else {}
        except ValueError:
            found = {}
    return found if isinstance(found, dict) else {}
