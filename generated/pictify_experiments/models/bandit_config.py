from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bandit_algorithm import BanditAlgorithm
from ..types import UNSET, Unset

T = TypeVar("T", bound="BanditConfig")


@_attrs_define
class BanditConfig:
    """Auto-optimisation of the weights, for A/B tests."""

    enabled: bool | Unset = UNSET
    """ Whether traffic shifts towards the better variant. """
    algorithm: BanditAlgorithm | Unset = UNSET
    """ How auto-optimisation finds the weights. """
    warmup_impressions: int | Unset = UNSET
    """ Impressions needed before the weights move. """
    recompute_interval_minutes: int | Unset = UNSET
    """ Minutes between two changes of the weights. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enabled = self.enabled

        algorithm: str | Unset = UNSET
        if not isinstance(self.algorithm, Unset):
            algorithm = self.algorithm.value

        warmup_impressions = self.warmup_impressions

        recompute_interval_minutes = self.recompute_interval_minutes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if algorithm is not UNSET:
            field_dict["algorithm"] = algorithm
        if warmup_impressions is not UNSET:
            field_dict["warmupImpressions"] = warmup_impressions
        if recompute_interval_minutes is not UNSET:
            field_dict["recomputeIntervalMinutes"] = recompute_interval_minutes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        enabled = d.pop("enabled", UNSET)

        _algorithm = d.pop("algorithm", UNSET)
        algorithm: BanditAlgorithm | Unset
        if isinstance(_algorithm, Unset):
            algorithm = UNSET
        else:
            algorithm = BanditAlgorithm(_algorithm)

        warmup_impressions = d.pop("warmupImpressions", UNSET)

        recompute_interval_minutes = d.pop("recomputeIntervalMinutes", UNSET)

        bandit_config = cls(
            enabled=enabled,
            algorithm=algorithm,
            warmup_impressions=warmup_impressions,
            recompute_interval_minutes=recompute_interval_minutes,
        )

        bandit_config.additional_properties = d
        return bandit_config

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
