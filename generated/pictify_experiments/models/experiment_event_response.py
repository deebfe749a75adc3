from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.event_error import EventError


T = TypeVar("T", bound="ExperimentEventResponse")


@_attrs_define
class ExperimentEventResponse:
    """What became of the events."""

    ok: bool
    """ The call was understood. """
    processed: int
    """ Events that were taken. """
    errors: list[EventError] | Unset = UNSET
    """ The events that were not. """
    warning: str | Unset = UNSET
    """ `write_key_recommended` when no key came. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ok = self.ok

        processed = self.processed

        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)

        warning = self.warning

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ok": ok,
                "processed": processed,
            }
        )
        if errors is not UNSET:
            field_dict["errors"] = errors
        if warning is not UNSET:
            field_dict["warning"] = warning

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_error import EventError  # noqa: PLC0415

        d = dict(src_dict)
        ok = d.pop("ok")

        processed = d.pop("processed")

        _errors = d.pop("errors", UNSET)
        errors: list[EventError] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = EventError.from_dict(errors_item_data)

                errors.append(errors_item)

        warning = d.pop("warning", UNSET)

        experiment_event_response = cls(
            ok=ok,
            processed=processed,
            errors=errors,
            warning=warning,
        )

        experiment_event_response.additional_properties = d
        return experiment_event_response

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
