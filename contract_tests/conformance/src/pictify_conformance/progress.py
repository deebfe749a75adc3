"""The live progress of a run."""

import contextlib
import time
from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

ProgressCallback: TypeAlias = Callable[[str, int, int, Collection[str]], None]
"""Called with the test that has ended, how many have, the number of all, and the broken rules."""

LINES = 5  # of a run without a terminal, beside those about broken rules
MAX_NAMES = 20  # of broken rules
MIN_PART = 0.1  # of the tests, after which the rest can be estimated


@contextlib.contextmanager
def show_progress(console: Console) -> Iterator[ProgressCallback]:
    """Name each broken rule at once. Show a bar on a terminal, and elsewhere a few lines."""
    progress = _Progress(console)
    if not console.is_terminal:
        yield progress.print_lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Each test refreshes the bar, so it needs no thread of its own.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("judging", total=None)

        def advance(_: str, done: int, total: int, broken: Collection[str]) -> None:
            progress.name(broken)
            words = progress.words(done, total, broken)
            bar.update(task, completed=done, total=total, description=words, refresh=True)

        yield advance


class _Progress:
    """The words of the progress, and the names that have been printed."""

    def __init__(self, console: Console) -> None:
        self._console, self._started = console, time.monotonic()
        self._named = 0

    def name(self, broken: Collection[str]) -> None:
        """Print the rules that were found broken since the last call."""
        for rule in list(broken)[self._named : MAX_NAMES]:
            self._print(f"fail  {rule}")
        if self._named <= MAX_NAMES < len(broken):
            self._print("more rules fail; the end of the run names all")
        self._named = len(broken)

    def words(self, done: int, total: int, broken: Collection[str]) -> str:
        """Return how many rules fail, and how long the rest takes at the pace so far."""
        words = [f"{len(broken)} failed"]
        if MIN_PART * total <= done < total:
            left = (time.monotonic() - self._started) * (total - done) / done
            words.append(f"about {_rounded(left)} left")
        return ", ".join(words)

    def print_lines(self, _: str, done: int, total: int, broken: Collection[str]) -> None:
        self.name(broken)
        if done * LINES // total > (done - 1) * LINES // total:
            self._print(f"{done:4} of {total} tests: {self.words(done, total, broken)}")

    def _print(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)


def _rounded(seconds: float) -> str:
    if seconds < 90:
        return f"{10 * (int(seconds) // 10 + 1)} s"
    return f"{int(seconds) // 60 + 1} min"
