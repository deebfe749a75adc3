from __future__ import annotations

from ..types import OpenEnum


class ExperimentStatus(OpenEnum):
    """Where in its life an experiment is."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"
