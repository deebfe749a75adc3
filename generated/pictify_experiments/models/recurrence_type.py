from enum import StrEnum


class RecurrenceType(StrEnum):
    CRON = "cron"
    DAILY = "daily"
    NONE = "none"
    WEEKLY = "weekly"

    def __str__(self) -> str:
        return str(self.value)
