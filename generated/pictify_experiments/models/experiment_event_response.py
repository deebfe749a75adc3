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
    list_to_json,
)
from ..wire import (
    malformed,
    read_bool,
    read_int,
    read_list,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class ExperimentEventResponse(Model):
    """The result of a report of events."""

    ok: bool = True
    """True if the request was understood."""
    processed: int = 0
    """Number of accepted events."""
    errors: list[EventError] | None | Unset = UNSET
    """The events that were not accepted."""
    warning: str | None | Unset = UNSET
    """`write_key_recommended` if no key was sent."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("ok", True)
            self.ok = value if type(value) is bool else read_bool(value, "ok")
            value = d.pop("processed", 0)
            self.processed = value if type(value) is int else read_int(value, "processed")
            value = d.pop("errors", UNSET)
            self.errors = (
                value
                if value is NULL or value is ABSENT
                else [EventError.from_dict(item) for item in read_list(value, "errors")]
            )
            value = d.pop("warning", UNSET)
            self.warning = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "warning")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "ok": self.ok,
            "processed": self.processed,
        }
        if self.errors is not UNSET:
            d["errors"] = list_to_json(self.errors, "errors", EventError)
        if self.warning is not UNSET:
            d["warning"] = self.warning
        return {**self.additional_properties, **d} if self.additional_properties else d


from .event_error import EventError
