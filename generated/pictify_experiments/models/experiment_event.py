from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.event_channel import EventChannel
from ..models.event_device import EventDevice
from ..models.event_source import EventSource
from ..models.event_type import EventType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.event_metadata import EventMetadata


T = TypeVar("T", bound="ExperimentEvent")


@_attrs_define
class ExperimentEvent:
    """Something that happened to an experiment's image."""

    event: EventType
    """ `impression`: the image was loaded or displayed. `view`: it came into the viewport. `click`: it was clicked
    through.
    `conversion`: the viewer did what you wanted.
     """
    experiment: str
    """ The experiment's slug (not its uid). """
    variant_id: None | str | Unset = UNSET
    """ Which variant; without it the viewer's own. """
    channel: EventChannel | None | Unset = UNSET
    """ Where the image stood. """
    device: EventDevice | None | Unset = UNSET
    """ The viewer's device. """
    referrer: None | str | Unset = UNSET
    """ The page the viewer came from. """
    metadata: EventMetadata | None | Unset = UNSET
    """ Anything else, up to 10 KB and 3 levels deep. """
    source: EventSource | None | Unset = UNSET
    """ Who reports it. """
    write_key: None | str | Unset = UNSET
    """ In place of the header X-Write-Key. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.event_metadata import EventMetadata  # noqa: PLC0415

        event = self.event.value

        experiment = self.experiment

        variant_id: None | str | Unset
        if isinstance(self.variant_id, Unset):
            variant_id = UNSET
        else:
            variant_id = self.variant_id

        channel: None | str | Unset
        if isinstance(self.channel, Unset):
            channel = UNSET
        elif isinstance(self.channel, EventChannel):
            channel = self.channel.value
        else:
            channel = self.channel

        device: None | str | Unset
        if isinstance(self.device, Unset):
            device = UNSET
        elif isinstance(self.device, EventDevice):
            device = self.device.value
        else:
            device = self.device

        referrer: None | str | Unset
        if isinstance(self.referrer, Unset):
            referrer = UNSET
        else:
            referrer = self.referrer

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, EventMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, EventSource):
            source = self.source.value
        else:
            source = self.source

        write_key: None | str | Unset
        if isinstance(self.write_key, Unset):
            write_key = UNSET
        else:
            write_key = self.write_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "event": event,
                "experiment": experiment,
            }
        )
        if variant_id is not UNSET:
            field_dict["variantId"] = variant_id
        if channel is not UNSET:
            field_dict["channel"] = channel
        if device is not UNSET:
            field_dict["device"] = device
        if referrer is not UNSET:
            field_dict["referrer"] = referrer
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if source is not UNSET:
            field_dict["source"] = source
        if write_key is not UNSET:
            field_dict["writeKey"] = write_key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_metadata import EventMetadata  # noqa: PLC0415

        d = dict(src_dict)
        event = EventType(d.pop("event"))

        experiment = d.pop("experiment")

        def _parse_variant_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        variant_id = _parse_variant_id(d.pop("variantId", UNSET))

        def _parse_channel(data: object) -> EventChannel | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                channel_type_0 = EventChannel(data)

                return channel_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("EventChannel | None | Unset", data)

        channel = _parse_channel(d.pop("channel", UNSET))

        def _parse_device(data: object) -> EventDevice | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                device_type_0 = EventDevice(data)

                return device_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("EventDevice | None | Unset", data)

        device = _parse_device(d.pop("device", UNSET))

        def _parse_referrer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        referrer = _parse_referrer(d.pop("referrer", UNSET))

        def _parse_metadata(data: object) -> EventMetadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = EventMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("EventMetadata | None | Unset", data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_source(data: object) -> EventSource | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                source_type_0 = EventSource(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("EventSource | None | Unset", data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_write_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        write_key = _parse_write_key(d.pop("writeKey", UNSET))

        experiment_event = cls(
            event=event,
            experiment=experiment,
            variant_id=variant_id,
            channel=channel,
            device=device,
            referrer=referrer,
            metadata=metadata,
            source=source,
            write_key=write_key,
        )

        experiment_event.additional_properties = d
        return experiment_event

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
