"""Keeps the weights of bandits up to date while requests are answered.

The draws of one experiment take some dozens of milliseconds. They are made on the event loop in
slices of about half a millisecond, one experiment after the other: a thread would make whoever
wants the interpreter meanwhile wait for longer, and would share `chance` with the requests.
"""

import asyncio
from collections.abc import Generator, Iterator
from random import Random

from pictify_mock.domain import bandit
from pictify_mock.domain.clock import Clock
from pictify_mock.domain.experiment import Experiment
from pictify_mock.storage.memory import Store


class Optimiser:
    def __init__(self, store: Store, clock: Clock, chance: Random) -> None:
        self._store, self._clock, self._chance = store, clock, chance
        self._waiting: dict[str, None] = {}  # uids, the first come first
        self._loop: asyncio.AbstractEventLoop | None = None  # where they are worked off just now

    def consider(self, experiment: Experiment) -> None:
        """After an event of a bandit: find new weights soon, if the warm-up and the interval are over."""
        if not bandit.is_on(experiment):
            return
        if not bandit.is_warm(experiment):
            self._put(experiment, bandit.warming_up(experiment))
        elif bandit.is_due(experiment, self._clock()):
            self._waiting[experiment.uid] = None
            self._work_on()

    async def recompute(self, uid: str | None = None) -> list[Experiment]:
        """Find the weights of one bandit, or of all, now, whatever the interval; the bandits as they then are."""
        candidates = self._store.everything() if uid is None else [self._store.by_uid(uid)]
        uids = [
            experiment.uid
            for experiment in candidates
            if experiment is not None and bandit.is_on(experiment)
        ]
        for each in uids:
            for _ in self._recomputed(each):
                await asyncio.sleep(0)
        return [experiment for each in uids if (experiment := self._store.by_uid(each)) is not None]

    def _recomputed(self, uid: str) -> Iterator[None]:
        experiment = self._store.by_uid(uid)  # as it is by now
        if experiment is not None and bandit.is_on(experiment):
            if bandit.is_warm(experiment):
                yield from self._found(experiment)
            else:
                self._put(experiment, bandit.warming_up(experiment))
        yield

    def _work_on(self) -> None:
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(self._step, self._loop, self._work())

    def _step(self, loop: asyncio.AbstractEventLoop, work: Iterator[None]) -> None:
        """One slice, then whatever else the loop has to do, then the next: no request waits for all the draws."""
        self._loop = None
        for _ in work:
            self._loop = loop
            loop.call_soon(self._step, loop, work)
            break

    def _work(self) -> Iterator[None]:
        while self._waiting:
            experiment = self._store.by_uid(next(iter(self._waiting)))
            if experiment is not None and bandit.is_on(experiment) and bandit.is_warm(experiment):
                yield from self._found(experiment)
            del self._waiting[next(iter(self._waiting))]

    def _found(self, before: Experiment) -> Generator[None, None, None]:
        """Draw, then write the weights to the experiment as it is by then, if they still fit it."""
        own = Random(self._chance.getrandbits(64))  # what else draws meanwhile changes nothing here
        weights = yield from bandit.slices(before, own)
        now = self._store.by_uid(before.uid)
        if now is not None and bandit.is_same_trial(before, now):
            self._put(now, bandit.optimised(now, weights, self._clock()))

    def _put(self, before: Experiment, after: Experiment) -> None:
        if after is not before:
            self._store.replace(before, after)
