from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recurrence_type import RecurrenceType
from ..types import UNSET, Unset

T = TypeVar("T", bound="Recurrence")


@_attrs_define
class Recurrence:
    """How a schedule repeats."""

    type_: RecurrenceType | Unset = UNSET
    """ How a schedule repeats. """
    cron_expression: str | Unset = UNSET
    """ Five fields; used with the type cron. """
    timezone: str | Unset = UNSET
    """ IANA name of the time zone the windows are meant in. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_.value

        cron_expression = self.cron_expression

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
        _type_ = d.pop("type", UNSET)
        type_: RecurrenceType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = RecurrenceType(_type_)

        cron_expression = d.pop("cronExpression", UNSET)

        timezone = d.pop("timezone", UNSET)

        recurrence = cls(
            type_=type_,
            cron_expression=cron_expression,
            timezone=timezone,
        )

        recurrence.additional_properties = d
        return recurrence

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
