from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    UNSET,
    Model,
    accept_attribute_names,
    list_to_json,
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_list,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class ConditionGroup(Model):
    """Holds if all (AND) or any (OR) of its children hold."""

    operator: GroupOperator | Literal["AND", "OR"]
    """Joins children. All must hold (AND), or any (OR)."""
    children: list[ConditionGroup | ConditionRule | dict[str, Any]]
    """Groups and rules. None at the root is no condition."""
    type_: Literal["group"] = _field(default="group", alias="type")
    """Always `group`."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            self.type_ = d.pop("type", "group")
            value = d.pop("operator", UNSET)
            if value is not UNSET:
                self.operator = read_enum(GroupOperator, value, "operator")
            value = d.pop("children", UNSET)
            if value is not UNSET:
                self.children = [
                    condition_tree_from_dict(item) for item in read_list(value, "children")
                ]
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
        }
        if (value := getattr(self, "operator", UNSET)) is not UNSET:
            d["operator"] = to_json(value)
        if (value := getattr(self, "children", UNSET)) is not UNSET:
            d["children"] = list_to_json(value, "children", condition_tree_from_keywords)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .condition_rule import ConditionRule
from .condition_tree import condition_tree_from_dict, condition_tree_from_keywords
from .enums import GroupOperator
