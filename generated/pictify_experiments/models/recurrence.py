from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, is_given, to_json
from ..wire import malformed


@_define(repr=False)
class Recurrence(Model):
    """The recurrence of a schedule."""

    type_: RecurrenceType | Unset = UNSET
    """The recurrence of a schedule. The server's default is "none"."""
    cron_expression: str | Unset = UNSET
    """Five fields. Used with the type cron."""
    timezone: str | Unset = UNSET
    """IANA name of the time zone of the windows. The server's default is "UTC"."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            value: Any
            value = d.pop("type", UNSET)
            if is_given(value):
                value = RecurrenceType.of(value)
            self.type_ = value
            self.cron_expression = d.pop("cronExpression", UNSET)
            self.timezone = d.pop("timezone", UNSET)
            self.additional_properties = d or {}  # emptied, d would keep its size
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


from .recurrence_type import RecurrenceType
