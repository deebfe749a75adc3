"""Long work on the event loop in slices, between which other requests are answered."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterable
from contextlib import closing
from time import perf_counter
from typing import TypeVar

SLICE = 0.005  # seconds

T = TypeVar("T")


async def in_slices(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield the items, and let other tasks run whenever a slice of time is over."""
    end = perf_counter() + SLICE
    for item in items:
        yield item
        if perf_counter() >= end:
            await asyncio.sleep(0)
            end = perf_counter() + SLICE


async def run_in_slices(steps: Generator[object, None, None]) -> None:
    with closing(steps):  # so that a cancelled task rolls back at once
        async for _ in in_slices(steps):
            pass
