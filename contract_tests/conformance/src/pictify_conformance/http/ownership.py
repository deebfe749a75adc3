"""The experiments of a run: recognised by what the run sent, and listed until they are removed."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any

PLAIN = re.compile(r"[^\s/\\?#%;\x00-\x20\x7f-\x9f\ud800-\udfff]+")
OTHER_PATHS = (".", "..", "quota")  # as a uid, these would lead to another path
MAX_NAME = 100  # characters that a message shows of a name


def is_plain_segment(uid: str) -> bool:
    """Return True if every server reads the uid as exactly one segment of a path."""
    return PLAIN.fullmatch(uid) is not None and uid not in OTHER_PATHS


class Ownership:
    """Decide which experiments are the run's own, by what it sent, never by what a server shows.

    - The response to a create shows an own experiment if its slug is the one that was sent. A slug
      without the run's token (one of three characters) may be somebody else's: then the name must
      be the one that was sent too, and must contain the token.
    - A row of a list is an own experiment if a create or an update sent exactly its slug, with the
      same condition on slugs without the token. So a create that was answered with an error is
      found too.
    - Nothing else counts: no prefix and no name. After a create without a slug, the experiment that
      the server shows is only reported.
    - A uid that is not a single path segment is never used. Its experiment is reported as left.

    What is sent is first written to the cleanup log, so that another process can clean up after
    this one was killed.
    """

    def __init__(self, token: str, cleanup_log: Path | None = None) -> None:
        self._token, self._cleanup_log = token, cleanup_log
        self._slugs: set[str] = set()
        self._names: set[str] = set()
        self.uids: set[str] = set()
        self.created: list[str] = []
        self.foreign: dict[str, str] = {}
        """Slug and uid, by uid, of experiments that look like the run's own and may not be."""
        self.delete_statuses: set[int] = set()
        """The statuses of deletes of own experiments."""
        self.created_without_uid: set[str] = set()
        """Slugs of creates that succeeded without showing a uid, until a list shows them."""
        self._left: dict[str, str] = {}  # labels by uid, or by label where the uid is not usable

    def note_sent(self, body: Any) -> None:
        """Note the slug and name of a create or an update that is about to be sent."""
        if not isinstance(body, dict):
            return
        slug, name = body.get("slug"), body.get("name")
        self._log("sent", {"slug": slug, "name": name})
        if isinstance(slug, str):
            self._slugs.add(slug)
        if isinstance(name, str) and self._token in name:
            self._names.add(name)

    def _log(self, kind: str, value: Any) -> None:
        if self._cleanup_log:
            with self._cleanup_log.open("a", encoding="ascii") as log:
                log.write(json.dumps([kind, value]) + "\n")

    def read_cleanup_log(self, path: Path) -> None:
        """Take over what another process logged. Its last line may be cut off."""
        for line in path.read_text(encoding="ascii").splitlines():
            with contextlib.suppress(ValueError):
                match json.loads(line):
                    case ["sent", body]:
                        self.note_sent(body)
                    case ["own", experiment]:
                        self._take(experiment)
                    case ["removed", uid]:
                        self.note_removed(uid)

    def note_created(self, sent: Any, answer: Any) -> None:
        """Take the uid from the response to a create, if it shows what was sent."""
        sent = sent if isinstance(sent, dict) else {}
        shown = answer.get("experiment", answer) if isinstance(answer, dict) else None
        if not isinstance(shown, dict) or not isinstance(uid := shown.get("uid"), str):
            if isinstance(slug := sent.get("slug"), str) and self._token in slug:
                self.created_without_uid.add(slug)
        elif not self._shows_what_was_sent(sent, shown):
            self.note_foreign(shown)
        elif self._take(shown):
            self.created.append(uid)

    def adopt(self, row: dict[str, Any]) -> bool:
        """Register a row of a list if it is own. Return True if its uid can be used."""
        return self.owns(row) and self._take(row)

    def owns(self, row: dict[str, Any]) -> bool:
        """Return True if a row of a list is an experiment of the run."""
        slug, name = str(row.get("slug")), str(row.get("name"))
        return slug in self._slugs and (self._token in slug or name in self._names)

    def note_delete(self, uid: str, status: int) -> None:
        """Note the status of the delete of an own experiment."""
        if uid in self.uids:
            self.delete_statuses.add(status)

    def note_removed(self, uid: str) -> None:
        if self._left.pop(uid, None):
            self._log("removed", uid)

    def note_left_without_uid(self, description: str) -> None:
        """Note that experiments may be left of which no uid is known."""
        self._left.setdefault(description, description)

    def note_foreign(self, experiment: dict[str, Any]) -> None:
        """Note an experiment that looks like the run's own and may be somebody else's."""
        if (uid := str(experiment.get("uid"))) not in self.uids:
            self.foreign[uid] = _label(experiment)

    def left_uids(self) -> list[str]:
        return [uid for uid in self._left if uid in self.uids]

    def left(self) -> list[str]:
        """Return slug and uid of each experiment that the run created and did not remove."""
        return list(self._left.values())

    def _shows_what_was_sent(self, sent: dict[str, Any], shown: dict[str, Any]) -> bool:
        slug, name = sent.get("slug"), sent.get("name")
        if not isinstance(slug, str) or shown.get("slug") != slug:
            return False
        is_own_name = isinstance(name, str) and self._token in name and shown.get("name") == name
        return self._token in slug or is_own_name

    def _take(self, experiment: dict[str, Any]) -> bool:
        uid, label = str(experiment.get("uid")), _label(experiment)
        self._log("own", {"slug": experiment.get("slug"), "uid": uid})
        self.created_without_uid.discard(str(experiment.get("slug")))
        if not is_plain_segment(uid):
            self._left.setdefault(label, label)
            return False
        self._left.setdefault(uid, label)
        self.uids.add(uid)
        self.foreign.pop(uid, None)
        return True


def _label(experiment: dict[str, Any]) -> str:
    return f"{_word(str(experiment.get('slug')))} {_word(str(experiment.get('uid')))}"


def _word(name: str) -> str:
    """Return a name as one printable word."""
    is_short = len(name) <= MAX_NAME
    return name if is_short and is_plain_segment(name) else ascii(name[:MAX_NAME])
