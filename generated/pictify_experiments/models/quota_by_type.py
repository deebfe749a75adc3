from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    UNSET,
    Model,
    to_json,
)
from ..wire import (
    malformed,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class QuotaByType(Model):
    """Usage and limit, by experiment type."""

    ab_test: QuotaUsage
    """Slots of one experiment type."""
    smart_link: QuotaUsage
    """Slots of one experiment type."""
    scheduled: QuotaUsage
    """Slots of one experiment type."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("ab_test", UNSET)
            if value is not UNSET:
                self.ab_test = QuotaUsage.from_dict(value)
            value = d.pop("smart_link", UNSET)
            if value is not UNSET:
                self.smart_link = QuotaUsage.from_dict(value)
            value = d.pop("scheduled", UNSET)
            if value is not UNSET:
                self.scheduled = QuotaUsage.from_dict(value)
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "ab_test", UNSET)) is not UNSET:
            d["ab_test"] = to_json(value, "ab_test", QuotaUsage)
        if (value := getattr(self, "smart_link", UNSET)) is not UNSET:
            d["smart_link"] = to_json(value, "smart_link", QuotaUsage)
        if (value := getattr(self, "scheduled", UNSET)) is not UNSET:
            d["scheduled"] = to_json(value, "scheduled", QuotaUsage)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .quota_usage import QuotaUsage
