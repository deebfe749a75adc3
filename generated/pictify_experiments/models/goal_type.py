from __future__ import annotations

from ..types import OpenEnum


class GoalType(OpenEnum):
    """What counts as success."""

    IMPRESSIONS_ONLY = "impressions_only"
    CLICK_THROUGH = "click_through"
