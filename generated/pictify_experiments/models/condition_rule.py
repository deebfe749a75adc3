from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, to_json
from ..wire import malformed


@_define(repr=False)
class ConditionRule(Model):
    """Compares one property of the viewer with a value."""

    property_: str
    """The property to compare, such as `device` or `country`."""
    rule_operator: RuleOperator
    """The comparison of a property with the value."""
    value: Any
    """The value to compare with, of any type."""
    type_: Literal["rule"] = "rule"
    """Always `rule`."""
    param_name: str | Unset = UNSET
    """The query parameter to compare, for the property `url.param`."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            self.type_ = d.pop("type")
            self.property_ = d.pop("property")
            self.rule_operator = RuleOperator.of(d.pop("ruleOperator"))
            self.value = d.pop("value")
            self.param_name = d.pop("paramName", UNSET)
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
            "property": self.property_,
            "ruleOperator": to_json(self.rule_operator),
            "value": to_json(self.value),
        }
        if self.param_name is not UNSET:
            d["paramName"] = self.param_name
        return {**self.additional_properties, **d} if self.additional_properties else d


from .rule_operator import RuleOperator
