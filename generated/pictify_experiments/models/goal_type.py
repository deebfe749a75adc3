from enum import StrEnum


class GoalType(StrEnum):
    CLICK_THROUGH = "click_through"
    IMPRESSIONS_ONLY = "impressions_only"

    def __str__(self) -> str:
        return str(self.value)
