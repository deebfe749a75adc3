from enum import StrEnum


class ExperimentType(StrEnum):
    AB_TEST = "ab_test"
    SCHEDULED = "scheduled"
    SMART_LINK = "smart_link"

    def __str__(self) -> str:
        return str(self.value)
