from __future__ import annotations

import datetime
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
    parse_datetime,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class VariantSchedule(Model):
    """The schedule of a variant of a scheduled experiment."""

    start_at: datetime.datetime | None | Unset = UNSET
    """Time at which the window opens."""
    end_at: datetime.datetime | None | Unset = UNSET
    """Time at which the window closes."""
    recurrence: Recurrence | None | Unset = UNSET
    """The recurrence of a schedule."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("startAt", UNSET)
            self.start_at = (
                value if value is NULL or value is ABSENT else parse_datetime(value, "start_at")
            )
            value = d.pop("endAt", UNSET)
            self.end_at = (
                value if value is NULL or value is ABSENT else parse_datetime(value, "end_at")
            )
            value = d.pop("recurrence", UNSET)
            self.recurrence = (
                value if value is NULL or value is ABSENT else Recurrence.from_dict(value)
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.start_at is not UNSET:
            d["startAt"] = to_json(self.start_at, "start_at")
        if self.end_at is not UNSET:
            d["endAt"] = to_json(self.end_at, "end_at")
        if self.recurrence is not UNSET:
            d["recurrence"] = to_json(self.recurrence, "recurrence", Recurrence)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .recurrence import Recurrence
