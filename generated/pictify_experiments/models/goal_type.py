from __future__ import annotations

from ..types import OpenEnum


class GoalType(OpenEnum):
    """The measure of success."""

    IMPRESSIONS_ONLY = "impressions_only"
    CLICK_THROUGH = "click_through"
