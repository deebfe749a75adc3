from enum import StrEnum


class RuleOperator(StrEnum):
    CONTAINS = "contains"
    ENDS_WITH = "ends_with"
    EQUALS = "equals"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    NOT_CONTAINS = "not_contains"
    NOT_EQUALS = "not_equals"
    STARTS_WITH = "starts_with"

    def __str__(self) -> str:
        return str(self.value)
