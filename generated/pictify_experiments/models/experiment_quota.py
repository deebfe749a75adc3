from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.quota_by_type import QuotaByType


T = TypeVar("T", bound="ExperimentQuota")


@_attrs_define
class ExperimentQuota:
    """What the plan allows and what of it is used."""

    plan: str
    """ The plan's slug. """
    quota: QuotaByType
    """ Usage and limit, by experiment type. """
    max_variants: int
    """ Variants an experiment may have. """
    analytics_retention_days: int
    """ Days for which counts are kept. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        plan = self.plan

        quota = self.quota.to_dict()

        max_variants = self.max_variants

        analytics_retention_days = self.analytics_retention_days

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "plan": plan,
                "quota": quota,
                "maxVariants": max_variants,
                "analyticsRetentionDays": analytics_retention_days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quota_by_type import QuotaByType  # noqa: PLC0415

        d = dict(src_dict)
        plan = d.pop("plan")

        quota = QuotaByType.from_dict(d.pop("quota"))

        max_variants = d.pop("maxVariants")

        analytics_retention_days = d.pop("analyticsRetentionDays")

        experiment_quota = cls(
            plan=plan,
            quota=quota,
            max_variants=max_variants,
            analytics_retention_days=analytics_retention_days,
        )

        experiment_quota.additional_properties = d
        return experiment_quota

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
