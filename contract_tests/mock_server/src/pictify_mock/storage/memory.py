"""The experiments in memory. A subclass adds a file, see `sqlite`."""

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
    """Every experiment that is not archived, by uid, slug and team."""

    def __init__(self) -> None:
        self._by_uid: dict[str, Experiment] = {}
        self._by_slug: dict[str, Experiment] = {}
        self._by_team: dict[Team, list[Experiment]] = {}
        self._uids: set[str] = set()  # of archived experiments, too
        # Of archived experiments the teams, by slug and by uid. A loaded state does not have them.
        self._archived: dict[str, Team | None] = {}
        self._owners: dict[str, Team] = {}
        self._recent = RecentEvents()

    def is_known(self, uid: str) -> bool:
        """Return True if an experiment has or had this uid."""
        return uid in self._uids

    def by_uid(self, uid: str) -> Experiment | None:
        return self._by_uid.get(uid)

    def by_slug(self, slug: str) -> Experiment | None:
        return self._by_slug.get(slug)

    def is_archived_slug(self, slug: str) -> bool:
        """Return True if an archived experiment had this slug and nobody has it now."""
        return slug in self._archived and slug not in self._by_slug

    def of_team(self, team: Team) -> Sequence[Experiment]:
        """Return the team's experiments, newest first, then by uid."""
        return self._by_team.get(team, ())

    def archived_of(self, team: Team) -> Sequence[str]:
        """Return the uids that the team archived, without those of a loaded state."""
        return [uid for uid, owner in self._owners.items() if owner is team]

    def everything(self) -> Sequence[Experiment]:
        return list(self._by_uid.values())

    def add(self, experiment: Experiment) -> None:
        self._uids.add(experiment.uid)
        insort(self._by_team.setdefault(experiment.team, []), experiment, key=_newest_first)
        self._index(experiment)

    def replace(self, old: Experiment, new: Experiment) -> None:
        """Store the new version of an experiment, or forget it if that is archived."""
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
        """Forget an experiment as if it had never been created."""
        self._uids.discard(uid)
        self._owners.pop(uid, None)
        self._recent.forget(uid)
        experiment = self._by_uid.pop(uid, None)
        if experiment is not None:
            rows = self._by_team[experiment.team]
            del rows[bisect_left(rows, _newest_first(experiment), key=_newest_first)]
            if self._by_slug.get(experiment.slug) is experiment:
                del self._by_slug[experiment.slug]

    def record(self, counted: Sequence[CountedEvent]) -> None:
        """Count these events and keep them."""
        for (experiment, variant), event in counted:
            events.count(variant.counter, event)
            self._recent.add(experiment.uid, event)

    def recent(self, uid: str) -> Sequence[RecordedEvent]:
        """Return the last events of an experiment, the oldest first. They are never in a file."""
        return self._recent.of(uid)

    def restore(self, experiments: Iterable[Experiment]) -> None:
        """Replace everything by these experiments, archived ones included."""
        # The methods are those of Store: a subclass would open its file and write to it.
        Store.__init__(self)
        # A live experiment may have the slug of an archived one, so it comes later.
        for experiment in sorted(experiments, key=_archived_first):
            Store.add(self, experiment)
            if experiment.status is Status.ARCHIVED:
                Store.replace(self, experiment, experiment)

    def new_staging(self) -> "Store":
        """Return an empty store to fill for `adopt`."""
        return Store()

    def adopt(self, staging: "Store") -> Iterable[None]:
        """Replace everything by what is staged, once these steps are done."""
        # Only these attributes: a subclass keeps its file.
        vars(self).update({name: vars(staging)[name] for name in vars(Store())})
        return ()

    def archived_names(self) -> tuple[list[str], list[str]]:
        """Return the uids and slugs of archived experiments, even if another has a slug now."""
        return sorted(self._uids - self._by_uid.keys()), sorted(self._archived)

    def add_archived_names(self, uids: Iterable[str], slugs: Iterable[str]) -> None:
        self._uids.update(uids)
        self._archived.update(dict.fromkeys(slugs))

    def add_recent(self, uid: str, events: Iterable[RecordedEvent]) -> None:
        """Keep these events without counting them."""
        for event in events:
            self._recent.add(uid, event)

    async def saved(self) -> None:
        """Return once all changes are safe. In memory they always are."""

    def close(self) -> None:
        """Release the file, if there is one."""

    def clear(self, team: Team | None = None) -> None:
        """Forget one team's experiments, or everything."""
        if team is None:
            Store.__init__(self)
            return
        for experiment in self._by_team.pop(team, ()):
            del self._by_uid[experiment.uid], self._by_slug[experiment.slug]
            self._recent.forget(experiment.uid)
        self._archived = {slug: by for slug, by in self._archived.items() if by is not team}
        for uid in self.archived_of(team):
            del self._owners[uid]

    def _index(self, experiment: Experiment) -> None:
        self._by_uid[experiment.uid] = experiment
        self._by_slug[experiment.slug] = experiment


def _newest_first(experiment: Experiment) -> tuple[float, str]:
    return -experiment.created_at.timestamp(), experiment.uid


def _archived_first(experiment: Experiment) -> tuple[bool, datetime]:
    return experiment.status is not Status.ARCHIVED, experiment.updated_at
