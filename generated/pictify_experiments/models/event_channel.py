from __future__ import annotations

from ..types import OpenEnum


class EventChannel(OpenEnum):
    """The channel in which the image was shown."""

    WEB = "web"
    EMAIL = "email"
    AD = "ad"
    IN_APP = "in-app"
    SOCIAL = "social"
    OTHER = "other"
