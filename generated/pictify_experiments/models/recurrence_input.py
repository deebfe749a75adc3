from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recurrence_type import RecurrenceType
from ..types import UNSET, Unset

T = TypeVar("T", bound="RecurrenceInput")


@_attrs_define
class RecurrenceInput:
    """How a schedule repeats."""

    type_: None | RecurrenceType | Unset = UNSET
    """ Never, daily, weekly or by a cron expression. """
    cron_expression: None | str | Unset = UNSET
    """ Five fields; needed with the type cron. """
    timezone: None | str | Unset = UNSET
    """ IANA name of the time zone the windows are meant in. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        elif isinstance(self.type_, RecurrenceType):
            type_ = self.type_.value
        else:
            type_ = self.type_

        cron_expression: None | str | Unset
        if isinstance(self.cron_expression, Unset):
            cron_expression = UNSET
        else:
            cron_expression = self.cron_expression

        timezone: None | str | Unset
        if isinstance(self.timezone, Unset):
            timezone = UNSET
        else:
            timezone = self.timezone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if cron_expression is not UNSET:
            field_dict["cronExpression"] = cron_expression
        if timezone is not UNSET:
            field_dict["timezone"] = timezone

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_type_(data: object) -> None | RecurrenceType | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = RecurrenceType(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | RecurrenceType | Unset", data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_cron_expression(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        cron_expression = _parse_cron_expression(d.pop("cronExpression", UNSET))

        def _parse_timezone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        timezone = _parse_timezone(d.pop("timezone", UNSET))

        recurrence_input = cls(
            type_=type_,
            cron_expression=cron_expression,
            timezone=timezone,
        )

        recurrence_input.additional_properties = d
        return recurrence_input

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
