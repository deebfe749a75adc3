"""A store whose every answer waits until what it tells is in the journal."""

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
from pictify_mock.storage.journal import Journal, JournalError
from pictify_mock.storage.memory import Store

logger = logging.getLogger(__name__)


class DurableStore(Store):
    """Commits in groups: what was changed in one turn of the event loop is one transaction.

    It is written on the loop itself. Nothing can be built upon what then fails, and a thread would
    cost more than the write, which SQLite hands to the system without waiting for the disk.
    """

    def __init__(self, file: Path, teams: Sequence[Team]) -> None:
        super().__init__()
        self._teams = tuple(teams)
        self._changed: dict[
            str, Experiment | bytes | None
        ] = {}  # what the file does not have yet; None is gone
        self._left: dict[
            str, list[Team | None]
        ] = {}  # by what was archived since: the slugs, and who had left them
        self._all_changed = self._becoming = False
        self._waiting: list[asyncio.Future[None]] = []
        self._journal = Journal(file)
        try:
            self._read()
        except JournalError:
            self._journal.close()
            raise

    def add(self, experiment: Experiment) -> None:
        super().add(experiment)
        self._changed[experiment.uid] = experiment

    def replace(self, old: Experiment, new: Experiment) -> None:
        if new.status is Status.ARCHIVED:
            self._left.setdefault(
                old.slug, [self._archived[old.slug]] if old.slug in self._archived else []
            )
        super().replace(old, new)
        self._changed[new.uid] = new

    def record(self, hits: Sequence[CountedEvent]) -> None:
        super().record(hits)
        for uid in {target.experiment.uid for target, _ in hits}:
            current = self.by_uid(
                uid
            )  # a bandit may have moved its weights since the hit was judged
            if current is not None:
                self._changed[uid] = current

    def clear(self, team: Team | None = None) -> None:
        gone = (
            self._uids
            if team is None
            else {*(each.uid for each in self.of_team(team)), *self.archived_of(team)}
        )
        super().clear(team)
        self._changed.update(dict.fromkeys(gone))
        self._all_changed = True

    def successor(self) -> Store:
        return Successor(self._teams)

    def become(self, successor: Store) -> Iterator[None]:
        """Write first, in steps: until all is committed, requests see the old experiments, and changes wait."""
        assert isinstance(successor, Successor)
        while self._becoming:  # another one
            yield
        gone = self._uids - successor.documents.keys()
        self._becoming = True
        try:
            yield from self._journal.commit_in_steps(
                [*dict.fromkeys(gone).items(), *successor.documents.items()]
            )
        except JournalError as error:
            logger.error("%s", error)
            raise _unavailable() from None
        finally:
            self._becoming = False
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._commit)
        super().become(successor)
        self._changed.clear()  # that was of the old experiments
        self._left.clear()
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
        self._journal.commit(self._rows())
        self._journal.close()

    def _commit(self) -> None:
        if self._becoming:  # calls this again
            return
        refusal = None
        changed = list(self._changed)
        try:
            self._journal.commit(self._rows())
        except Exception as error:
            logger.error("%s", error, exc_info=not isinstance(error, JournalError))
            self._take_back(changed)
            refusal = _unavailable()
        self._left.clear()
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

    def _take_back(self, uids: Sequence[str]) -> None:
        """Return to what the file has: what failed never happened."""
        try:
            if self._all_changed:
                self._read()
            else:
                self._read_again(uids)
        except JournalError as error:
            raise SystemExit(
                str(error)
            ) from None  # the memory claims what may not be, and nobody can tell

    def _read(self) -> None:
        """Have what the file has."""
        self.restore(self._loaded(self._journal.documents()))

    def _read_again(self, uids: Sequence[str]) -> None:
        """Have what the file has of these. To read it all takes seconds, while every request waits."""
        before = self._loaded(self._journal.documents_of(uids))
        for uid in uids:
            self.drop(uid)
        for slug, teams in self._left.items():
            self._archived.pop(slug, None)
            for team in teams:
                self._archived[slug] = team
        for experiment in before:
            super().add(experiment)

    def _loaded(self, texts: Iterable[str]) -> list[Experiment]:
        try:
            return [serialization.load(text, self._teams) for text in texts]
        except IndexError:
            raise self._journal.error(
                "has experiments of more teams than there are API keys; give them all"
            ) from None
        except (KeyError, TypeError, ValueError):
            raise self._journal.error(
                "has a document that this server cannot read; name another file"
            ) from None


class Successor(Store):
    """Writes the document of each experiment as it comes, so that there is less to do when all are committed."""

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
    if future.done():  # who waited is gone
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
