"""Where a run is shown."""

import contextlib

from rich.console import Console


class Terminal(Console):
    """A console whose reader may go away: the run goes on, and its exit code and reports tell the verdict."""

    def on_broken_pipe(self) -> None:
        """Print nothing any more. rich would exit with 1, which says that a rule is broken."""
        with contextlib.suppress(SystemExit):
            super().on_broken_pipe()
