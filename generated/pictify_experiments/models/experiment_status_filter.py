from enum import StrEnum


class ExperimentStatusFilter(StrEnum):
    COMPLETED = "completed"
    DRAFT = "draft"
    PAUSED = "paused"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)
