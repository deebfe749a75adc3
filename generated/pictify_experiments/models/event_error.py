from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    UNSET,
    Model,
)
from ..wire import (
    malformed,
    read_int,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class EventError(Model):
    """An event that was not accepted."""

    index: int
    """Index of the event in the request, counted from 0."""
    error: str
    """The reason."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("index", UNSET)
            if value is not UNSET:
                self.index = value if type(value) is int else read_int(value, "index")
            value = d.pop("error", UNSET)
            if value is not UNSET:
                self.error = value if type(value) is str else read_str(value, "error")
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "index", UNSET)) is not UNSET:
            d["index"] = value
        if (value := getattr(self, "error", UNSET)) is not UNSET:
            d["error"] = value
        return {**self.additional_properties, **d} if self.additional_properties else d
