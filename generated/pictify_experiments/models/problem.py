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
    accept_attribute_names,
    list_to_json,
)
from ..wire import (
    malformed,
    read_int,
    read_list,
    read_str,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class Problem(Model):
    """An error in the form of RFC 9457. The form is assumed, because the docs disagree on error
    bodies: an edition of August 2026 shows `{"message": ...}`."""

    type_: str = _field(alias="type")
    """`https://docs.pictify.io/errors/` and the code of the problem."""
    title: str
    """The problem in a few words."""
    status: int
    """The HTTP status."""
    detail: str | None | Unset = UNSET
    """The cause and the remedy."""
    instance: str | None | Unset = UNSET
    """The path of the request."""
    errors: list[FieldError] | None | Unset = UNSET
    """The invalid fields."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("type", UNSET)
            if value is not UNSET:
                self.type_ = value if type(value) is str else read_str(value, "type_")
            value = d.pop("title", UNSET)
            if value is not UNSET:
                self.title = value if type(value) is str else read_str(value, "title")
            value = d.pop("status", UNSET)
            if value is not UNSET:
                self.status = value if type(value) is int else read_int(value, "status")
            value = d.pop("detail", UNSET)
            self.detail = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "detail")
            )
            value = d.pop("instance", UNSET)
            self.instance = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "instance")
            )
            value = d.pop("errors", UNSET)
            self.errors = (
                value
                if value is NULL or value is ABSENT
                else [FieldError.from_dict(item) for item in read_list(value, "errors")]
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if (value := getattr(self, "type_", UNSET)) is not UNSET:
            d["type"] = value
        if (value := getattr(self, "title", UNSET)) is not UNSET:
            d["title"] = value
        if (value := getattr(self, "status", UNSET)) is not UNSET:
            d["status"] = value
        if self.detail is not UNSET:
            d["detail"] = self.detail
        if self.instance is not UNSET:
            d["instance"] = self.instance
        if self.errors is not UNSET:
            d["errors"] = list_to_json(self.errors, "errors", FieldError)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .field_error import FieldError
