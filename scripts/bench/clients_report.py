"""What bench.clients found, as a part of the report."""

from collections.abc import Iterator, Mapping, Sequence
from math import log10
from statistics import median

from bench.library import LIBRARIES, OPENAI, OPENAPI_GENERATOR, OURS, RAW, STOCK, TASKS
from bench.report import Bar, Part, table

IMPORT = "import of the library"
UNITS = {
    IMPORT: ("ms", 1e3),
    "a program of one get": ("ms", 1e3),
    "memory of a program": ("MiB", 2**20),
    "memory of the list": ("KiB", 2**10),
}
AIMS = {  # multiples of ours
    ("one get", RAW): 1 / 1.25,
    ("one get, no network", RAW): 1 / 1.25,
    (IMPORT, RAW): 1 / 1.15,
    ("list of 100", STOCK): 2.5,
    **{(task, OPENAPI_GENERATOR): 5.0 for task in (IMPORT, *TASKS)},
}
COLOURS = {RAW: "#7a7a8c", STOCK: "#1a9a6c", OPENAPI_GENERATOR: "#c2571a", OPENAI: "#8a4fc2"}
LEAST, MOST = 0.1, 40  # multiples at the ends of the picture's scale

Figures = Mapping[tuple[str, str], float]
"""By task and library."""
Samples = Mapping[tuple[str, str], Sequence[Sequence[float]]]
"""By task and library: processor and elapsed microseconds, or bytes and 0."""


def part(samples: Samples, missing: Mapping[str, str], conditions: str) -> Part:
    least = {found: min(value for value, _ in values) for found, values in samples.items()}
    elapsed = {
        found: median(value for _, value in values)
        for found, values in samples.items()
        if values[0][1]
    }
    text = [
        f"## Client\n\n{conditions}. 2.00x is twice {OURS}', so more is in its favour.",
        f"Processor time and memory, the least:\n\n{matrix(least, AIMS)}",
        f"Elapsed time, the median:\n\n{matrix(elapsed, {})}",
        *(f"- {library} is not measured: {reason}" for library, reason in missing.items()),
    ]
    return Part(
        "\n\n".join(text) + "\n",
        f"Processor time and memory, as multiples of {OURS}' on a logarithmic scale",
        list(bars(least)),
        f"{conditions}; a bar to the right is in {OURS}' favour, a line is an aim",
    )


def matrix(figures: Figures, aims: Figures) -> str:
    libraries = [name for name in LIBRARIES if any(name == library for _, library in figures)]
    tasks = dict.fromkeys(task for task, _ in figures)
    rows = [
        [task, *(cell(figures, aims, (task, library)) for library in libraries)] for task in tasks
    ]
    return table(["", *libraries], rows)


def cell(figures: Figures, aims: Figures, where: tuple[str, str]) -> str:
    if where not in figures:
        return ""
    (task, library), value = where, figures[where]
    unit, size = UNITS.get(task, ("µs", 1))
    aim = f" (aim {aims[where]:.2f})" if where in aims else ""
    multiple = "" if library == OURS else f", {value / figures[task, OURS]:.2f}x{aim}"
    return f"{value / size:,.0f} {unit}{multiple}"


def bars(figures: Figures) -> Iterator[Bar]:
    for (task, library), figure in figures.items():
        if library != OURS:
            multiple, aim = figure / figures[task, OURS], AIMS.get((task, library))
            text = f"{multiple:.2f}x"
            yield Bar(
                f"{task}, {library}",
                place(multiple),
                text,
                COLOURS[library],
                aim and place(aim),
                place(1),
            )


def place(multiple: float) -> float:
    return min(max(log10(multiple / LEAST) / log10(MOST / LEAST), 0.0), 1.0)
