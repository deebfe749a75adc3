from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model
from ..wire import malformed


@_define(repr=False)
class QuotaByType(Model):
    """Usage and limit, by experiment type."""

    ab_test: QuotaUsage
    """Slots of one experiment type."""
    smart_link: QuotaUsage
    """Slots of one experiment type."""
    scheduled: QuotaUsage
    """Slots of one experiment type."""
    additional_properties: dict[str, Any] = _field(init=False, factory=dict[str, Any], repr=False)

    json_names: ClassVar[Mapping[str, str]] = {
        "ab_test": "ab_test",
        "smart_link": "smart_link",
        "scheduled": "scheduled",
    }

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            self.ab_test = QuotaUsage.from_dict(d.pop("ab_test"))
            self.smart_link = QuotaUsage.from_dict(d.pop("smart_link"))
            self.scheduled = QuotaUsage.from_dict(d.pop("scheduled"))
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, error) from error
        return self


from .quota_usage import QuotaUsage
