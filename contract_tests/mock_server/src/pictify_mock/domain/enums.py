"""The types and statuses of experiments."""

from enum import StrEnum


class ExperimentType(StrEnum):
    AB_TEST = "ab_test"
    SMART_LINK = "smart_link"
    SCHEDULED = "scheduled"


class Status(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"
