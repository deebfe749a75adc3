"""What each plan allows, as its team meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import API, body, code

if TYPE_CHECKING:
    import httpx

TYPES = ("ab_test", "smart_link", "scheduled")
PLANS = [  # the published table
    ("starter", (1, 0, 0), 2, 7, False),
    ("basic", (2, 1, 1), 3, 30, False),
    ("standard", (5, 3, 3), 5, 90, True),
    ("business", (None, None, None), 10, 365, True),
    ("enterprise", (None, None, None), 20, 365, True),
]
MORE_THAN_ANY_LIMIT = 7


def status(http: httpx.Client, **changes: Any) -> int:
    return http.post(API, json=body(**changes)).status_code


def variants(count: int) -> list[dict[str, Any]]:
    return [{"id": f"v{index}", "weight": 10_000 if index == 0 else 0} for index in range(count)]


@pytest.mark.parametrize(("plan", "limits", "most", "days"), [row[:4] for row in PLANS])
def test_the_quota_tells_the_plan(
    http: httpx.Client, plan: str, limits: tuple[int | None, ...], most: int, days: int
) -> None:
    """The quota has the plan's row of the table, and nothing used yet."""
    quota = {kind: {"used": 0, "limit": limit} for kind, limit in zip(TYPES, limits, strict=True)}
    expected = {"plan": plan, "quota": quota, "maxVariants": most, "analyticsRetentionDays": days}
    assert http.get(f"{API}/quota").json() == expected


@pytest.mark.parametrize(
    ("plan", "limits", "most", "bandit"), [(*row[:3], row[4]) for row in PLANS]
)
def test_the_plan_is_kept(
    http: httpx.Client, plan: str, limits: tuple[int | None, ...], most: int, bandit: bool
) -> None:
    """The plan's slots, variants and auto-optimisation can be used, and not one more."""
    assert http.get(f"{API}/quota").json()["plan"] == plan
    assert status(http, slug="too-many", variants=variants(most + 1)) == 400
    assert status(http, slug="bandit", banditConfig={"enabled": True}, variants=variants(most)) == (
        201 if bandit else 400
    )
    for kind, limit in zip(TYPES, limits, strict=True):
        held = int(bandit and kind == "ab_test")
        wanted = MORE_THAN_ANY_LIMIT if limit is None else limit
        made = [
            status(http, type=kind, slug=f"{kind[:2]}-{number}") for number in range(held, wanted)
        ]
        assert made == [201] * (wanted - held)
        if limit is not None:
            refused = http.post(API, json=body(type=kind, slug="one-more"))
            assert (refused.status_code, code(refused)) == (429, "quota-exceeded")
