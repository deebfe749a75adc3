"""Ctrl-C and SIGTERM: the first ends the tests and starts the clean-up, the second ends it all."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
STDERR = 2


def print_error(text: str) -> None:
    """Print a line to stderr, even if pytest captures it or a signal handler calls this."""
    os.write(STDERR, f"pictify-conformance: {text}\n".encode("utf-8", "backslashreplace"))


def print_interrupted() -> None:
    print_error("interrupted, removing what the run has made; another interrupt ends at once")


class Interrupts:
    """Count the interrupts of a process, and raise the first as KeyboardInterrupt.

    A raised KeyboardInterrupt may get lost: pytest groups it with other errors of a fixture. So the
    loop that runs the tests calls `check` after each one.
    """

    def __init__(self) -> None:
        self.count = 0
        self._held = 0

    @contextlib.contextmanager
    def handled(self, first: Callable[[], None], again: Callable[[], None]) -> Iterator[None]:
        """Call `first` at the first interrupt in this block, and `again` at each later one."""

        def handle(*_: object) -> None:
            self.count += 1
            if self.count > 1:
                again()
                return
            first()
            if not self._held:
                raise KeyboardInterrupt

        before = {number: signal.signal(number, handle) for number in INTERRUPTS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Raise no KeyboardInterrupt in this block."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def check(self) -> None:
        if self.count:
            raise KeyboardInterrupt
