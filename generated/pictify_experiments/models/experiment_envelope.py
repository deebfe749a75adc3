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
class ExperimentEnvelope(Model):
    """One experiment."""

    experiment: Experiment
    """An experiment with its variants and their counters."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("experiment", UNSET)
            if value is not UNSET:
                self.experiment = Experiment.from_dict(value)
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "experiment", UNSET)) is not UNSET:
            d["experiment"] = to_json(value, "experiment", Experiment)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .experiment import Experiment
