from enum import StrEnum


class FieldErrorCode(StrEnum):
    CONFLICT = "conflict"
    INVALID_FORMAT = "invalid_format"
    INVALID_TYPE = "invalid_type"
    INVALID_VALUE = "invalid_value"
    NOT_EDITABLE = "not_editable"
    OUT_OF_RANGE = "out_of_range"
    REQUIRED = "required"
    TOO_LONG = "too_long"

    def __str__(self) -> str:
        return str(self.value)
