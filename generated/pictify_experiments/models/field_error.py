from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    UNSET,
    Model,
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class FieldError(Model):
    """An invalid field."""

    field: str
    """A JSON Pointer into the body, or `query.<name>`, or `path.<name>`."""
    message: str
    """The error, and what would be valid."""
    code: FieldErrorCode
    """The kind of error in a field."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("field", UNSET)
            if value is not UNSET:
                self.field = value if type(value) is str else read_str(value, "field")
            value = d.pop("message", UNSET)
            if value is not UNSET:
                self.message = value if type(value) is str else read_str(value, "message")
            value = d.pop("code", UNSET)
            if value is not UNSET:
                self.code = read_enum(FieldErrorCode, value, "code")
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "field", UNSET)) is not UNSET:
            d["field"] = value
        if (value := getattr(self, "message", UNSET)) is not UNSET:
            d["message"] = value
        if (value := getattr(self, "code", UNSET)) is not UNSET:
            d["code"] = to_json(value)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import FieldErrorCode
