"""The parts of a bench as one page and one picture: ratios first, since only they outlast the machine."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

BAR, LEFT, WIDTH, RIGHT = 22, 300, 420, 70


class Bar(NamedTuple):
    label: str
    share: float
    """Where it ends, of the whole width."""
    text: str
    colour: str
    aim: float | None = None
    """Where a line is drawn."""
    start: float = 0


class Part(NamedTuple):
    """What was measured: Markdown, and bars under a title and over a note."""

    text: str
    title: str
    bars: Sequence[Bar]
    note: str


def write(folder: Path, parts: Sequence[Part]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    page = "\n".join(["# Bench\n", *(part.text for part in parts)])
    files = {folder / "bench.md": page, folder / "bench.svg": svg(parts)}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    return list(files)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def svg(parts: Sequence[Part]) -> str:
    heights = [BAR * (len(part.bars) + 3) for part in parts]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{sum(heights)}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, part in enumerate(parts):
        lines += panel(part, sum(heights[:number]))
    return "\n".join([*lines, "</svg>", ""])


def panel(part: Part, top: int) -> Iterator[str]:
    yield f'<text x="10" y="{top + BAR - 5}" font-weight="bold">{escape(part.title)}</text>'
    for place, one in enumerate(part.bars, start=1):
        yield from bar(one, top + place * BAR + 8)
    yield f'<text x="10" y="{top + BAR * (len(part.bars) + 3) - 12}" fill="#555">{escape(part.note)}</text>'


def bar(one: Bar, top: int) -> Iterator[str]:
    middle, (left, right) = (
        top + BAR // 2 + 2,
        sorted((LEFT + WIDTH * one.start, LEFT + WIDTH * one.share)),
    )
    yield f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(one.label)}</text>'
    yield f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{BAR - 6}" fill="{one.colour}"/>'
    yield f'<text x="{right + 6:.1f}" y="{middle}">{escape(one.text)}</text>'
    if one.aim is not None:
        x = LEFT + WIDTH * one.aim
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top - 2}" y2="{top + BAR - 4}" stroke="black" stroke-width="2"/>'
