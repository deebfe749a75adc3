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
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_int,
    read_list,
    read_str,
)


@accept_attribute_names
@_define(repr=False, eq=False, getstate_setstate=False)
class TransitionProblem(Model):
    """A refused transition of the lifecycle."""

    type_: str = _field(alias="type")
    """Always `https://docs.pictify.io/errors/invalid-state-transition`."""
    title: str
    """The problem in a few words."""
    status: int
    """The HTTP status."""
    current_status: ExperimentStatus
    """The status of an experiment."""
    allowed_transitions: list[ExperimentStatus]
    """The statuses that start, pause and complete can reach now."""
    detail: str | None | Unset = UNSET
    """The cause and the remedy."""
    instance: str | None | Unset = UNSET
    """The path of the request."""
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
            value = d.pop("currentStatus", UNSET)
            if value is not UNSET:
                self.current_status = read_enum(ExperimentStatus, value, "current_status")
            value = d.pop("allowedTransitions", UNSET)
            if value is not UNSET:
                self.allowed_transitions = [
                    read_enum(ExperimentStatus, item, "allowed_transitions")
                    for item in read_list(value, "allowed_transitions")
                ]
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
        if (value := getattr(self, "current_status", UNSET)) is not UNSET:
            d["currentStatus"] = to_json(value)
        if (value := getattr(self, "allowed_transitions", UNSET)) is not UNSET:
            d["allowedTransitions"] = list_to_json(value, "allowed_transitions")
        if self.detail is not UNSET:
            d["detail"] = self.detail
        if self.instance is not UNSET:
            d["instance"] = self.instance
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import ExperimentStatus
