"""How far the run is, live."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import Progress

Told: TypeAlias = Callable[[str, int, int], None]
"""Called with the test that has ended, how many have, and how many there are."""

TENTHS = 10


@contextlib.contextmanager
def progress_on(console: Console) -> Iterator[Told]:
    """A bar on a terminal; a line for each tenth elsewhere."""
    if not console.is_terminal:
        yield _lines(console)
        return
    # Without a thread of its own: it is drawn anew with each test.
    with Progress(console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("judging", total=None)

        def advance(test: str, done: int, total: int) -> None:
            bar.update(
                task, completed=done, total=total, description=test.rpartition("/")[2], refresh=True
            )

        yield advance


def _lines(console: Console) -> Told:
    ended: Counter[str] = Counter()

    def tell(test: str, done: int, total: int) -> None:
        ended[Path(test.partition("::")[0]).stem] += 1
        if done * TENTHS // total > (done - 1) * TENTHS // total:
            console.print(
                f"{done:4} of {total} tests: {', '.join(ended)}", highlight=False, soft_wrap=True
            )
            ended.clear()

    return tell
