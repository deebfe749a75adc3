from __future__ import annotations

from ..types import OpenEnum


class OutputFormat(OpenEnum):
    """File format of the image."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
