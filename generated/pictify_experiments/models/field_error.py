from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import Model, to_json
from ..wire import malformed


@_define(repr=False)
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
            d: dict[str, Any] = dict(src_dict)
            self.field = d.pop("field")
            self.message = d.pop("message")
            self.code = FieldErrorCode.of(d.pop("code"))
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "field": self.field,
            "message": self.message,
            "code": to_json(self.code),
        }
        return {**self.additional_properties, **d} if self.additional_properties else d


from .field_error_code import FieldErrorCode
