from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.condition_group import ConditionGroup
    from ..models.condition_rule import ConditionRule
    from ..models.template_variables import TemplateVariables
    from ..models.variant_schedule import VariantSchedule


T = TypeVar("T", bound="Variant")


@_attrs_define
class Variant:
    """One image of an experiment, with its counters."""

    id: str
    """ Names the variant within the experiment. """
    weight: int
    """ Share of the viewers in basis points (10,000 is all). """
    name: str | Unset = UNSET
    """ For people. """
    template_uid: str | Unset = UNSET
    """ Its own template in place of the experiment's. """
    variables: TemplateVariables | Unset = UNSET
    """ Values for the template, by name. """
    is_default: bool | Unset = UNSET
    """ Shown where no other variant applies. """
    conditions: ConditionGroup | ConditionRule | Unset = UNSET
    """ When a variant of a smart link applies: groups joined by AND and OR over rules, three levels at most.
    The pages publish one open object; telling groups from rules by `type` is ours.
     """
    schedule: VariantSchedule | Unset = UNSET
    """ When a variant of a scheduled experiment is shown. """
    impressions: int | Unset = UNSET
    """ Times it was displayed. """
    clicks: int | Unset = UNSET
    """ Times it was clicked through. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.condition_group import ConditionGroup  # noqa: PLC0415

        id = self.id

        weight = self.weight

        name = self.name

        template_uid = self.template_uid

        variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables.to_dict()

        is_default = self.is_default

        conditions: dict[str, Any] | Unset
        if isinstance(self.conditions, Unset):
            conditions = UNSET
        elif isinstance(self.conditions, ConditionGroup):
            conditions = self.conditions.to_dict()
        else:
            conditions = self.conditions.to_dict()

        schedule: dict[str, Any] | Unset = UNSET
        if not isinstance(self.schedule, Unset):
            schedule = self.schedule.to_dict()

        impressions = self.impressions

        clicks = self.clicks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "weight": weight,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if template_uid is not UNSET:
            field_dict["templateUid"] = template_uid
        if variables is not UNSET:
            field_dict["variables"] = variables
        if is_default is not UNSET:
            field_dict["isDefault"] = is_default
        if conditions is not UNSET:
            field_dict["conditions"] = conditions
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if impressions is not UNSET:
            field_dict["impressions"] = impressions
        if clicks is not UNSET:
            field_dict["clicks"] = clicks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.condition_group import ConditionGroup  # noqa: PLC0415
        from ..models.condition_rule import ConditionRule  # noqa: PLC0415
        from ..models.template_variables import TemplateVariables  # noqa: PLC0415
        from ..models.variant_schedule import VariantSchedule  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        weight = d.pop("weight")

        name = d.pop("name", UNSET)

        template_uid = d.pop("templateUid", UNSET)

        _variables = d.pop("variables", UNSET)
        variables: TemplateVariables | Unset
        if isinstance(_variables, Unset):
            variables = UNSET
        else:
            variables = TemplateVariables.from_dict(_variables)

        is_default = d.pop("isDefault", UNSET)

        def _parse_conditions(data: object) -> ConditionGroup | ConditionRule | Unset:
            if isinstance(data, Unset):
                return data
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

        conditions = _parse_conditions(d.pop("conditions", UNSET))

        _schedule = d.pop("schedule", UNSET)
        schedule: VariantSchedule | Unset
        if isinstance(_schedule, Unset):
            schedule = UNSET
        else:
            schedule = VariantSchedule.from_dict(_schedule)

        impressions = d.pop("impressions", UNSET)

        clicks = d.pop("clicks", UNSET)

        variant = cls(
            id=id,
            weight=weight,
            name=name,
            template_uid=template_uid,
            variables=variables,
            is_default=is_default,
            conditions=conditions,
            schedule=schedule,
            impressions=impressions,
            clicks=clicks,
        )

        variant.additional_properties = d
        return variant

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
