from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bandit_algorithm import BanditAlgorithm
from ..types import UNSET, Unset

T = TypeVar("T", bound="BanditConfigInput")


@_attrs_define
class BanditConfigInput:
    """Auto-optimisation of the weights, for A/B tests."""

    enabled: bool | None | Unset = UNSET
    """ Whether traffic shifts towards the better variant. """
    algorithm: BanditAlgorithm | None | Unset = UNSET
    """ How the weights are found. """
    warmup_impressions: int | None | Unset = UNSET
    """ Impressions needed before the weights move. """
    recompute_interval_minutes: int | None | Unset = UNSET
    """ Minutes between two changes of the weights. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        algorithm: None | str | Unset
        if isinstance(self.algorithm, Unset):
            algorithm = UNSET
        elif isinstance(self.algorithm, BanditAlgorithm):
            algorithm = self.algorithm.value
        else:
            algorithm = self.algorithm

        warmup_impressions: int | None | Unset
        if isinstance(self.warmup_impressions, Unset):
            warmup_impressions = UNSET
        else:
            warmup_impressions = self.warmup_impressions

        recompute_interval_minutes: int | None | Unset
        if isinstance(self.recompute_interval_minutes, Unset):
            recompute_interval_minutes = UNSET
        else:
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

        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))

        def _parse_algorithm(data: object) -> BanditAlgorithm | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                algorithm_type_0 = BanditAlgorithm(data)

                return algorithm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("BanditAlgorithm | None | Unset", data)

        algorithm = _parse_algorithm(d.pop("algorithm", UNSET))

        def _parse_warmup_impressions(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        warmup_impressions = _parse_warmup_impressions(d.pop("warmupImpressions", UNSET))

        def _parse_recompute_interval_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        recompute_interval_minutes = _parse_recompute_interval_minutes(d.pop("recomputeIntervalMinutes", UNSET))

        bandit_config_input = cls(
            enabled=enabled,
            algorithm=algorithm,
            warmup_impressions=warmup_impressions,
            recompute_interval_minutes=recompute_interval_minutes,
        )

        bandit_config_input.additional_properties = d
        return bandit_config_input

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
