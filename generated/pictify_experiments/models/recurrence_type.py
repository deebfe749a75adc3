from __future__ import annotations

from ..types import OpenEnum


class RecurrenceType(OpenEnum):
    """The recurrence of a schedule."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    CRON = "cron"
