"""The live progress of a run."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import Progress

ProgressCallback: TypeAlias = Callable[[str, int, int], None]
"""Called with the test that has ended, the number that have, and the number of all."""


@contextlib.contextmanager
def show_progress(console: Console) -> Iterator[ProgressCallback]:
    """Show a bar on a terminal, and elsewhere a line for each tenth of the tests."""
    if not console.is_terminal:
        yield _line_printer(console)
        return
    # Each test refreshes the bar, so it needs no thread of its own.
    with Progress(console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("judging", total=None)

        def advance(test: str, done: int, total: int) -> None:
            name = test.rpartition("/")[2]
            bar.update(task, completed=done, total=total, description=name, refresh=True)

        yield advance


def _line_printer(console: Console) -> ProgressCallback:
    modules: Counter[str] = Counter()

    def advance(test: str, done: int, total: int) -> None:
        modules[Path(test.partition("::")[0]).stem] += 1
        if done * 10 // total > (done - 1) * 10 // total:
            line = f"{done:4} of {total} tests: {', '.join(modules)}"
            console.print(line, highlight=False, soft_wrap=True)
            modules.clear()

    return advance
