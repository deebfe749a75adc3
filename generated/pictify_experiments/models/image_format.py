from __future__ import annotations

from ..types import OpenEnum


class ImageFormat(OpenEnum):
    """File format of an image URL; `jpg` is `jpeg`."""

    PNG = "png"
    JPEG = "jpeg"
    JPG = "jpg"
    WEBP = "webp"
