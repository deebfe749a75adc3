from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    ABSENT,
    NULL,
    UNSET,
    Model,
    Unset,
    to_json,
)
from ..wire import (
    malformed,
    read_bool,
    read_dict,
    read_int,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class VariantInput(Model):
    """One image of an experiment."""

    id: str
    """Identifies the variant within the experiment. Letters, digits, _ and -. Of the form
    `^[a-zA-Z0-9_-]+$`."""
    weight: int
    """Share of the viewers in basis points (10,000 is all)."""
    name: str | None | Unset = UNSET
    """A name for people."""
    template_uid: str | None | Unset = UNSET
    """Template of this variant, in place of the experiment's."""
    variables: TemplateVariables | None | Unset = UNSET
    """Values for the template."""
    is_default: bool | None | Unset = UNSET
    """Shown if no other variant applies. At most one variant. The server's default is false."""
    conditions: ConditionGroup | ConditionRule | dict[str, Any] | None | Unset = UNSET
    """For smart links, the conditions under which it applies."""
    schedule: VariantScheduleInput | None | Unset = UNSET
    """For scheduled experiments, the times at which it is shown."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("id")
            self.id = value if type(value) is str else read_str(value, "id")
            value = d.pop("weight")
            self.weight = value if type(value) is int else read_int(value, "weight")
            value = d.pop("name", UNSET)
            self.name = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "name")
            )
            value = d.pop("templateUid", UNSET)
            self.template_uid = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "template_uid")
            )
            value = d.pop("variables", UNSET)
            self.variables = (
                value
                if type(value) is dict or value is NULL or value is ABSENT
                else read_dict(value, "variables")
            )
            value = d.pop("isDefault", UNSET)
            self.is_default = (
                value
                if type(value) is bool or value is NULL or value is ABSENT
                else read_bool(value, "is_default")
            )
            value = d.pop("conditions", UNSET)
            self.conditions = (
                value if value is NULL or value is ABSENT else condition_tree_from_dict(value)
            )
            value = d.pop("schedule", UNSET)
            self.schedule = (
                value if value is NULL or value is ABSENT else VariantScheduleInput.from_dict(value)
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "id": self.id,
            "weight": self.weight,
        }
        if self.name is not UNSET:
            d["name"] = self.name
        if self.template_uid is not UNSET:
            d["templateUid"] = self.template_uid
        if self.variables is not UNSET:
            d["variables"] = self.variables
        if self.is_default is not UNSET:
            d["isDefault"] = self.is_default
        if self.conditions is not UNSET:
            d["conditions"] = to_json(self.conditions, "conditions", condition_tree_from_keywords)
        if self.schedule is not UNSET:
            d["schedule"] = to_json(self.schedule, "schedule", VariantScheduleInput)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .condition_group import ConditionGroup
from .condition_rule import ConditionRule
from .condition_tree import condition_tree_from_dict, condition_tree_from_keywords
from .template_variables import TemplateVariables
from .variant_schedule_input import VariantScheduleInput
