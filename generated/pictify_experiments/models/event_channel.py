from __future__ import annotations

from ..types import OpenEnum


class EventChannel(OpenEnum):
    """Where the image stood."""

    WEB = "web"
    EMAIL = "email"
    AD = "ad"
    IN_APP = "in-app"
    SOCIAL = "social"
    OTHER = "other"
