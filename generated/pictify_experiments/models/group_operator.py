from __future__ import annotations

from ..types import OpenEnum


class GroupOperator(OpenEnum):
    """Joins children. All must hold (AND), or any (OR)."""

    AND = "AND"
    OR = "OR"
