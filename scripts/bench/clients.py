"""The client beside raw httpx, other generators' clients of the same spec, and openai.

openai gets answers of the same size. Each measurement is a process of its own, which a server on
loopback gives ready answers. Reported are the least processor time, which other work on the machine
disturbs least, and the median of the elapsed time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from statistics import median
from typing import cast

from bench import packages
from bench.answers import answers
from bench.library import LIBRARIES, ONCE, OURS, TASKS
from bench.markdown import progress, table
from bench.servers import HELLO, serving

LIBRARY = Path(__file__).with_name("library.py")
STARTS = 8  # processes in each round for a task of ONCE
TIMEOUT = 120  # seconds
Samples = dict[tuple[str, str], list[list[float]]]
"""By task and library: processor and elapsed microseconds; 0 where no time is measured."""


def section(options: argparse.Namespace) -> str:
    """Measure, and return the part of the page about the client."""
    with tempfile.TemporaryDirectory(prefix="bench-clients-") as name:
        folder = Path(name)
        progress("making the clients")
        missing = packages.make(folder)
        (folder / "answers.json").write_text(json.dumps(answers()), encoding="utf-8")
        with serving("answers", *HELLO, str(folder / "answers.json")) as server:
            samples = measure(LIBRARIES.keys() - missing, server.url, folder, options)
    notes = [f"- {library} is not measured: {reason}" for library, reason in missing.items()]
    conditions = f"{options.rounds} rounds of {options.seconds} s. 2.00x is twice {OURS}'."
    return "\n\n".join(["## Client", conditions, *tables(samples), *notes])


def measure(
    libraries: Collection[str], url: str, folder: Path, options: argparse.Namespace
) -> Samples:
    samples: Samples = defaultdict(list)
    for number in range(options.rounds):
        for task in TASKS:
            for library in (name for name in LIBRARIES if name in libraries):
                progress(f"round {number + 1} of {options.rounds}: {task}, {library}")
                for _ in range(STARTS if task in ONCE else 1):
                    samples[task, library] += sample(library, task, url, options.seconds, folder)
    return {key: values for key, values in samples.items() if values}


def sample(library: str, task: str, url: str, seconds: int, folder: Path) -> list[list[float]]:
    """Measure in a new process. The result is empty if the library does not have the task."""
    command = [sys.executable, "-P", str(LIBRARY), library, task, url, str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    if done.returncode:
        sys.exit(f"{library} failed at {task}:\n{done.stderr}")
    return cast("list[list[float]]", json.loads(done.stdout))


def tables(samples: Samples) -> list[str]:
    elapsed = {key: values for key, values in samples.items() if values[0][1]}
    return [
        "Processor time, the least:",
        figures_table(samples, min, 0),
        "Elapsed time, the median:",
        figures_table(elapsed, median, 1),
    ]


def figures_table(samples: Samples, reduce: Callable[[Sequence[float]], float], column: int) -> str:
    """Return a row for each task, with the multiples of our client's figure."""
    figures = {key: reduce([value[column] for value in values]) for key, values in samples.items()}
    libraries = [name for name in LIBRARIES if any(name == library for _, library in figures)]
    rows = []
    for task in dict.fromkeys(task for task, _ in figures):
        unit, size = ("ms", 1e3) if task in ONCE else ("µs", 1)
        row = [task]
        for library in libraries:
            value = figures.get((task, library))
            cell = "" if value is None else f"{value / size:,.0f} {unit}"
            if value is not None and library != OURS:
                cell += f", {value / figures[task, OURS]:.2f}x"
            row.append(cell)
        rows.append(row)
    return table(["", *libraries], rows)
