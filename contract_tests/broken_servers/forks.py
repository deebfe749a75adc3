"""Running functions in processes of their own, a few at a time."""

import gc
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from typing import Generic, TypeVar

T = TypeVar("T")
FORK = multiprocessing.get_context("fork")


class Forked(Generic[T]):
    """A function in a process forked from this one, which has imported everything and has no second thread."""

    def __init__(self, function: Callable[[], T]) -> None:
        self.function = function
        self.told, tell = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=lambda: tell.send(function()))
        self._started = time.monotonic()
        self._process.start()
        tell.close()

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._started

    def result(self) -> T | None:
        """What the function returned, or nothing if it did not; the process is gone then."""
        try:
            return self.told.recv() if self.told.poll() else None
        except EOFError:
            return None
        finally:
            self._process.kill()
            self._process.join()


def each(
    functions: Iterable[Callable[[], T]], jobs: int, patience: float
) -> Iterator[tuple[int, T | None]]:
    """The place and the result of each function, as they end; one that takes too long has none."""
    gc.freeze()  # nobody collects what all of them share
    waiting, running = deque(enumerate(functions)), dict[int, Forked[T]]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                place, function = waiting.popleft()
                running[place] = Forked(function)
            wait([forked.told for forked in running.values()], timeout=1)
            for place in [
                place
                for place, forked in running.items()
                if forked.told.poll() or forked.seconds > patience
            ]:
                yield place, running.pop(place).result()
    finally:
        for forked in running.values():
            forked.result()
