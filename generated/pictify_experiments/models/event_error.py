from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model
from ..wire import malformed


@_define(repr=False)
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
            d: dict[str, Any] = dict(src_dict)
            self.index = d.pop("index")
            self.error = d.pop("error")
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "index": self.index,
            "error": self.error,
        }
        return {**self.additional_properties, **d} if self.additional_properties else d
