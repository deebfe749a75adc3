"""Draw pictures. Pillow is imported with the first one, since that takes long."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    from pictify_mock.domain.image_content import Picture

if find_spec("PIL") is None:
    raise ModuleNotFoundError("No module named 'Pillow'", name="Pillow")

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 72
WHITE, FADED, INK, FAINT = "#ffffff", "#ffffffd0", "#1c2230", "#667085"
PALETTE = (
    ("#3556d8", "#1d2f86"),  # blue
    ("#d6492f", "#8c2416"),  # red
    ("#12836b", "#084a3d"),  # green
    ("#8a3fc7", "#4d1f75"),  # violet
    ("#b56a07", "#6b3d02"),  # amber
    ("#0e7c9e", "#07475b"),  # teal
    ("#c2336f", "#74173e"),  # rose
    ("#4f6272", "#28333d"),  # slate
)
CACHED = 128
SAVING = {"png": {"compress_level": 3}, "jpeg": {"subsampling": 0}, "webp": {"method": 2}}
BASIS_POINTS = 10_000

_executor = ThreadPoolExecutor(1, "image-rendering")


async def render(picture: Picture) -> bytes:
    """Return the file. It is drawn in a thread, so that other requests are answered meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_executor, draw, picture)


@lru_cache(CACHED)
def draw(picture: Picture) -> bytes:
    from PIL import ImageDraw

    image = _backdrop(*PALETTE[picture.place % len(PALETTE)])
    pen = ImageDraw.Draw(image, "RGBA")
    _weight_bar(pen, picture.weight)
    _panel(pen, picture, _heading(pen, picture))
    file = BytesIO()
    quality = {} if picture.quality is None else {"quality": picture.quality}
    image.save(file, picture.format, **SAVING[picture.format], **quality)
    return file.getvalue()


def _backdrop(light: str, dark: str) -> Image.Image:
    from PIL import Image, ImageOps

    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), light, dark)


def _weight_bar(pen: ImageDraw.ImageDraw, weight: int) -> None:
    top = HEIGHT - 14
    pen.rectangle((0, top, WIDTH, HEIGHT), fill="#ffffff40")
    if weight:
        pen.rectangle((0, top, WIDTH * weight // BASIS_POINTS, HEIGHT), fill=WHITE)


def _heading(pen: ImageDraw.ImageDraw, picture: Picture) -> int:
    """Draw kind and slug, weight, variant and experiment. Return the y where they end."""
    weight = f"weight {picture.weight / 100:g} %"
    origin = f"{picture.kind}  ·  {picture.slug}"
    room = WIDTH - 2 * MARGIN
    pen.text((WIDTH - MARGIN, 64), weight, WHITE, _font(28), "rs")
    pen.text((MARGIN, 64), _fit(origin, 28, room - 330), FADED, _font(28), "ls")
    lines = _wrap(picture.variant, 84, room, 2)
    below = 166
    for line in lines:
        pen.text((MARGIN, below), line, WHITE, _font(84), "ls")
        below += 94
    pen.text((MARGIN, below - 36), _fit(picture.experiment, 34, room), FADED, _font(34), "ls")
    return below


def _panel(pen: ImageDraw.ImageDraw, picture: Picture, highest: int) -> None:
    """Draw the variables, or without any the variant's id, on white at the bottom."""
    rows = [*picture.variables] or [("variant", picture.variant_id)]
    if picture.hidden:
        rows.append(("", f"and {picture.hidden} more"))
    bottom = HEIGHT - 56
    step = min(62, (bottom - 24 - highest) // len(rows))
    size = step * 26 // 50
    top = bottom - 24 - step * len(rows)
    pen.rounded_rectangle((MARGIN, top, WIDTH - MARGIN, bottom), 20, WHITE)
    for number, (name, value) in enumerate(rows):
        line = top + 12 + step * number + step // 2
        pen.text((MARGIN + 32, line), _fit(name, size, 250), FAINT, _font(size), "lm")
        value = _fit(value, size, WIDTH - 2 * MARGIN - 342)
        pen.text((MARGIN + 310, line), value, INK, _font(size), "lm")


def _fit(text: str, size: int, width: int) -> str:
    """Shorten the text to a width."""
    if _font(size).getlength(text) <= width:
        return text
    while text and _font(size).getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrap(text: str, size: int, width: int, most: int) -> list[str]:
    """Break the text into lines, and shorten the last."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _font(size).getlength(longer) > width and lines[-1] and len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_fit(line, size, width) for line in lines]


@lru_cache(16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    # Pillow's own font, so that every machine draws the same picture
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
