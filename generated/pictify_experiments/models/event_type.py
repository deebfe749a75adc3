from __future__ import annotations

from ..types import OpenEnum


class EventType(OpenEnum):
    """`impression`: the image was loaded or displayed. `view`: it came into the viewport. `click`:
    it was clicked through.
    `conversion`: the viewer did what you wanted."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    CONVERSION = "conversion"
