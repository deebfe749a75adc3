"""The one place that decides whether a request may be sent: nothing but this run's own data is ever touched."""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pictify_conformance.http.ownership import Ownership, is_plain_segment

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
READS = SAFE_METHODS - {"TRACE"}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
SHORTEST_SLUG = 3
PICTURE = re.compile(r"/s/[^/]+/.+\.(?:png|jpe?g|webp)")
CLIMBS = (".", "..")
CUTS = re.compile(
    r"[/\\%]"
)  # in a decoded segment: what a server that decodes late, or twice, reads as more
API = "/experiments/api"
RESERVED_SLUGS = ("events", "api", "admin", "health", "status", "pixel", "track", "sdk")


class Trespass(Exception):
    """A request that might touch what the run did not create. It was not sent."""


class ForeignAnswer(Trespass):
    """The same, about an experiment that a server gave in answer to a create of something else."""


class NeedsToWrite(Exception):
    """A test wanted more than to read, in a run that only reads. Nothing was sent."""


class Guard(Ownership):
    """Refuses calls that change or count anything but the run's own experiments.

    A made-up uid is the run's own because it holds the run's token, which nobody can guess, and so is a slug that
    is visited. A slug too short to hold it may only be created. A picture in a folder, where the image of an
    experiment may lead, is a file: to read it is no visit.

    A path is judged as a server may read it: decoded, with `.` and `..` resolved, without empty segments. A call
    that changes something is refused if servers may differ about where its segments begin and lead.

    A guard that only reads lets nothing else pass, and no visit, which may be counted.
    """

    def __init__(
        self, base_url: str, token: str, *, read_only: bool = False, journal: Path | None = None
    ) -> None:
        super().__init__(token, journal)
        self._origin, self._base_path = (
            _origin(base_url),
            _resolved(urlsplit(base_url).path).rstrip("/"),
        )
        self._read_only = read_only

    def admit(self, method: str, url: str, body: bytes) -> None:
        """Raise `Trespass` unless the request reads only, or changes only what is the run's own; note what it sends."""
        method, path = method.upper(), self._path(url)
        if _origin(url) != self._origin:
            raise Trespass(f"{method} {url} was not sent: it leads away from the server under test")
        if self._read_only and (method not in READS or path.startswith("/s/")):
            does = "may be counted" if method in READS else "writes"
            raise NeedsToWrite(f"{method} {path} {does}, and the run is --read-only")
        if path == "/s/events":
            allowed = method in SAFE_METHODS or all(
                map(self._is_own_slug, _event_slugs(_parsed(body)))
            )
        elif path.startswith("/s/"):
            slug = path.split("/")[2].partition(".")[0]  # of <slug>.<format>
            is_picture = bool(slug and PICTURE.fullmatch(path) and method in READS)
            allowed = self._token in slug or is_picture
        elif method in SAFE_METHODS:
            allowed = True
        elif path == API:
            allowed = method == "POST" and self._may_create(_parsed(body))
        else:
            allowed = path.startswith(API + "/") and self._may_change(path, url)
        if not allowed:
            raise Trespass(f"{method} {path} was not sent: it names nothing that this run created")
        if method not in SAFE_METHODS and path.startswith(API):
            self.note_sent(_parsed(body))

    def observe(self, method: str, url: str, sent: bytes, status: int, body: bytes) -> None:
        """Remember the uid of an experiment that a successful create made, and what a delete was answered."""
        method, path = method.upper(), self._path(url)
        is_taken = 200 <= status < 300
        if method == "POST" and path == API and is_taken:
            self.note_created(_parsed(sent), _parsed(body))
        elif method == "DELETE" and path.startswith(API + "/"):
            uid = path.split("/")[3]
            self.note_delete(uid, status)
            if is_taken:
                self.note_removed(uid)

    def _path(self, url: str) -> str:
        """Return the path below that of the server under test, as a server may read it."""
        path = _resolved(urlsplit(url).path)
        is_below = path == self._base_path or path.startswith(self._base_path + "/")
        return path.removeprefix(self._base_path) if is_below else path

    def _may_change(self, path: str, url: str) -> bool:
        """Return True if the path leads to an own experiment, or one of a made-up uid, and to nothing else."""
        uid = path.split("/")[3]
        if uid in self.foreign:
            raise ForeignAnswer(
                f"{path} was not called: a create was answered with it, and it is not what was sent"
            )
        segments = [unquote(segment) for segment in urlsplit(url).path.split("/")]
        is_plain = not any(segment in CLIMBS or CUTS.search(segment) for segment in segments)
        return is_plain and (uid in self.uids or (self._token in uid and is_plain_segment(uid)))

    def _is_own_slug(self, slug: object) -> bool:
        return not isinstance(slug, str) or self._token in slug

    def _may_create(self, body: Any) -> bool:
        slug = body.get("slug") if isinstance(body, dict) else None
        usable = SLUG.fullmatch(str(slug)) and slug not in RESERVED_SLUGS
        return not usable or self._is_own_slug(slug) or len(str(slug)) == SHORTEST_SLUG


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _resolved(path: str) -> str:
    """Return a path as a lenient server may read it; `posixpath` would keep two slashes at its beginning."""
    return posixpath.normpath("/" + unquote(path).replace("\\", "/").lstrip("/"))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _event_slugs(events: Any) -> Iterator[object]:
    for event in events if isinstance(events, list) else [events]:
        if isinstance(event, dict):
            yield event.get("experiment")
