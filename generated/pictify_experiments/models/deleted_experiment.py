from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    Model,
)
from ..wire import (
    malformed,
    read_bool,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class DeletedExperiment(Model):
    """The response to a delete."""

    deleted: bool = True
    """Always true."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("deleted", True)
            self.deleted = value if type(value) is bool else read_bool(value, "deleted")
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "deleted": self.deleted,
        }
        return {**self.additional_properties, **d} if self.additional_properties else d
