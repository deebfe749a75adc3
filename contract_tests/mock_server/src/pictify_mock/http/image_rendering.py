"""Pictures as files. Pillow is loaded with the first of them, so that the server starts without it."""

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
WHITE, INK, FAINT = "#ffffff", "#1c2230", "#667085"
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
KEPT = 128
SAVING = {"png": {"compress_level": 3}, "jpeg": {"subsampling": 0}, "webp": {"method": 2}}
BASIS_POINTS = 10_000

_painter = ThreadPoolExecutor(1, "painter")


async def drawn(picture: Picture) -> bytes:
    """The file, made beside the event loop unless it was made before."""
    return await asyncio.get_running_loop().run_in_executor(_painter, draw, picture)


@lru_cache(KEPT)
def draw(picture: Picture) -> bytes:
    from PIL import ImageDraw

    image = _backdrop(*PALETTE[picture.place % len(PALETTE)])
    pen = ImageDraw.Draw(image, "RGBA")
    _share(pen, picture.weight)
    _panel(pen, picture, _heading(pen, picture))
    file = BytesIO()
    quality = {} if picture.quality is None else {"quality": picture.quality}
    image.save(file, picture.format, **SAVING[picture.format], **quality)
    return file.getvalue()


def _backdrop(light: str, dark: str) -> Image.Image:
    """One colour that darkens towards the bottom."""
    from PIL import Image, ImageOps

    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), light, dark)


def _share(pen: ImageDraw.ImageDraw, weight: int) -> None:
    """A bar along the bottom: how many of the viewers see this variant."""
    top = HEIGHT - 14
    pen.rectangle((0, top, WIDTH, HEIGHT), fill="#ffffff40")
    if weight:
        pen.rectangle((0, top, WIDTH * weight // BASIS_POINTS, HEIGHT), fill=WHITE)


def _heading(pen: ImageDraw.ImageDraw, picture: Picture) -> int:
    """Kind and slug, share, variant and experiment; gives where they end."""
    share = f"weight {picture.weight / 100:g} %"
    room = WIDTH - 2 * MARGIN
    pen.text((WIDTH - MARGIN, 64), share, WHITE, _font(28), "rs")
    pen.text(
        (MARGIN, 64),
        _fit(f"{picture.kind}  ·  {picture.slug}", 28, room - 330),
        "#ffffffd0",
        _font(28),
        "ls",
    )
    lines = _wrap(picture.variant, 84, room, 2)
    below = 166
    for line in lines:
        pen.text((MARGIN, below), line, WHITE, _font(84), "ls")
        below += 94
    pen.text((MARGIN, below - 36), _fit(picture.experiment, 34, room), "#ffffffd0", _font(34), "ls")
    return below


def _panel(pen: ImageDraw.ImageDraw, picture: Picture, highest: int) -> None:
    """The variables, or the variant's id where there are none, on white at the bottom."""
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
        pen.text(
            (MARGIN + 310, line),
            _fit(value, size, WIDTH - 2 * MARGIN - 342),
            INK,
            _font(size),
            "lm",
        )


def _fit(text: str, size: int, width: int) -> str:
    """The text, shortened to a width."""
    if _font(size).getlength(text) <= width:
        return text
    while text and _font(size).getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrap(text: str, size: int, width: int, most: int) -> list[str]:
    """The text on a few lines, the last of them shortened."""
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
    """Pillow's own, so that every machine draws alike."""
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
