from __future__ import annotations

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
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_bool,
    read_int,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class BanditConfig(Model):
    """Auto-optimisation of the weights, for A/B tests."""

    enabled: bool | None | Unset = UNSET
    """Shifts traffic towards the better variant if true. The server's default is false."""
    algorithm: BanditAlgorithm | None | Unset = UNSET
    """The algorithm of auto-optimisation. The server's default is "thompson_sampling"."""
    warmup_impressions: int | None | Unset = UNSET
    """Impressions needed before the weights move. The server's default is 50."""
    recompute_interval_minutes: int | None | Unset = UNSET
    """Minutes between two changes of the weights. The server's default is 15."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("enabled", UNSET)
            self.enabled = (
                value
                if type(value) is bool or value is NULL or value is ABSENT
                else read_bool(value, "enabled")
            )
            value = d.pop("algorithm", UNSET)
            self.algorithm = (
                value
                if value is NULL or value is ABSENT
                else read_enum(BanditAlgorithm, value, "algorithm")
            )
            value = d.pop("warmupImpressions", UNSET)
            self.warmup_impressions = (
                value
                if type(value) is int or value is NULL or value is ABSENT
                else read_int(value, "warmup_impressions")
            )
            value = d.pop("recomputeIntervalMinutes", UNSET)
            self.recompute_interval_minutes = (
                value
                if type(value) is int or value is NULL or value is ABSENT
                else read_int(value, "recompute_interval_minutes")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.enabled is not UNSET:
            d["enabled"] = self.enabled
        if self.algorithm is not UNSET:
            d["algorithm"] = to_json(self.algorithm)
        if self.warmup_impressions is not UNSET:
            d["warmupImpressions"] = self.warmup_impressions
        if self.recompute_interval_minutes is not UNSET:
            d["recomputeIntervalMinutes"] = self.recompute_interval_minutes
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import BanditAlgorithm
