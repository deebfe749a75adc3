from enum import StrEnum


class ExperimentStatus(StrEnum):
    ARCHIVED = "archived"
    COMPLETED = "completed"
    DRAFT = "draft"
    PAUSED = "paused"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)
