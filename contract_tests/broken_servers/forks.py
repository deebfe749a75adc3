"""Run functions in processes of their own, a few at a time."""

import gc
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from typing import Generic, TypeVar

T = TypeVar("T")
FORK = multiprocessing.get_context("fork")


class ForkedCall(Generic[T]):
    """A function call in a process forked from this one, which has imported everything.

    This process must have no second thread: a fork copies locks that other threads hold.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self.receiver, sender = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=lambda: sender.send(function()))
        self._started = time.monotonic()
        self._process.start()
        # Only the child may hold the sending end. Its death then ends the pipe.
        sender.close()

    @property
    def seconds(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self._started

    def end(self) -> T | None:
        """End the process. Return the function's result, or None if there is none."""
        try:
            return self.receiver.recv() if self.receiver.poll() else None
        except EOFError:
            return None
        finally:
            self._process.kill()
            self._process.join()


def run_each(
    functions: Iterable[Callable[[], T]], jobs: int, timeout: float
) -> Iterator[tuple[int, T | None]]:
    """Yield each function's index and result as it ends, or None after `timeout` seconds."""
    gc.freeze()  # a collection in a child would copy the memory that it shares
    waiting, running = deque(enumerate(functions)), dict[int, ForkedCall[T]]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                index, function = waiting.popleft()
                running[index] = ForkedCall(function)
            wait([call.receiver for call in running.values()], timeout=1)
            for index, call in list(running.items()):
                if call.receiver.poll() or call.seconds > timeout:
                    yield index, running.pop(index).end()
    finally:
        for call in running.values():
            call.end()
