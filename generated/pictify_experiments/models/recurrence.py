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
class Recurrence(Model):
    """The recurrence of a schedule."""

    type_: RecurrenceType | None | Unset = _field(default=UNSET, alias="type")
    """The recurrence of a schedule. The server's default is "none"."""
    cron_expression: str | None | Unset = UNSET
    """Five fields. Used with the type cron."""
    timezone: str | None | Unset = UNSET
    """IANA name of the time zone of the windows. The server's default is "UTC"."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("type", UNSET)
            self.type_ = (
                value
                if value is NULL or value is ABSENT
                else read_enum(RecurrenceType, value, "type_")
            )
            value = d.pop("cronExpression", UNSET)
            self.cron_expression = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "cron_expression")
            )
            value = d.pop("timezone", UNSET)
            self.timezone = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "timezone")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.type_ is not UNSET:
            d["type"] = to_json(self.type_)
        if self.cron_expression is not UNSET:
            d["cronExpression"] = self.cron_expression
        if self.timezone is not UNSET:
            d["timezone"] = self.timezone
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import RecurrenceType
