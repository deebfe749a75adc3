"""A store whose every answer waits until what it tells is in the journal."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from . import documents
from .domain.errors import Refusal
from .journal import Journal, JournalError
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .domain.events import Hit
    from .domain.experiment import Experiment
    from .domain.teams import Team

    Rows = list[tuple[str, bytes | None]]
    Job = tuple[Rows, asyncio.Future[None]]

logger = logging.getLogger(__name__)


class DurableStore(Store):
    """Commits in groups: while one is written, what else changes gathers for the next."""

    def __init__(self, file: Path, teams: Sequence[Team]) -> None:
        super().__init__()
        self._teams = tuple(teams)
        self._changed: dict[str, Experiment | None] = {}  # what the file does not have yet; None is gone
        self._waiting: list[asyncio.Future[None]] = []
        self._writing: asyncio.Task[None] | None = None
        self._journal = Journal(file)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._writer = Thread(target=self._commit, name="journal", daemon=True)
        try:
            self._read()
        except JournalError:
            self._journal.close()
            raise
        self._writer.start()

    def add(self, experiment: Experiment) -> None:
        super().add(experiment)
        self._changed[experiment.uid] = experiment

    def replace(self, old: Experiment, new: Experiment) -> None:
        super().replace(old, new)
        self._changed[new.uid] = new

    def count(self, hit: Hit) -> None:
        super().count(hit)
        current = self.by_uid(hit.experiment.uid)  # a bandit may have moved its weights since the hit was judged
        if current is not None:
            self._changed[current.uid] = current

    def clear(self, team: Team | None = None) -> None:
        gone = self._uids if team is None else {experiment.uid for experiment in self.of_team(team)}
        super().clear(team)
        self._changed.update(dict.fromkeys(gone))

    async def saved(self) -> None:
        if not self._changed and self._writing is None:
            return
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.append(future)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        await future

    def close(self) -> None:
        self._jobs.put(None)
        self._writer.join()
        self._journal.commit(self._rows())
        self._journal.close()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                if rows := self._rows():
                    done = loop.create_future()
                    self._jobs.put((rows, done))
                    await done
            except Exception as error:
                logger.error("%s", error, exc_info=not isinstance(error, JournalError))
                self._take_back(waiting)
            for future in waiting:
                _settle(future)
        self._writing = None

    def _commit(self) -> None:
        """The writer thread. An executor would do, but costs more than the commit."""
        for rows, done in iter(self._jobs.get, None):
            error = None
            try:
                self._journal.commit(rows)
            except Exception as problem:
                error = problem
            with suppress(RuntimeError):  # the loop has ended meanwhile
                done.get_loop().call_soon_threadsafe(_settle, done, error)

    def _rows(self) -> Rows:
        changed, self._changed = self._changed, {}
        return [
            (uid, None if experiment is None else documents.dump(experiment, self._teams))
            for uid, experiment in changed.items()
        ]

    def _take_back(self, waiting: Sequence[asyncio.Future[None]]) -> None:
        """Return to what the file has: neither what failed nor what was built upon it ever happened."""
        try:
            self._read()
        except JournalError as error:
            raise SystemExit(str(error)) from None  # the memory claims what may not be, and nobody can tell
        for future in (*waiting, *self._waiting):
            _settle(future, Refusal("storage-unavailable", "Nothing was changed; try again later."))
        self._waiting.clear()
        self._changed.clear()

    def _read(self) -> None:
        """Have what the file has."""
        try:
            self.restore([documents.load(text, self._teams) for text in self._journal.documents()])
        except IndexError:
            raise self._journal.error("has experiments of more teams than there are API keys; give them all") from None
        except (KeyError, TypeError, ValueError):
            raise self._journal.error("has a document that this server cannot read; name another file") from None


def _settle(future: asyncio.Future[None], error: Exception | None = None) -> None:
    if future.done():  # who waited is gone
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
