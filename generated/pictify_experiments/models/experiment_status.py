from __future__ import annotations

from ..types import OpenEnum


class ExperimentStatus(OpenEnum):
    """The status of an experiment."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"
