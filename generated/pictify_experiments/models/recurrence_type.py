from __future__ import annotations

from ..types import OpenEnum


class RecurrenceType(OpenEnum):
    """How a schedule repeats."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    CRON = "cron"
