from __future__ import annotations

from ..types import OpenEnum


class EventSource(OpenEnum):
    """The reporter of the event."""

    SDK = "sdk"
    API = "api"
