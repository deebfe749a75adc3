from __future__ import annotations

from ..types import OpenEnum


class RuleOperator(OpenEnum):
    """The comparison of a property with the value."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    GT = "gt"
    LT = "lt"
    GTE = "gte"
    LTE = "lte"
