from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rule_operator import RuleOperator
from ..types import UNSET, Unset

T = TypeVar("T", bound="ConditionRule")


@_attrs_define
class ConditionRule:
    """Compares one property of the viewer with a value."""

    type_: Literal["rule"]
    """ This is a rule. """
    property_: str
    """ What is compared, such as `device` or `country`. """
    rule_operator: RuleOperator
    """ How a property is compared with the value. """
    value: Any
    """ What it is compared with, of any type. """
    param_name: str | Unset = UNSET
    """ With the property `url.param`: the query parameter that is compared. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        property_ = self.property_

        rule_operator = self.rule_operator.value

        value = self.value

        param_name = self.param_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "property": property_,
                "ruleOperator": rule_operator,
                "value": value,
            }
        )
        if param_name is not UNSET:
            field_dict["paramName"] = param_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast("Literal['rule']", d.pop("type"))
        if type_ != "rule":
            raise ValueError(f"type must match const 'rule', got '{type_}'")

        property_ = d.pop("property")

        rule_operator = RuleOperator(d.pop("ruleOperator"))

        value = d.pop("value")

        param_name = d.pop("paramName", UNSET)

        condition_rule = cls(
            type_=type_,
            property_=property_,
            rule_operator=rule_operator,
            value=value,
            param_name=param_name,
        )

        condition_rule.additional_properties = d
        return condition_rule

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
