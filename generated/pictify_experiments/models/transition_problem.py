from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _define
from attrs import field as _field

from ..types import UNSET, Model, Unset, to_json
from ..wire import malformed


@_define(repr=False)
class TransitionProblem(Model):
    """A refused move in the lifecycle."""

    type_: str
    """Always `https://docs.pictify.io/errors/invalid-state-transition`."""
    title: str
    """The problem in a few words."""
    status: int
    """The HTTP status."""
    current_status: ExperimentStatus
    """Where in its life an experiment is."""
    allowed_transitions: list[ExperimentStatus]
    """The statuses that start, pause and complete can reach now."""
    detail: str | Unset = UNSET
    """What is wrong and what to do about it."""
    instance: str | Unset = UNSET
    """The path of the request."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = dict(src_dict)
            self.type_ = d.pop("type")
            self.title = d.pop("title")
            self.status = d.pop("status")
            self.current_status = ExperimentStatus.of(d.pop("currentStatus"))
            self.allowed_transitions = [
                ExperimentStatus.of(item) for item in d.pop("allowedTransitions")
            ]
            self.detail = d.pop("detail", UNSET)
            self.instance = d.pop("instance", UNSET)
            self.additional_properties = d or {}  # emptied, d would keep its size
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "type": self.type_,
            "title": self.title,
            "status": self.status,
            "currentStatus": to_json(self.current_status),
            "allowedTransitions": to_json(self.allowed_transitions),
        }
        if self.detail is not UNSET:
            d["detail"] = self.detail
        if self.instance is not UNSET:
            d["instance"] = self.instance
        return {**self.additional_properties, **d} if self.additional_properties else d


from .experiment_status import ExperimentStatus
