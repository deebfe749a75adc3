"""Ctrl-C and SIGTERM: the first one ends the tests and begins the clean-up, a second one ends the process."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
STDERR = 2


def say(text: str) -> None:
    """Print a line to stderr, also where pytest captures it, and in the middle of another print."""
    os.write(STDERR, f"pictify-conformance: {text}\n".encode("utf-8", "backslashreplace"))


def say_interrupted() -> None:
    say("interrupted, removing what the run has made; another interrupt ends at once")


class Interrupts:
    """Counts the interrupts of a process. The first is raised as KeyboardInterrupt, unless it is held back.

    What is raised anywhere may get lost: pytest puts it into a group with what else a fixture raises. So who runs
    the tests asks after each one whether an interrupt came.
    """

    def __init__(self) -> None:
        self.count = 0
        self._held = 0

    @contextlib.contextmanager
    def handled(
        self,
        first: Callable[[], None],
        again: Callable[[], None],
        signals: Iterable[signal.Signals] = INTERRUPTS,
    ) -> Iterator[None]:
        """Call `first` at the first interrupt that comes in this block, and `again` at each later one."""

        def handle(*_: object) -> None:
            self.count += 1
            if self.count > 1:
                again()
                return
            first()
            if not self._held:
                raise KeyboardInterrupt

        before = {number: signal.signal(number, handle) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """Let the first interrupt not break off this block."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def check(self) -> None:
        """Raise KeyboardInterrupt if an interrupt has come."""
        if self.count:
            raise KeyboardInterrupt
