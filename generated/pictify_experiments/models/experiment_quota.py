from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model, to_json
from ..wire import malformed


@_define(repr=False)
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
            d: dict[str, Any] = dict(src_dict)
            self.plan = d.pop("plan")
            self.quota = QuotaByType.from_dict(d.pop("quota"))
            self.max_variants = d.pop("maxVariants")
            self.analytics_retention_days = d.pop("analyticsRetentionDays")
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "plan": self.plan,
            "quota": to_json(self.quota),
            "maxVariants": self.max_variants,
            "analyticsRetentionDays": self.analytics_retention_days,
        }
        return {**self.additional_properties, **d} if self.additional_properties else d


from .quota_by_type import QuotaByType
