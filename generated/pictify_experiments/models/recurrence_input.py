from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, is_given
from ..wire import malformed


@_define(repr=False)
class RecurrenceInput(Model):
    """How a schedule repeats."""

    type_: RecurrenceType | None | Unset = UNSET
    """Never, daily, weekly or by a cron expression. The server's default is "none"."""
    cron_expression: str | None | Unset = UNSET
    """Five fields; needed with the type cron."""
    timezone: str | None | Unset = UNSET
    """IANA name of the time zone the windows are meant in. The server's default is "UTC"."""
    additional_properties: dict[str, Any] = _field(init=False, factory=dict[str, Any], repr=False)

    json_names: ClassVar[Mapping[str, str]] = {
        "type": "type_",
        "cronExpression": "cron_expression",
        "timezone": "timezone",
    }

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
            raise malformed(cls, error) from error
        return self


from .recurrence_type import RecurrenceType
