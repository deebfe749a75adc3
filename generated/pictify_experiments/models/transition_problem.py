from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.experiment_status import ExperimentStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="TransitionProblem")


@_attrs_define
class TransitionProblem:
    """A refused move in the lifecycle."""

    type_: str
    """ Always `https://docs.pictify.io/errors/invalid-state-transition`. """
    title: str
    """ The problem in a few words. """
    status: int
    """ The HTTP status. """
    current_status: ExperimentStatus
    """ Where in its life an experiment is. """
    allowed_transitions: list[ExperimentStatus]
    """ The statuses that start, pause and complete can reach now. """
    detail: str | Unset = UNSET
    """ What is wrong and what to do about it. """
    instance: str | Unset = UNSET
    """ The path of the request. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        current_status = self.current_status.value

        allowed_transitions = []
        for allowed_transitions_item_data in self.allowed_transitions:
            allowed_transitions_item = allowed_transitions_item_data.value
            allowed_transitions.append(allowed_transitions_item)

        detail = self.detail

        instance = self.instance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "currentStatus": current_status,
                "allowedTransitions": allowed_transitions,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail
        if instance is not UNSET:
            field_dict["instance"] = instance

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        current_status = ExperimentStatus(d.pop("currentStatus"))

        allowed_transitions = []
        _allowed_transitions = d.pop("allowedTransitions")
        for allowed_transitions_item_data in _allowed_transitions:
            allowed_transitions_item = ExperimentStatus(allowed_transitions_item_data)

            allowed_transitions.append(allowed_transitions_item)

        detail = d.pop("detail", UNSET)

        instance = d.pop("instance", UNSET)

        transition_problem = cls(
            type_=type_,
            title=title,
            status=status,
            current_status=current_status,
            allowed_transitions=allowed_transitions,
            detail=detail,
            instance=instance,
        )

        transition_problem.additional_properties = d
        return transition_problem

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
