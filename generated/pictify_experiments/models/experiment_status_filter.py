from __future__ import annotations

from ..types import OpenEnum


class ExperimentStatusFilter(OpenEnum):
    """The statuses that a list can be filtered by."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
