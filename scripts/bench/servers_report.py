"""What scripts/bench.py found, as a table and as a picture: ratios first, since only they outlast the machine."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

AIMS = {  # of the hello's throughput
    ("memory", "get one experiment"): 0.65,
    ("memory", "one event"): 0.55,
    ("--db", "one event"): 0.40,
}
COLUMNS = {
    "case": "case",
    "server": "server",
    "ratio": "throughput of hello's",
    "aim": "aim",
    "cpu_ratio": "CPU of hello's",
    "p99_ratio": "p99 of hello's",
    "rate": "requests/s",
    "cpu": "CPU µs",
    "p99": "p99 ms",
}
FORMATS = {"ratio": "{:.2f}", "aim": "{:.2f}", "cpu_ratio": "{:.1f}", "p99_ratio": "{:.1f}", "rate": "{:,.0f}"}
COLOURS = {"memory": "#2f6fde", "--db": "#1a9a6c", "Prism": "#c2571a"}
OTHER = "#7a7a8c"
BAR, LEFT, WIDTH = 22, 300, 420


def rows(server: Any, hello: Any) -> Iterator[dict[str, Any]]:
    for case, loads in server.rounds.items():
        limits = hello.rounds[case]
        yield {
            "case": case,
            "server": server.name,
            "ratio": median(load.rate / limit.rate for load, limit in zip(loads, limits, strict=True)),
            "aim": AIMS.get((server.name, case)),
            "cpu_ratio": median(load.cpu / limit.cpu for load, limit in zip(loads, limits, strict=True)),
            "p99_ratio": median(load.p99 / limit.p99 for load, limit in zip(loads, limits, strict=True)),
            "rate": median(load.rate for load in loads),
            "cpu": median(load.cpu for load in loads),
            "p99": median(load.p99 for load in loads),
        }


def write(folder: Path, found: Sequence[Mapping[str, Any]], facts: Mapping[str, float], conditions: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = {folder / "bench.md": markdown(found, facts, conditions), folder / "bench.svg": svg(found, conditions)}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    return list(files)


def markdown(found: Sequence[Mapping[str, Any]], facts: Mapping[str, float], conditions: str) -> str:
    lines = [f"# Bench\n\n{conditions}; medians.\n", f"| {' | '.join(COLUMNS.values())} |"]
    lines.append("|" + "---|" * len(COLUMNS))
    lines += [f"| {' | '.join(cell(key, row[key]) for key in COLUMNS)} |" for row in found]
    events = [f"- {row['server']}: {row['rate'] * 100:,.0f} events/s in batches of 100" for row in batches(found)]
    return "\n".join([*lines, "", *events, *(f"- {name}: {value:.2f}" for name, value in facts.items()), ""])


def batches(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in found if row["case"] == "100 events" and row["server"] in ("memory", "--db")]


def cell(key: str, value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return FORMATS.get(key, "{:.1f}").format(value)


def svg(found: Sequence[Mapping[str, Any]], conditions: str) -> str:
    bars = [row for row in found if row["server"] != "hello"]
    height = BAR * (len(bars) + 3)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="{BAR - 5}" font-weight="bold">Throughput, as a share of a bare ASGI hello</text>',
    ]
    for place, row in enumerate(sorted(bars, key=lambda row: str(row["case"])), start=1):
        parts += bar(row, place * BAR + 8)
    parts += [f'<text x="10" y="{height - 12}" fill="#555">{escape(conditions)}; a line is an aim</text>', "</svg>", ""]
    return "\n".join(parts)


def bar(row: Mapping[str, Any], top: int) -> Iterator[str]:
    label, width = escape(f"{row['case']}, {row['server']}"), WIDTH * row["ratio"]
    middle, colour = top + BAR // 2 + 2, COLOURS.get(row["server"], OTHER)
    yield f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{label}</text>'
    yield f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="{BAR - 6}" fill="{colour}"/>'
    yield f'<text x="{LEFT + width + 6:.1f}" y="{middle}">{row["ratio"]:.2f}</text>'
    if row["aim"] is not None:
        x = LEFT + WIDTH * row["aim"]
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top - 2}" y2="{top + BAR - 4}" stroke="black" stroke-width="2"/>'
