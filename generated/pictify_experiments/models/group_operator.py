from __future__ import annotations

from ..types import OpenEnum


class GroupOperator(OpenEnum):
    """All of the children, or any."""

    AND = "AND"
    OR = "OR"
