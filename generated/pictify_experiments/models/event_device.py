from __future__ import annotations

from ..types import OpenEnum


class EventDevice(OpenEnum):
    """The viewer's device."""

    MOBILE = "mobile"
    DESKTOP = "desktop"
    TABLET = "tablet"
