"""What a run has made: the slugs and names that it sent, the uids that came of them, and what is left of those."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any

PLAIN = re.compile(r"[^\s/\\?#%;\x00-\x20\x7f-\x9f\ud800-\udfff]+")
OTHER_PATHS = (".", "..", "quota")  # a uid of these leads elsewhere
LONGEST_NAME = 100  # characters of a name that is told


def is_plain_segment(uid: str) -> bool:
    """Return True if a uid, put into a path, is one segment of it and every server reads it so."""
    return PLAIN.fullmatch(uid) is not None and uid not in OTHER_PATHS


class Ownership:
    """Decides which experiments are the run's own, by what the run sent and never by what a server shows alone.

    The answer to a create is about an own experiment if its slug is the one that was sent. A slug that does not
    hold the run's token, as one of three characters cannot, may be somebody else's: then the name has to be the
    one that was sent, too, and to hold the token. The answer to a create without a slug makes nothing own.

    A row of a list is an own experiment if its slug is exactly one that a create or an update sent, with the same
    care for slugs without the token. So what a create made is found again even if its answer was an error. Nothing
    else counts, neither a prefix nor a name: what a server makes of a create without a slug is only told.

    A uid that would not be a single segment of a path is never used, not even of an own experiment, which is then
    named as left behind.

    What is sent is written to the journal first, so that another process can clean up after one that was killed.
    """

    def __init__(self, token: str, journal: Path | None = None) -> None:
        self._token, self._journal = token, journal
        self._slugs: set[str] = set()
        self._names: set[str] = set()
        self.uids: set[str] = set()
        self.created: list[str] = []
        self.foreign: dict[str, str] = {}
        """What was shown as if it were the run's own and is not certain to be: slug and uid, by uid."""
        self.delete_statuses: set[int] = set()
        """How the deletes of own experiments were answered."""
        self.unaddressed: set[str] = set()
        """Slugs of creates that succeeded and told no uid, as long as no list shows them."""
        self._left: dict[str, str] = {}  # by uid, or where that is odd by what is told

    def note_sent(self, body: Any) -> None:
        """Note slug and name of a create or an update that is about to be sent."""
        if not isinstance(body, dict):
            return
        slug, name = body.get("slug"), body.get("name")
        self._write("sent", {"slug": slug, "name": name})
        if isinstance(slug, str):
            self._slugs.add(slug)
        if isinstance(name, str) and self._token in name:
            self._names.add(name)

    def _write(self, kind: str, *values: Any) -> None:
        """Write to the journal, in one piece."""
        if self._journal:
            with self._journal.open("a", encoding="ascii") as journal:
                journal.write(json.dumps([kind, *values]) + "\n")

    def note_journal(self, journal: Path) -> None:
        """Note what another process has written; its last line may be cut off."""
        for line in journal.read_text(encoding="ascii").splitlines():
            with contextlib.suppress(ValueError):
                match json.loads(line):
                    case ["sent", body]:
                        self.note_sent(body)
                    case ["own", experiment]:
                        self._take(experiment)
                    case ["removed", uid]:
                        self.note_removed(uid)

    def note_created(self, sent: Any, answer: Any) -> None:
        """Take the uid that the answer to a create names, if it is about what was sent."""
        made = answer.get("experiment", answer) if isinstance(answer, dict) else None
        if not isinstance(made, dict) or not isinstance(uid := made.get("uid"), str):
            slug = sent.get("slug") if isinstance(sent, dict) else None
            self.unaddressed |= {slug} if isinstance(slug, str) and self._token in slug else set()
            return
        if isinstance(sent, dict) and self._is_of(sent, made):
            if self._take(made):
                self.created.append(uid)
        else:
            self.note_foreign(made)

    def adopt(self, row: dict[str, Any]) -> bool:
        """Return True if a row of a list is an own experiment that can be addressed; it is noted then."""
        return self.owns(row) and self._take(row)

    def owns(self, row: dict[str, Any]) -> bool:
        """Return True if a row of a list is an experiment of the run."""
        slug, name = str(row.get("slug")), str(row.get("name"))
        return slug in self._slugs and (self._token in slug or name in self._names)

    def note_delete(self, uid: str, status: int) -> None:
        """Note how the delete of an own experiment was answered."""
        if uid in self.uids:
            self.delete_statuses.add(status)

    def note_removed(self, uid: str) -> None:
        """Note that an experiment is gone."""
        if self._left.pop(uid, None):
            self._write("removed", uid)

    def note_unlisted(self, told: str) -> None:
        """Note that there may be more than is known by uid."""
        self._left.setdefault(told, told)

    def note_foreign(self, experiment: dict[str, Any]) -> None:
        """Note an experiment that looks like the run's own and is not certain to be."""
        if (uid := str(experiment.get("uid"))) not in self.uids:
            self.foreign[uid] = _told(experiment)

    def left_uids(self) -> list[str]:
        """Return the uids of what is left, as far as they can be addressed."""
        return [uid for uid in self._left if uid in self.uids]

    def left(self) -> list[str]:
        """Name slug and uid of each experiment that the run has made and not removed."""
        return list(self._left.values())

    def _is_of(self, sent: dict[str, Any], made: dict[str, Any]) -> bool:
        slug, name = sent.get("slug"), sent.get("name")
        by_name = isinstance(name, str) and self._token in name and made.get("name") == name
        return (
            isinstance(slug, str) and made.get("slug") == slug and (self._token in slug or by_name)
        )

    def _take(self, experiment: dict[str, Any]) -> bool:
        uid = str(experiment.get("uid"))
        self._write("own", {"slug": experiment.get("slug"), "uid": uid})
        is_plain, told = is_plain_segment(uid), _told(experiment)
        self.unaddressed.discard(str(experiment.get("slug")))
        self._left.setdefault(uid if is_plain else told, told)
        if not is_plain:
            return False
        self.uids.add(uid)
        self.foreign.pop(uid, None)
        return True


def _told(experiment: dict[str, Any]) -> str:
    return f"{_shown(str(experiment.get('slug')))} {_shown(str(experiment.get('uid')))}"


def _shown(name: str) -> str:
    """Return a name as one printable word."""
    return (
        name if len(name) <= LONGEST_NAME and is_plain_segment(name) else ascii(name[:LONGEST_NAME])
    )
