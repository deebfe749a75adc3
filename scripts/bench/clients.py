"""Our client beside raw httpx, what other generators make of the same spec, and openai with answers of like size.

Each measurement is a process of its own, and a server on loopback gives it ready answers. Reported are the least
processor time, which other work on the machine disturbs least, and the median of the elapsed time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import cast

from bench import clients_report, packages
from bench.answers import answers
from bench.library import LIBRARIES, TASKS
from bench.report import Part
from bench.servers import HELLO, say, serving

LIBRARY = Path(__file__).with_name("library.py")
IMPORT = "import of the library"
IMPORTING = "import time; began = time.process_time(); import {}; print([[(time.process_time() - began) * 1e6, 0]])"
ONCE = (IMPORT, "a program of one get")
STARTS = 8  # processes a round for what a process does only once
PATIENCE = 120  # seconds for a process

Samples = dict[tuple[str, str], list[list[float]]]
"""By task and library: processor and elapsed microseconds, or bytes and 0."""


def part(options: argparse.Namespace) -> Part:
    with tempfile.TemporaryDirectory(prefix="bench-clients-") as name:
        folder = Path(name)
        say("making the clients")
        missing = packages.make(folder)
        for library, reason in missing.items():
            say(f"{library} is not measured: {reason}")
        (folder / "answers.json").write_text(json.dumps(answers()), encoding="utf-8")
        with serving("answers", *HELLO, str(folder / "answers.json")) as server:
            samples = measure(LIBRARIES.keys() - missing, server.url, folder, options)
    return clients_report.part(samples, missing, f"{options.rounds} rounds of {options.seconds} s")


def measure(
    libraries: Collection[str], url: str, folder: Path, options: argparse.Namespace
) -> Samples:
    samples: Samples = defaultdict(list)
    for number in range(options.rounds):
        for task in (IMPORT, *TASKS):
            for library in (name for name in LIBRARIES if name in libraries):
                say(f"round {number + 1} of {options.rounds}: {task}, {library}")
                for _ in range(STARTS if task in ONCE else 1):
                    samples[task, library] += sample(library, task, url, options.seconds, folder)
    return {found: values for found, values in samples.items() if values}


def sample(library: str, task: str, url: str, seconds: int, folder: Path) -> list[list[float]]:
    """What one process found; nothing where the library has no such thing."""
    if task == IMPORT:
        command = [sys.executable, "-c", IMPORTING.format(LIBRARIES[library].module)]
    else:
        command = [sys.executable, "-P", str(LIBRARY), library, task, url, str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        sys.exit(f"{library} failed at {task}:\n{done.stderr}")
    return cast("list[list[float]]", json.loads(done.stdout))
