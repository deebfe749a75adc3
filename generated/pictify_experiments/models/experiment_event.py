from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _define
from attrs import field as _field

from ..types import (
    ABSENT,
    NULL,
    UNSET,
    Model,
    Unset,
    read_enum,
    to_json,
)
from ..wire import (
    malformed,
    read_dict,
    read_str,
)


@_define(repr=False, eq=False, getstate_setstate=False)
class ExperimentEvent(Model):
    """An event of an experiment's image."""

    event: EventType | Literal["impression", "view", "click", "conversion"]
    """`impression`: the image was loaded or displayed. `view`: it came into the viewport. `click`:
    it was clicked through. `conversion`: the viewer did what you wanted."""
    experiment: str | Experiment
    """The experiment's slug (not its uid). At most 60 characters."""
    variant_id: str | None | Unset = UNSET
    """The variant. By default it is the viewer's own."""
    channel: (
        EventChannel | Literal["web", "email", "ad", "in-app", "social", "other"] | None | Unset
    ) = UNSET
    """The channel in which the image was shown."""
    device: EventDevice | Literal["mobile", "desktop", "tablet"] | None | Unset = UNSET
    """The viewer's device."""
    referrer: str | None | Unset = UNSET
    """The page the viewer came from."""
    metadata: EventMetadata | None | Unset = UNSET
    """Any other data, up to 10 KB and 3 levels deep."""
    source: EventSource | Literal["sdk", "api"] | None | Unset = UNSET
    """The reporter of the event. The server's default is "api"."""
    write_key: str | None | Unset = _field(default=UNSET, repr=False)
    """The write key, in place of the header `X-Write-Key`."""
    additional_properties: dict[str, Any] = _field(factory=dict[str, Any], kw_only=True, repr=False)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self = cls.__new__(cls)
        try:
            d: dict[str, Any] = {**src_dict}
            value: Any
            self.event = read_enum(EventType, d.pop("event"), "event")
            value = d.pop("experiment")
            self.experiment = value if type(value) is str else read_str(value, "experiment")
            value = d.pop("variantId", UNSET)
            self.variant_id = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "variant_id")
            )
            value = d.pop("channel", UNSET)
            self.channel = (
                value
                if value is NULL or value is ABSENT
                else read_enum(EventChannel, value, "channel")
            )
            value = d.pop("device", UNSET)
            self.device = (
                value
                if value is NULL or value is ABSENT
                else read_enum(EventDevice, value, "device")
            )
            value = d.pop("referrer", UNSET)
            self.referrer = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "referrer")
            )
            value = d.pop("metadata", UNSET)
            self.metadata = (
                value
                if type(value) is dict or value is NULL or value is ABSENT
                else read_dict(value, "metadata")
            )
            value = d.pop("source", UNSET)
            self.source = (
                value
                if value is NULL or value is ABSENT
                else read_enum(EventSource, value, "source")
            )
            value = d.pop("writeKey", UNSET)
            self.write_key = (
                value
                if type(value) is str or value is NULL or value is ABSENT
                else read_str(value, "write_key")
            )
            self.additional_properties = d or {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(cls, src_dict, error) from error
        return self

    def to_dict(self) -> dict[str, Any]:
        d: dict[str, Any] = {
            "event": to_json(self.event),
            "experiment": getattr(self.experiment, "slug", self.experiment),
        }
        if self.variant_id is not UNSET:
            d["variantId"] = self.variant_id
        if self.channel is not UNSET:
            d["channel"] = to_json(self.channel)
        if self.device is not UNSET:
            d["device"] = to_json(self.device)
        if self.referrer is not UNSET:
            d["referrer"] = self.referrer
        if self.metadata is not UNSET:
            d["metadata"] = self.metadata
        if self.source is not UNSET:
            d["source"] = to_json(self.source)
        if self.write_key is not UNSET:
            d["writeKey"] = self.write_key
        return {**self.additional_properties, **d} if self.additional_properties else d


from .enums import EventChannel, EventDevice, EventSource, EventType
from .event_metadata import EventMetadata
from .experiment import Experiment
