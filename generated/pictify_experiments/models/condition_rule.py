from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    ABSENT,
    NULL,
    UNSET,
    Model,
    Unset,
    accept_attribute_names,
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_str,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class ConditionRule(Model):
    """Compares one property of the viewer with a value."""

    property_: str = _field(alias="property")
    """The property to compare, such as `device` or `country`."""
    rule_operator: (
        RuleOperator
        | Literal[
            "equals",
            "not_equals",
            "contains",
            "not_contains",
            "starts_with",
            "ends_with",
            "gt",
            "lt",
            "gte",
            "lte",
        ]
    )
    """The comparison of a property with the value."""
    value: Any
    """The value to compare with, of any type."""
    type_: Literal["rule"] = _field(default="rule", alias="type")
    """Always `rule`."""
    param_name: str | None | Unset = UNSET
    """The query parameter to compare. Required for the property `url.param`."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            self.type_ = d.pop("type", "rule")
            value = d.pop("property", UNSET)
            if value is not UNSET:
                self.property_ = value if type(value) is str else read_str(value, "property_")
            value = d.pop("ruleOperator", UNSET)
            if value is UNSET:
                value = d.pop("operator", UNSET)
            if value is not UNSET:
                self.rule_operator = read_enum(RuleOperator, value, "rule_operator")
            value = d.pop("value", UNSET)
            if value is not UNSET:
                self.value = value
            value = d.pop("paramName", UNSET)
            self.param_name = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "param_name")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
        }
        if (value := getattr(self, "property_", UNSET)) is not UNSET:
            d["property"] = value
        if (value := getattr(self, "rule_operator", UNSET)) is not UNSET:
            d["ruleOperator"] = to_json(value)
        if (value := getattr(self, "value", UNSET)) is not UNSET:
            d["value"] = to_json(value)
        if self.param_name is not UNSET:
            d["paramName"] = self.param_name
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import RuleOperator
