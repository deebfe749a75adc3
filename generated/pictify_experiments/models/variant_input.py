from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, is_given, to_json
from ..wire import malformed

if TYPE_CHECKING:
    from .condition_tree import ConditionTree
    from .template_variables import TemplateVariables


@_define(repr=False)
class VariantInput(Model):
    """One image of an experiment."""

    id: str
    """Names the variant within the experiment: letters, digits, _ and -. Of the form
    `^[a-zA-Z0-9_-]+$`."""
    weight: int
    """Share of the viewers in basis points (10,000 is all)."""
    name: str | None | Unset = UNSET
    """For people."""
    template_uid: str | None | Unset = UNSET
    """Its own template in place of the experiment's."""
    variables: TemplateVariables | None | Unset = UNSET
    """Values for the template."""
    is_default: bool | None | Unset = UNSET
    """Shown where no other variant applies; at most one. The server's default is false."""
    conditions: ConditionTree | None | Unset = UNSET
    """For smart links: when it applies."""
    schedule: VariantScheduleInput | None | Unset = UNSET
    """For scheduled experiments: when it is shown."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            value: Any
            self.id = d.pop("id")
            self.weight = d.pop("weight")
            self.name = d.pop("name", UNSET)
            self.template_uid = d.pop("templateUid", UNSET)
            self.variables = d.pop("variables", UNSET)
            self.is_default = d.pop("isDefault", UNSET)
            value = d.pop("conditions", UNSET)
            if is_given(value):
                value = condition_tree_from_dict(value)
            self.conditions = value
            value = d.pop("schedule", UNSET)
            if is_given(value):
                value = VariantScheduleInput.from_dict(value)
            self.schedule = value
            self.additional_properties = d or {}  # emptied, d would keep its size
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
            d["conditions"] = to_json(self.conditions)
        if self.schedule is not UNSET:
            d["schedule"] = to_json(self.schedule)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .condition_tree import condition_tree_from_dict
from .variant_schedule_input import VariantScheduleInput
