from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, is_given, to_json
from ..wire import malformed


@_define(repr=False)
class ExperimentEventResponse(Model):
    """The result of a report of events."""

    ok: bool
    """True if the request was understood."""
    processed: int
    """Number of accepted events."""
    errors: list[EventError] | Unset = UNSET
    """The events that were not accepted."""
    warning: str | Unset = UNSET
    """`write_key_recommended` if no key was sent."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            value: Any
            self.ok = d.pop("ok")
            self.processed = d.pop("processed")
            value = d.pop("errors", UNSET)
            if is_given(value):
                value = [EventError.from_dict(item) for item in value]
            self.errors = value
            self.warning = d.pop("warning", UNSET)
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "ok": self.ok,
            "processed": self.processed,
        }
        if self.errors is not UNSET:
            d["errors"] = to_json(self.errors)
        if self.warning is not UNSET:
            d["warning"] = self.warning
        return {**self.additional_properties, **d} if self.additional_properties else d


from .event_error import EventError
