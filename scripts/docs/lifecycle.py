"""The lifecycle as a picture, drawn from x-lifecycle.

It has no viewBox, which Redoc would spoil, so it is as wide as a phone shows.
"""

from typing import Any, NamedTuple

SIZE = (344, 306)
NODE = (96, 36)
PLACES = {
    "draft": (88, 20),
    "running": (88, 108),
    "paused": (88, 196),
    "completed": (294, 152),
    "archived": (88, 284),
}
APART = 14  # two moves that go back and forth
BESIDE = 9  # a word and its line
SLANTED = 13  # the same, where the line is slanted
ARROW = 5


class Line(NamedTuple):
    """A straight move between the borders of two nodes, with the point beside its middle."""

    start: tuple[float, float]
    end: tuple[float, float]
    word: tuple[float, float]
    anchor: str


def picture(lifecycle: dict[str, Any]) -> str:
    """The SVG."""
    moves = [
        (status, move["to"], operation.removesuffix("Experiment"))
        for operation, move in lifecycle["transitions"].items()
        for status in move["from"]
    ]
    told = "; ".join(f"{verb}: {start} to {end}" for start, end, verb in moves)
    parts = [_move(start, end, verb, moves) for start, end, verb in moves]
    parts += [
        _node(status)
        for status in dict.fromkeys([lifecycle["initial"], *(end for _, end, _ in moves)])
    ]
    width, height = SIZE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" '
        f'aria-label="Lifecycle. {told}." font-family="system-ui, sans-serif" font-size="13" '
        f'fill="currentColor">{"".join(parts)}</svg>'
    )


def _node(status: str) -> str:
    (x, y), (width, height) = PLACES[status], NODE
    return (
        f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width}" height="{height}" rx="{height / 2:g}" '
        f'fill="none" stroke="currentColor" stroke-width="1.5"></rect>'
        f'<text x="{x}" y="{y + 4.5:g}" text-anchor="middle" font-weight="600">{status}</text>'
    )


def _move(start: str, end: str, verb: str, moves: list[tuple[str, str, str]]) -> str:
    (x1, y1), (_, y2) = PLACES[start], PLACES[end]
    if any(x == x1 and y1 < y < y2 for x, y in PLACES.values()):
        return _around(x1 - NODE[0] / 2, y1, y2, verb)
    line = _straight(start, end, APART if any(move[:2] == (end, start) for move in moves) else 0)
    (ax, ay), (bx, by), (wx, wy) = line.start, line.end, line.word
    return (
        f'<path d="M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}{_tip(bx - ax, by - ay)}" '
        f'fill="none" stroke="currentColor"></path>'
        f'<text x="{wx:.1f}" y="{wy + 4:.1f}" text-anchor="{line.anchor}">{verb}</text>'
    )


def _around(x: float, top: float, bottom: float, verb: str) -> str:
    """A move past the nodes between, on their left."""
    return (
        f'<path d="M{x:g} {top}C{x - 44:g} {top} {x - 44:g} {bottom} {x:g} {bottom}{_tip(1, 0)}" '
        f'fill="none" stroke="currentColor"></path>'
        f'<text x="{x - 8:g}" y="{top + 48:g}" text-anchor="start">{verb}</text>'
    )


def _straight(start: str, end: str, aside: float) -> Line:
    (x1, y1), (x2, y2) = PLACES[start], PLACES[end]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    nx, ny = dy, -dx
    within = (
        min(NODE[0] / 2 / abs(dx) if dx else length, NODE[1] / 2 / abs(dy) if dy else length) + 2
    )
    ax, ay = x1 + dx * within + nx * aside, y1 + dy * within + ny * aside
    bx, by = x2 - dx * within + nx * aside, y2 - dy * within + ny * aside
    anchor = "start" if nx > 0.5 else "end" if nx < -0.5 else "middle"
    off = BESIDE if abs(nx) in (0, 1) else SLANTED
    return Line((ax, ay), (bx, by), ((ax + bx) / 2 + nx * off, (ay + by) / 2 + ny * off), anchor)


def _tip(dx: float, dy: float) -> str:
    """The two strokes of an arrow's head, from its point back."""
    length = (dx**2 + dy**2) ** 0.5
    dx, dy = dx / length * ARROW, dy / length * ARROW
    (lx, ly), (rx, ry) = (-dx - dy, -dy + dx), (-dx + dy, -dy - dx)
    return f"m{lx:.1f} {ly:.1f}l{-lx:.1f} {-ly:.1f}l{rx:.1f} {ry:.1f}"
