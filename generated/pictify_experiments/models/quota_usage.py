from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model
from ..wire import malformed


@_define(repr=False)
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
            d: dict[str, Any] = dict(src_dict)
            self.used = d.pop("used")
            self.limit = d.pop("limit")
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "used": self.used,
            "limit": self.limit,
        }
        return {**self.additional_properties, **d} if self.additional_properties else d
