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
    read_str,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class GoalConfig(Model):
    """The goal that the experiment measures."""

    type_: GoalType | None | Unset = _field(default=UNSET, alias="type")
    """The measure of success. The server's default is "impressions_only"."""
    destination_url: str | None | Unset = UNSET
    """Target of the click link, http or https."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            value = d.pop("type", UNSET)
            self.type_ = (
                value if value is NULL or value is ABSENT else read_enum(GoalType, value, "type_")
            )
            value = d.pop("destinationUrl", UNSET)
            self.destination_url = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "destination_url")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {}
        if self.type_ is not UNSET:
            d["type"] = to_json(self.type_)
        if self.destination_url is not UNSET:
            d["destinationUrl"] = self.destination_url
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import GoalType
