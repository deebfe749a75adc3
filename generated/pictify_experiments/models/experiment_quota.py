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
    read_int,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class ExperimentQuota(Model):
    """The limits of the plan and their usage."""

    plan: str
    """The plan's slug."""
    quota: QuotaByType
    """Usage and limit, by experiment type."""
    max_variants: int
    """Variants that an experiment may have."""
    analytics_retention_days: int
    """Days for which counts are kept."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("plan", UNSET)
            if value is not UNSET:
                self.plan = value if type(value) is str else read_str(value, "plan")
            value = d.pop("quota", UNSET)
            if value is not UNSET:
                self.quota = QuotaByType.from_dict(value)
            value = d.pop("maxVariants", UNSET)
            if value is not UNSET:
                self.max_variants = value if type(value) is int else read_int(value, "max_variants")
            value = d.pop("analyticsRetentionDays", UNSET)
            if value is not UNSET:
                self.analytics_retention_days = (
                    value if type(value) is int else read_int(value, "analytics_retention_days")
                )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "plan", UNSET)) is not UNSET:
            d["plan"] = value
        if (value := getattr(self, "quota", UNSET)) is not UNSET:
            d["quota"] = to_json(value, "quota", QuotaByType)
        if (value := getattr(self, "max_variants", UNSET)) is not UNSET:
            d["maxVariants"] = value
        if (value := getattr(self, "analytics_retention_days", UNSET)) is not UNSET:
            d["analyticsRetentionDays"] = value
        return {**self.additional_properties, **d} if self.additional_properties else d


from .quota_by_type import QuotaByType
