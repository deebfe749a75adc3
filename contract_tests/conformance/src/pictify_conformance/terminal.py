"""The console of a run."""

import contextlib

from rich.console import Console


class Terminal(Console):
    """A console that stays silent when its reader goes away, so that the run goes on."""

    def on_broken_pipe(self) -> None:
        """Print nothing more. rich itself would exit with 1, the code of a broken rule."""
        with contextlib.suppress(SystemExit):
            super().on_broken_pipe()
