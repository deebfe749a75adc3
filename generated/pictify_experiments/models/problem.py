from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, is_given, to_json
from ..wire import malformed


@_define(repr=False)
class Problem(Model):
    """Why a request was refused, in the form of RFC 9457. The pages disagree on error bodies (an
    edition of August 2026
    shows `{"message": ...}`), so the form is assumed."""

    type_: str
    """Which problem: `https://docs.pictify.io/errors/` and its code."""
    title: str
    """The problem in a few words."""
    status: int
    """The HTTP status."""
    detail: str | Unset = UNSET
    """What is wrong and what to do about it."""
    instance: str | Unset = UNSET
    """The path of the request."""
    errors: list[FieldError] | Unset = UNSET
    """The fields that are wrong."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            value: Any
            self.type_ = d.pop("type")
            self.title = d.pop("title")
            self.status = d.pop("status")
            self.detail = d.pop("detail", UNSET)
            self.instance = d.pop("instance", UNSET)
            value = d.pop("errors", UNSET)
            if is_given(value):
                value = [FieldError.from_dict(item) for item in value]
            self.errors = value
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
            "title": self.title,
            "status": self.status,
        }
        if self.detail is not UNSET:
            d["detail"] = self.detail
        if self.instance is not UNSET:
            d["instance"] = self.instance
        if self.errors is not UNSET:
            d["errors"] = to_json(self.errors)
        return {**self.additional_properties, **d} if self.additional_properties else d


from .field_error import FieldError
