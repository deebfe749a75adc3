from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model, to_json
from ..wire import malformed


@_define(repr=False)
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
            d: dict[str, Any] = dict(src_dict)
            self.experiments = [Experiment.from_dict(item) for item in d.pop("experiments")]
            self.total = d.pop("total")
            self.page = d.pop("page")
            self.limit = d.pop("limit")
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "experiments": to_json(self.experiments),
            "total": self.total,
            "page": self.page,
            "limit": self.limit,
        }
        return {**self.additional_properties, **d} if self.additional_properties else d


from .experiment import Experiment
