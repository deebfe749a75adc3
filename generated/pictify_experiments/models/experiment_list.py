from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    UNSET,
    Model,
    list_to_json,
)
from ..wire import (
    malformed,
    read_int,
    read_list,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class ExperimentList(Model):
    """One page of experiments."""

    experiments: list[Experiment]
    """The rows of this page."""
    total: int
    """All matches of the filters."""
    page: int
    """This page, counted from 1."""
    limit: int
    """Rows per page."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("experiments", UNSET)
            if value is not UNSET:
                self.experiments = [
                    Experiment.from_dict(item) for item in read_list(value, "experiments")
                ]
            value = d.pop("total", UNSET)
            if value is not UNSET:
                self.total = value if type(value) is int else read_int(value, "total")
            value = d.pop("page", UNSET)
            if value is not UNSET:
                self.page = value if type(value) is int else read_int(value, "page")
            value = d.pop("limit", UNSET)
            if value is not UNSET:
                self.limit = value if type(value) is int else read_int(value, "limit")
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "experiments", UNSET)) is not UNSET:
            d["experiments"] = list_to_json(value, "experiments", Experiment)
        if (value := getattr(self, "total", UNSET)) is not UNSET:
            d["total"] = value
        if (value := getattr(self, "page", UNSET)) is not UNSET:
            d["page"] = value
        if (value := getattr(self, "limit", UNSET)) is not UNSET:
            d["limit"] = value
        return {**self.additional_properties, **d} if self.additional_properties else d


from .experiment import Experiment
