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
class Variant(Model):
    """One image of an experiment, with its counters."""

    id: str
    """Names the variant within the experiment. Of the form `^[a-zA-Z0-9_-]+$`."""
    weight: int
    """Share of the viewers in basis points (10,000 is all)."""
    impressions: int
    """Times it was displayed."""
    clicks: int
    """Times it was clicked through."""
    name: str | Unset = UNSET
    """For people."""
    template_uid: str | Unset = UNSET
    """Its own template in place of the experiment's."""
    variables: TemplateVariables | Unset = UNSET
    """Values for the template, by name."""
    is_default: bool | Unset = UNSET
    """Shown where no other variant applies. The server's default is false."""
    conditions: ConditionTree | Unset = UNSET
    """When a variant of a smart link applies: groups joined by AND and OR over rules, three levels
    at most.
    The pages publish one open object; telling groups from rules by `type` is ours."""
    schedule: VariantSchedule | Unset = UNSET
    """When a variant of a scheduled experiment is shown."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            value: Any
            self.id = d.pop("id")
            self.weight = d.pop("weight")
            self.impressions = d.pop("impressions")
            self.clicks = d.pop("clicks")
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
                value = VariantSchedule.from_dict(value)
            self.schedule = value
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "id": self.id,
            "weight": self.weight,
            "impressions": self.impressions,
            "clicks": self.clicks,
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
from .variant_schedule import VariantSchedule
