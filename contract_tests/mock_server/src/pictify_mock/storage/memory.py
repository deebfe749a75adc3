"""What the server remembers.

Handlers know these few methods only, so that a journal on disk can stand behind them.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from datetime import datetime

from pictify_mock.domain import events
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import CountedEvent, RecordedEvent
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.teams import Team
from pictify_mock.storage.recent_events import RecentEvents


class Store:
    """Every experiment that is not archived, found by uid, by slug and by team."""

    def __init__(self) -> None:
        self._by_uid: dict[str, Experiment] = {}
        self._by_slug: dict[str, Experiment] = {}
        self._by_team: dict[Team, list[Experiment]] = {}
        self._uids: set[str] = set()
        self._archived: dict[
            str, Team | None
        ] = {}  # by slug; of a loaded state nobody knows the team
        self._owners: dict[str, Team] = {}  # of archived experiments, by uid
        self._recent = RecentEvents()

    def known(self, uid: str) -> bool:
        """Whether the uid was ever given, archived experiments included."""
        return uid in self._uids

    def by_uid(self, uid: str) -> Experiment | None:
        return self._by_uid.get(uid)

    def by_slug(self, slug: str) -> Experiment | None:
        return self._by_slug.get(slug)

    def archived(self, slug: str) -> bool:
        """Whether an archived experiment left this slug, and nobody has it now."""
        return slug in self._archived and slug not in self._by_slug

    def of_team(self, team: Team) -> Sequence[Experiment]:
        """Newest first, and by uid what was created in the same millisecond."""
        return self._by_team.get(team, ())

    def archived_of(self, team: Team) -> Sequence[str]:
        """The uids of the team's archived experiments, as far as they were not loaded."""
        return [uid for uid, owner in self._owners.items() if owner is team]

    def everything(self) -> Sequence[Experiment]:
        return list(self._by_uid.values())

    def add(self, experiment: Experiment) -> None:
        self._uids.add(experiment.uid)
        insort(self._by_team.setdefault(experiment.team, []), experiment, key=_newest_first)
        self._index(experiment)

    def replace(self, old: Experiment, new: Experiment) -> None:
        """Put the new state of an experiment where the old one was; an archived one is forgotten."""
        rows = self._by_team[old.team]
        place = bisect_left(rows, _newest_first(old), key=_newest_first)
        del self._by_slug[old.slug]
        if new.status is Status.ARCHIVED:
            del rows[place], self._by_uid[old.uid]
            self._recent.forget(old.uid)
            self._archived[old.slug] = self._owners[old.uid] = old.team
        else:
            rows[place] = new
            self._index(new)

    def drop(self, uid: str) -> None:
        """Forget an experiment as if it had never been made."""
        self._uids.discard(uid)
        self._owners.pop(uid, None)
        self._recent.forget(uid)
        experiment = self._by_uid.pop(uid, None)
        if experiment is not None:
            rows = self._by_team[experiment.team]
            del rows[bisect_left(rows, _newest_first(experiment), key=_newest_first)]
            if self._by_slug.get(experiment.slug) is experiment:
                del self._by_slug[experiment.slug]

    def record(self, hits: Sequence[CountedEvent]) -> None:
        """Count these events and keep them."""
        for (experiment, variant), seen in hits:
            events.count(variant.counter, seen)
            self._recent.add(experiment.uid, seen)

    def recent(self, uid: str) -> Sequence[RecordedEvent]:
        """The last events of an experiment, the oldest first. They end with the process; what they counted need not."""
        return self._recent.of(uid)

    def restore(self, experiments: Iterable[Experiment]) -> None:
        """Hold these experiments, archived ones included, and no others."""
        Store.__init__(self)
        for experiment in sorted(
            experiments, key=_archived_first
        ):  # a slug may have found another holder since
            Store.add(self, experiment)
            if experiment.status is Status.ARCHIVED:
                Store.replace(self, experiment, experiment)

    def successor(self) -> "Store":
        """An empty store that this one may become, once it is filled."""
        return Store()

    def become(self, successor: "Store") -> Iterable[None]:
        """Hold what the other one holds, and nothing else, once these steps are done."""
        vars(self).update({name: vars(successor)[name] for name in vars(Store())})
        return ()

    def gone(self) -> tuple[list[str], list[str]]:
        """The uids of archived experiments, and the slugs that they left, whoever has one now."""
        return sorted(self._uids - self._by_uid.keys()), sorted(self._archived)

    def remember(self, uids: Iterable[str], slugs: Iterable[str]) -> None:
        self._uids.update(uids)
        self._archived.update(dict.fromkeys(slugs))

    def recall(self, uid: str, events: Iterable[RecordedEvent]) -> None:
        self._recent.extend(uid, events)

    async def saved(self) -> None:
        """Return once all that was changed is safe, which in memory it always is."""

    def close(self) -> None:
        """Let go of what outlives the process."""

    def clear(self, team: Team | None = None) -> None:
        """Forget one team's experiments, or everything."""
        if team is None:
            Store.__init__(self)
            return
        for experiment in self._by_team.pop(team, ()):
            del self._by_uid[experiment.uid], self._by_slug[experiment.slug]
            self._recent.forget(experiment.uid)
        self._archived = {
            slug: left_by for slug, left_by in self._archived.items() if left_by is not team
        }
        for uid in self.archived_of(team):
            del self._owners[uid]

    def _index(self, experiment: Experiment) -> None:
        self._by_uid[experiment.uid] = experiment
        self._by_slug[experiment.slug] = experiment


def _newest_first(experiment: Experiment) -> tuple[float, str]:
    return -_timestamp(experiment.created_at), experiment.uid


def _archived_first(experiment: Experiment) -> tuple[bool, datetime]:
    return experiment.status is not Status.ARCHIVED, experiment.updated_at


def _timestamp(moment: datetime) -> float:
    return moment.timestamp()
