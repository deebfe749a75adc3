from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.condition_group import ConditionGroup
    from ..models.condition_rule import ConditionRule
    from ..models.template_variables import TemplateVariables
    from ..models.variant_schedule_input import VariantScheduleInput


T = TypeVar("T", bound="VariantInput")


@_attrs_define
class VariantInput:
    """One image of an experiment."""

    id: str
    """ Names the variant within the experiment: letters, digits, _ and -. """
    weight: int
    """ Share of the viewers in basis points (10,000 is all). """
    name: None | str | Unset = UNSET
    """ For people. """
    template_uid: None | str | Unset = UNSET
    """ Its own template in place of the experiment's. """
    variables: None | TemplateVariables | Unset = UNSET
    """ Values for the template. """
    is_default: bool | None | Unset = UNSET
    """ Shown where no other variant applies; at most one. """
    conditions: ConditionGroup | ConditionRule | None | Unset = UNSET
    """ For smart links: when it applies. """
    schedule: None | Unset | VariantScheduleInput = UNSET
    """ For scheduled experiments: when it is shown. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.condition_group import ConditionGroup  # noqa: PLC0415
        from ..models.condition_rule import ConditionRule  # noqa: PLC0415
        from ..models.template_variables import TemplateVariables  # noqa: PLC0415
        from ..models.variant_schedule_input import VariantScheduleInput  # noqa: PLC0415

        id = self.id

        weight = self.weight

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        template_uid: None | str | Unset
        if isinstance(self.template_uid, Unset):
            template_uid = UNSET
        else:
            template_uid = self.template_uid

        variables: dict[str, Any] | None | Unset
        if isinstance(self.variables, Unset):
            variables = UNSET
        elif isinstance(self.variables, TemplateVariables):
            variables = self.variables.to_dict()
        else:
            variables = self.variables

        is_default: bool | None | Unset
        if isinstance(self.is_default, Unset):
            is_default = UNSET
        else:
            is_default = self.is_default

        conditions: dict[str, Any] | None | Unset
        if isinstance(self.conditions, Unset):
            conditions = UNSET
        elif isinstance(self.conditions, ConditionGroup):
            conditions = self.conditions.to_dict()
        elif isinstance(self.conditions, ConditionRule):
            conditions = self.conditions.to_dict()
        else:
            conditions = self.conditions

        schedule: dict[str, Any] | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        elif isinstance(self.schedule, VariantScheduleInput):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.condition_group import ConditionGroup  # noqa: PLC0415
        from ..models.condition_rule import ConditionRule  # noqa: PLC0415
        from ..models.template_variables import TemplateVariables  # noqa: PLC0415
        from ..models.variant_schedule_input import VariantScheduleInput  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        weight = d.pop("weight")

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_template_uid(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        template_uid = _parse_template_uid(d.pop("templateUid", UNSET))

        def _parse_variables(data: object) -> None | TemplateVariables | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                variables_type_0 = TemplateVariables.from_dict(data)

                return variables_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | TemplateVariables | Unset", data)

        variables = _parse_variables(d.pop("variables", UNSET))

        def _parse_is_default(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        is_default = _parse_is_default(d.pop("isDefault", UNSET))

        def _parse_conditions(data: object) -> ConditionGroup | ConditionRule | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_condition_tree_type_0 = ConditionGroup.from_dict(data)

                return componentsschemas_condition_tree_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_condition_tree_type_1 = ConditionRule.from_dict(data)

                return componentsschemas_condition_tree_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("ConditionGroup | ConditionRule | None | Unset", data)

        conditions = _parse_conditions(d.pop("conditions", UNSET))

        def _parse_schedule(data: object) -> None | Unset | VariantScheduleInput:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = VariantScheduleInput.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | VariantScheduleInput", data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        variant_input = cls(
            id=id,
            weight=weight,
            name=name,
            template_uid=template_uid,
            variables=variables,
            is_default=is_default,
            conditions=conditions,
            schedule=schedule,
        )

        variant_input.additional_properties = d
        return variant_input

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
