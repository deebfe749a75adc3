from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.quota_usage import QuotaUsage


T = TypeVar("T", bound="QuotaByType")


@_attrs_define
class QuotaByType:
    """Usage and limit, by experiment type."""

    ab_test: QuotaUsage
    """ Slots of one experiment type. """
    smart_link: QuotaUsage
    """ Slots of one experiment type. """
    scheduled: QuotaUsage
    """ Slots of one experiment type. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ab_test = self.ab_test.to_dict()

        smart_link = self.smart_link.to_dict()

        scheduled = self.scheduled.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ab_test": ab_test,
                "smart_link": smart_link,
                "scheduled": scheduled,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quota_usage import QuotaUsage  # noqa: PLC0415

        d = dict(src_dict)
        ab_test = QuotaUsage.from_dict(d.pop("ab_test"))

        smart_link = QuotaUsage.from_dict(d.pop("smart_link"))

        scheduled = QuotaUsage.from_dict(d.pop("scheduled"))

        quota_by_type = cls(
            ab_test=ab_test,
            smart_link=smart_link,
            scheduled=scheduled,
        )

        quota_by_type.additional_properties = d
        return quota_by_type

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
