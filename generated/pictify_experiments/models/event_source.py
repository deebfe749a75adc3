from __future__ import annotations

from ..types import OpenEnum


class EventSource(OpenEnum):
    """Who reports the event."""

    SDK = "sdk"
    API = "api"
