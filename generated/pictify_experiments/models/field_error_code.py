from __future__ import annotations

from ..types import OpenEnum


class FieldErrorCode(OpenEnum):
    """The kind of error in a field."""

    REQUIRED = "required"
    INVALID_TYPE = "invalid_type"
    OUT_OF_RANGE = "out_of_range"
    INVALID_FORMAT = "invalid_format"
    TOO_LONG = "too_long"
    NOT_EDITABLE = "not_editable"
    CONFLICT = "conflict"
    INVALID_VALUE = "invalid_value"
