"""A store with a file. Responses wait until the changes that they show are committed."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.events import CountedEvent
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.teams import Team
from pictify_mock.storage import serialization
from pictify_mock.storage.memory import Store
from pictify_mock.storage.sqlite import SqliteFile, SqliteFileError

logger = logging.getLogger(__name__)


class DurableStore(Store):
    """Commits in groups: all changes of one turn of the event loop are one transaction.

    It writes on the event loop. So no request can build on a change that is rolled back, and a
    thread would cost more than the write: SQLite does not wait for the disk.
    """

    def __init__(self, file: Path, teams: Sequence[Team]) -> None:
        super().__init__()
        self._teams = tuple(teams)
        # Changes that the file does not have yet. None is a deletion.
        self._changed: dict[str, Experiment | bytes | None] = {}
        # The former entries of `_archived` for slugs that were archived since the last commit
        self._archived_before: dict[str, list[Team | None]] = {}
        self._all_changed = self._is_adopting = False
        self._waiting: list[asyncio.Future[None]] = []
        self._sqlite = SqliteFile(file)
        try:
            self._read()
        except SqliteFileError:
            self._sqlite.close()
            raise

    def add(self, experiment: Experiment) -> None:
        super().add(experiment)
        self._changed[experiment.uid] = experiment

    def replace(self, old: Experiment, new: Experiment) -> None:
        if new.status is Status.ARCHIVED:
            before = [self._archived[old.slug]] if old.slug in self._archived else []
            self._archived_before.setdefault(old.slug, before)
        super().replace(old, new)
        self._changed[new.uid] = new

    def record(self, counted: Sequence[CountedEvent]) -> None:
        super().record(counted)
        for uid in {target.experiment.uid for target, _ in counted}:
            # The target may be outdated: a bandit may have changed its weights since.
            current = self.by_uid(uid)
            if current is not None:
                self._changed[uid] = current

    def clear(self, team: Team | None = None) -> None:
        uids = self._uids
        if team is not None:
            uids = {*(each.uid for each in self.of_team(team)), *self.archived_of(team)}
        super().clear(team)
        self._changed.update(dict.fromkeys(uids))
        self._all_changed = True

    def new_staging(self) -> Store:
        return StagingStore(self._teams)

    def adopt(self, staging: Store) -> Iterator[None]:
        """Write first, in steps. Until the commit, requests see the old state and changes wait."""
        assert isinstance(staging, StagingStore)
        while self._is_adopting:  # another state
            yield
        removed = dict.fromkeys(self._uids - staging.documents.keys())
        self._is_adopting = True
        try:
            yield from self._sqlite.commit_in_steps([*removed.items(), *staging.documents.items()])
        except SqliteFileError as error:
            logger.error("%s", error)
            raise _unavailable() from None
        finally:
            self._is_adopting = False
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._commit)
        super().adopt(staging)
        self._changed.clear()  # changes of the old state
        self._archived_before.clear()
        self._all_changed = False

    async def saved(self) -> None:
        if not self._changed:
            return
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._commit)
        future = loop.create_future()
        self._waiting.append(future)
        await future

    def close(self) -> None:
        self._sqlite.commit(self._rows())
        self._sqlite.close()

    def _commit(self) -> None:
        if self._is_adopting:  # `adopt` calls this when it is done
            return
        refusal = None
        changed = list(self._changed)
        try:
            self._sqlite.commit(self._rows())
        except Exception as error:
            logger.error("%s", error, exc_info=not isinstance(error, SqliteFileError))
            self._roll_back(changed)
            refusal = _unavailable()
        self._archived_before.clear()
        self._all_changed = False
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            _settle(future, refusal)

    def _rows(self) -> list[tuple[str, bytes | None]]:
        changed, self._changed = self._changed, {}
        return [
            (uid, serialization.dump(each, self._teams) if isinstance(each, Experiment) else each)
            for uid, each in changed.items()
        ]

    def _roll_back(self, uids: Sequence[str]) -> None:
        """Return to the state of the file."""
        try:
            if self._all_changed:
                self._read()
            else:
                self._read_again(uids)
        except SqliteFileError as error:
            # Memory has changes that the file does not have, so no answer would be reliable.
            raise SystemExit(str(error)) from None

    def _read(self) -> None:
        self.restore(self._load(self._sqlite.documents()))

    def _read_again(self, uids: Sequence[str]) -> None:
        # Reading everything would block the loop for seconds.
        before = self._load(self._sqlite.documents_of(uids))
        for uid in uids:
            self.drop(uid)
        for slug, teams in self._archived_before.items():
            self._archived.pop(slug, None)
            for team in teams:
                self._archived[slug] = team
        for experiment in before:
            super().add(experiment)

    def _load(self, documents: Iterable[str]) -> list[Experiment]:
        try:
            return [serialization.load(document, self._teams) for document in documents]
        except IndexError:
            problem = "has experiments of more teams than there are API keys; give them all"
            raise self._sqlite.error(problem) from None
        except (KeyError, TypeError, ValueError):
            problem = "has a document that this server cannot read; name another file"
            raise self._sqlite.error(problem) from None


class StagingStore(Store):
    """Serializes each experiment as it comes, so that less is left to do in the commit."""

    def __init__(self, teams: Sequence[Team]) -> None:
        super().__init__()
        self._teams = teams
        self.documents: dict[str, bytes] = {}

    def add(self, experiment: Experiment) -> None:
        super().add(experiment)
        self.documents[experiment.uid] = serialization.dump(experiment, self._teams)


def _unavailable() -> Refusal:
    return Refusal("storage-unavailable", "Nothing was changed; try again later.")


def _settle(future: asyncio.Future[None], error: Exception | None = None) -> None:
    if future.done():  # cancelled, since the client is gone
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
