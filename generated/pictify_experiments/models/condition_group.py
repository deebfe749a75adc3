from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.group_operator import GroupOperator

if TYPE_CHECKING:
    from ..models.condition_rule import ConditionRule


T = TypeVar("T", bound="ConditionGroup")


@_attrs_define
class ConditionGroup:
    """Holds if all (AND) or any (OR) of its children hold."""

    type_: Literal["group"]
    """ This is a group. """
    operator: GroupOperator
    """ All of the children, or any. """
    children: list[ConditionGroup | ConditionRule]
    """ Groups and rules. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        operator = self.operator.value

        children = []
        for children_item_data in self.children:
            children_item: dict[str, Any]
            if isinstance(children_item_data, ConditionGroup):
                children_item = children_item_data.to_dict()
            else:
                children_item = children_item_data.to_dict()

            children.append(children_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "operator": operator,
                "children": children,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.condition_rule import ConditionRule  # noqa: PLC0415

        d = dict(src_dict)
        type_ = cast("Literal['group']", d.pop("type"))
        if type_ != "group":
            raise ValueError(f"type must match const 'group', got '{type_}'")

        operator = GroupOperator(d.pop("operator"))

        children = []
        _children = d.pop("children")
        for children_item_data in _children:

            def _parse_children_item(data: object) -> ConditionGroup | ConditionRule:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_condition_tree_type_0 = ConditionGroup.from_dict(data)

                    return componentsschemas_condition_tree_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_condition_tree_type_1 = ConditionRule.from_dict(data)

                return componentsschemas_condition_tree_type_1

            children_item = _parse_children_item(children_item_data)

            children.append(children_item)

        condition_group = cls(
            type_=type_,
            operator=operator,
            children=children,
        )

        condition_group.additional_properties = d
        return condition_group

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
