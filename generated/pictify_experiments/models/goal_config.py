from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.goal_type import GoalType
from ..types import UNSET, Unset

T = TypeVar("T", bound="GoalConfig")


@_attrs_define
class GoalConfig:
    """What the experiment measures."""

    type_: GoalType | Unset = UNSET
    """ What counts as success. """
    destination_url: str | Unset = UNSET
    """ Where the click link leads; http or https. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_.value

        destination_url = self.destination_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if destination_url is not UNSET:
            field_dict["destinationUrl"] = destination_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _type_ = d.pop("type", UNSET)
        type_: GoalType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = GoalType(_type_)

        destination_url = d.pop("destinationUrl", UNSET)

        goal_config = cls(
            type_=type_,
            destination_url=destination_url,
        )

        goal_config.additional_properties = d
        return goal_config

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
