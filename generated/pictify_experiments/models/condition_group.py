from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model, to_json
from ..wire import malformed

if TYPE_CHECKING:
    from .condition_tree import ConditionTree


@_define(repr=False)
class ConditionGroup(Model):
    """Holds if all (AND) or any (OR) of its children hold."""

    operator: GroupOperator
    """Joins children. All must hold (AND), or any (OR)."""
    children: list[ConditionTree]
    """Groups and rules."""
    type_: Literal["group"] = "group"
    """Always `group`."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            self.type_ = d.pop("type")
            self.operator = GroupOperator.of(d.pop("operator"))
            self.children = [condition_tree_from_dict(item) for item in d.pop("children")]
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
            "operator": to_json(self.operator),
            "children": to_json(self.children),
        }
        return {**self.additional_properties, **d} if self.additional_properties else d


from .condition_tree import condition_tree_from_dict
from .group_operator import GroupOperator
