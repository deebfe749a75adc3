"""Keeps the weights of bandits up to date while requests are answered.

The draws of one experiment take dozens of milliseconds. They are made on the event loop, in slices
of about half a millisecond, one experiment after the other. A thread would be worse: it holds the
interpreter for longer than a slice. The event that causes them is answered once the weights are
in place, so what a caller reads next does not depend on how fast this machine is.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pictify_mock.domain import bandit
from pictify_mock.domain.clock import Clock
from pictify_mock.domain.experiment import Experiment
from pictify_mock.slices import in_slices
from pictify_mock.storage.memory import Store
from pictify_mock.storage.weight_history import WeightHistory


class Draw(NamedTuple):
    """New weights of an experiment, for its counts when the draw began."""

    at: datetime
    experiment: Experiment
    arms: Sequence[bandit.Arm]


class Optimiser:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.history = WeightHistory()
        self._newest: dict[str, Draw] = {}  # unfinished draws by uid
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()

    def begin(self, experiments: Iterable[Experiment]) -> list[Draw]:
        """After events: begin a draw for each bandit whose warm-up and interval are over."""
        return [draw for each in experiments if (draw := self._begin(each)) is not None]

    async def finish(self, draws: Iterable[Draw]) -> None:
        """Replace the weights by the drawn ones. Skip a draw if a newer one has begun."""
        for draw in draws:
            try:
                async with self._one_at_a_time():
                    for _ in self._steps(draw):
                        await asyncio.sleep(0)
            finally:
                if self._is_newest(draw):
                    del self._newest[draw.experiment.uid]

    async def recompute(self, uid: str | None = None) -> list[Experiment]:
        """Find the weights of one bandit, or of all, without regard to the interval.

        Return the bandits as they are then.
        """
        uids = []
        candidates = self._store.everything() if uid is None else [self._store.by_uid(uid)]
        async for candidate in in_slices(filter(None, candidates)):
            # Again, since others may have changed it meanwhile
            experiment = self._store.by_uid(candidate.uid)
            if experiment is not None and bandit.is_on(experiment):
                uids.append(experiment.uid)
                draw = self._begin(experiment, at_once=True)
                await self.finish([] if draw is None else [draw])
        found = map(self._store.by_uid, uids)
        return [experiment for experiment in found if experiment is not None]

    def _begin(self, experiment: Experiment, at_once: bool = False) -> Draw | None:
        if not bandit.is_on(experiment):
            return None
        if not bandit.is_warm(experiment):
            self._replace(experiment, bandit.warming_up(experiment))
            return None
        last, pending = experiment.optimised_at, self._newest.get(experiment.uid)
        if pending is not None and bandit.is_same_trial(pending.experiment, experiment):
            last = pending.at
        now = self._clock()
        if not at_once and not bandit.is_due(experiment.bandit, last, now):
            return None
        draw = self._newest[experiment.uid] = Draw(now, experiment, bandit.arms(experiment))
        return draw

    def _one_at_a_time(self) -> asyncio.Lock:
        # Tests may use one application in several event loops, and a lock belongs to one.
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._turn = loop, asyncio.Lock()
        return self._turn

    def _steps(self, draw: Draw) -> Iterator[None]:
        if not self._is_newest(draw):
            return
        weights = yield from bandit.draw(draw.experiment, draw.arms)
        now = self._store.by_uid(draw.experiment.uid)
        # Edits between the slices win: weights of variants that are gone are dropped.
        if self._is_newest(draw) and now and bandit.is_same_trial(draw.experiment, now):
            self._replace(now, bandit.optimised(now, weights, draw.at))

    def _is_newest(self, draw: Draw) -> bool:
        return self._newest.get(draw.experiment.uid) is draw

    def _replace(self, before: Experiment, after: Experiment) -> None:
        if after is not before:
            self._store.replace(before, after)
            self.history.add(before, after, self._clock())
