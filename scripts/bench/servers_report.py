"""What bench.servers found, as a part of the report."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.report import Bar, Part, table

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
FORMATS = {
    "ratio": "{:.2f}",
    "aim": "{:.2f}",
    "cpu_ratio": "{:.1f}",
    "p99_ratio": "{:.1f}",
    "rate": "{:,.0f}",
}
COLOURS = {"memory": "#2f6fde", "--db": "#1a9a6c", "Prism": "#c2571a"}
OTHER = "#7a7a8c"


def rows(server: Any, hello: Any) -> Iterator[dict[str, Any]]:
    for case, loads in server.rounds.items():
        limits = hello.rounds[case]
        yield {
            "case": case,
            "server": server.name,
            "ratio": median(
                load.rate / limit.rate for load, limit in zip(loads, limits, strict=True)
            ),
            "aim": AIMS.get((server.name, case)),
            "cpu_ratio": median(
                load.cpu / limit.cpu for load, limit in zip(loads, limits, strict=True)
            ),
            "p99_ratio": median(
                load.p99 / limit.p99 for load, limit in zip(loads, limits, strict=True)
            ),
            "rate": median(load.rate for load in loads),
            "cpu": median(load.cpu for load in loads),
            "p99": median(load.p99 for load in loads),
        }


def part(found: Sequence[Mapping[str, Any]], facts: Mapping[str, float], conditions: str) -> Part:
    lines = table(
        list(COLUMNS.values()), [[cell(key, row[key]) for key in COLUMNS] for row in found]
    )
    events = [
        f"- {row['server']}: {row['rate'] * 100:,.0f} events/s in batches of 100"
        for row in batches(found)
    ]
    told = "\n".join([*events, *(f"- {name}: {value:.2f}" for name, value in facts.items())])
    others = [row for row in found if row["server"] != "hello"]
    return Part(
        f"## Mock\n\n{conditions}; medians.\n\n{lines}\n\n{told}\n",
        "Throughput, as a share of a bare ASGI hello",
        [bar(row) for row in sorted(others, key=lambda row: str(row["case"]))],
        f"{conditions}; a line is an aim",
    )


def batches(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [
        row for row in found if row["case"] == "100 events" and row["server"] in ("memory", "--db")
    ]


def cell(key: str, value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return FORMATS.get(key, "{:.1f}").format(value)


def bar(row: Mapping[str, Any]) -> Bar:
    label, colour = f"{row['case']}, {row['server']}", COLOURS.get(row["server"], OTHER)
    return Bar(label, row["ratio"], f"{row['ratio']:.2f}", colour, row["aim"])
