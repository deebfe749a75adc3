from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    NULL,
    UNSET,
    Model,
)
from ..wire import (
    malformed,
    read_int,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class QuotaUsage(Model):
    """Slots of one experiment type."""

    used: int
    """Slots taken."""
    limit: int | None
    """Slots in all, or null for no limit."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("used", UNSET)
            if value is not UNSET:
                self.used = value if type(value) is int else read_int(value, "used")
            value = d.pop("limit", UNSET)
            if value is not UNSET:
                self.limit = (
                    value if type(value) is int or value is NULL else read_int(value, "limit")
                )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "used", UNSET)) is not UNSET:
            d["used"] = value
        if (value := getattr(self, "limit", UNSET)) is not UNSET:
            d["limit"] = value
        return {**self.additional_properties, **d} if self.additional_properties else d
