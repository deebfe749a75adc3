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
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_float,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class OutputConfig(Model):
    """Format and quality of the image."""

    format_: OutputFormat | None | Unset = _field(default=UNSET, alias="format")
    """File format of the image. The server's default is "png"."""
    quality: float | None | Unset = UNSET
    """Quality of the encoding. The docs do not define its range. The server's default is 90."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("format", UNSET)
            self.format_ = (
                value
                if value is NULL or value is ABSENT
                else read_enum(OutputFormat, value, "format_")
            )
            value = d.pop("quality", UNSET)
            self.quality = (
                value if value is NULL or value is ABSENT else read_float(value, "quality")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.format_ is not UNSET:
            d["format"] = to_json(self.format_)
        if self.quality is not UNSET:
            d["quality"] = self.quality
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import OutputFormat
