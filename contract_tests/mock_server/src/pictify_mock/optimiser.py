"""Keeps the weights of bandits up to date while requests are answered.

The draws of one experiment take dozens of milliseconds. They are made on the event loop, in slices
of about half a millisecond, one experiment after the other. A thread would be worse: it holds the
interpreter for longer than a slice, and would share the random numbers with the requests.
"""

import asyncio
from collections.abc import Generator, Iterator
from random import Random

from pictify_mock.domain import bandit
from pictify_mock.domain.clock import Clock
from pictify_mock.domain.experiment import Experiment
from pictify_mock.storage.memory import Store
from pictify_mock.storage.weight_history import WeightHistory


class Optimiser:
    def __init__(self, store: Store, clock: Clock, rng: Random) -> None:
        self._store, self._clock, self._rng = store, clock, rng
        self.history = WeightHistory()
        self._waiting: dict[str, None] = {}  # uids, the oldest first
        self._loop: asyncio.AbstractEventLoop | None = None  # set while a step is scheduled

    def consider(self, experiment: Experiment) -> None:
        """After an event: find new weights soon, if warm-up and interval are over."""
        if not bandit.is_on(experiment):
            return
        if not bandit.is_warm(experiment):
            self._replace(experiment, bandit.warming_up(experiment))
        elif bandit.is_due(experiment, self._clock()):
            self._waiting[experiment.uid] = None
            self._work_on()

    async def recompute(self, uid: str | None = None) -> list[Experiment]:
        """Find the weights of one bandit, or of all, without regard to the interval.

        Return the bandits as they are then.
        """
        candidates = self._store.everything() if uid is None else [self._store.by_uid(uid)]
        uids = [each.uid for each in candidates if each is not None and bandit.is_on(each)]
        for each in uids:
            for _ in self._recompute(each):
                await asyncio.sleep(0)
        found = map(self._store.by_uid, uids)
        return [experiment for experiment in found if experiment is not None]

    async def finish(self, uid: str) -> None:
        """Let other tasks run, and return once no weights of this bandit are to be found."""
        await asyncio.sleep(0)
        while uid in self._waiting:
            await asyncio.sleep(0)

    def _recompute(self, uid: str) -> Iterator[None]:
        experiment = self._store.by_uid(uid)  # again, since others may have changed it meanwhile
        if experiment is not None and bandit.is_on(experiment):
            if bandit.is_warm(experiment):
                yield from self._optimise(experiment)
            else:
                self._replace(experiment, bandit.warming_up(experiment))
        yield

    def _work_on(self) -> None:
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(self._step, self._loop, self._work())

    def _step(self, loop: asyncio.AbstractEventLoop, work: Iterator[None]) -> None:
        """Do one slice and schedule the next, so that no request waits for all the draws."""
        self._loop = None
        for _ in work:
            self._loop = loop
            loop.call_soon(self._step, loop, work)
            break

    def _work(self) -> Iterator[None]:
        while self._waiting:
            experiment = self._store.by_uid(next(iter(self._waiting)))
            if experiment is not None and bandit.is_on(experiment) and bandit.is_warm(experiment):
                yield from self._optimise(experiment)
            del self._waiting[next(iter(self._waiting))]

    def _optimise(self, before: Experiment) -> Generator[None, None, None]:
        # Random numbers of its own, so that requests between the slices cannot change the weights
        rng = Random(self._rng.getrandbits(64))
        weights = yield from bandit.slices(before, rng)
        now = self._store.by_uid(before.uid)
        # Edits between the slices win: weights of variants that are gone are dropped.
        if now is not None and bandit.is_same_trial(before, now):
            self._replace(now, bandit.optimised(now, weights, self._clock()))

    def _replace(self, before: Experiment, after: Experiment) -> None:
        if after is not before:
            self._store.replace(before, after)
            self.history.add(before, after, self._clock())
