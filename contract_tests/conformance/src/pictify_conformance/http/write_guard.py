"""The guard of every request: it refuses to touch anything but the run's own experiments."""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pictify_conformance.http.ownership import Ownership, is_plain_segment
from pictify_conformance.results.operations import Operations

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
READS = SAFE_METHODS - {"TRACE"}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
SHORTEST_SLUG = 3
IMAGE_FILE = re.compile(r"/s/[^/]+/.+\.(?:png|jpe?g|webp)")
DOT_SEGMENTS = (".", "..")
# In a decoded segment: a server that decodes late, or twice, reads these as a separator.
SEPARATORS = re.compile(r"[/\\%]")
API = "/experiments/api"
RESERVED_SLUGS = ("events", "api", "admin", "health", "status", "pixel", "track", "sdk")


class ForbiddenRequest(Exception):
    """The request might touch what the run did not create. It was not sent."""


class ForeignAnswer(ForbiddenRequest):
    """The request names an experiment that a create returned and that differs from the sent one."""


class NeedsToWrite(Exception):
    """The request does more than read, and the run is read-only. It was not sent."""


class Guard(Ownership):
    """Refuse requests that change or count anything but the run's own experiments.

    A made-up uid or slug that contains the run's token is the run's own: nobody can guess it. A
    slug too short for the token may be created, but not visited. An image file in a folder, where
    an image link may redirect to, is not a visit.

    A path is judged as a lenient server reads it: decoded, with `.` and `..` resolved, without
    empty segments. A write is refused if servers may disagree about its segments.

    A read-only guard refuses all other requests, and visits, because they may be counted.
    """

    def __init__(
        self, base_url: str, token: str, *, read_only: bool = False, cleanup_log: Path | None = None
    ) -> None:
        super().__init__(token, cleanup_log)
        self.operations = Operations()
        self._origin = _origin(base_url)
        self._base_path = _resolved(urlsplit(base_url).path).rstrip("/")
        self._read_only = read_only

    def admit(self, method: str, url: str, body: bytes) -> None:
        """Note what the request sends, or refuse it.

        Raises:
            ForbiddenRequest: it may touch what is not the run's own.
            NeedsToWrite: it does not only read, and the run is read-only.
        """
        method, path = method.upper(), self._path(url)
        if _origin(url) != self._origin:
            raise ForbiddenRequest(f"{method} {url} was not sent: it is for another server")
        if self._read_only and (method not in READS or path.startswith("/s/")):
            does = "may be counted" if method in READS else "writes"
            raise NeedsToWrite(f"{method} {path} {does}, and the run is --read-only")
        if not self._is_allowed(method, path, url, body):
            raise ForbiddenRequest(
                f"{method} {path} was not sent: it names nothing that this run created"
            )
        if method not in SAFE_METHODS and path.startswith(API):
            self.note_sent(_parsed(body))

    def _is_allowed(self, method: str, path: str, url: str, body: bytes) -> bool:
        if path == "/s/events":
            slugs = _event_slugs(_parsed(body))
            return method in SAFE_METHODS or all(map(self._is_own_slug, slugs))
        if path.startswith("/s/"):
            slug = path.split("/")[2].partition(".")[0]  # of <slug>.<format>
            is_image_file = bool(slug and IMAGE_FILE.fullmatch(path) and method in READS)
            return self._token in slug or is_image_file
        if method in SAFE_METHODS:
            return True
        if path == API:
            return method == "POST" and self._may_create(_parsed(body))
        return path.startswith(API + "/") and self._may_change(path, url)

    def observe(self, method: str, url: str, sent: bytes, status: int, body: bytes) -> None:
        """Note the uid that a successful create shows, and the status of a delete."""
        method, path = method.upper(), self._path(url)
        is_success = 200 <= status < 300
        if method == "POST" and path == API and is_success:
            self.note_created(_parsed(sent), _parsed(body))
        elif method == "DELETE" and path.startswith(API + "/"):
            uid = path.split("/")[3]
            self.note_delete(uid, status)
            if is_success:
                self.note_removed(uid)

    def note_call(self, operation_id: str, url: str, sent: bytes, status: int) -> None:
        """Note the answer to the owner's call of an operation, unless its body is not JSON."""
        if self.operations.is_settled(operation_id):
            return
        body = _parsed(sent)
        if body is None and sent:
            return
        parts = self._path(url).split("/")
        name = parts[2].partition(".")[0] if parts[1] == "s" else "".join(parts[3:4])
        if operation_id == "trackExperimentEvents":
            name = str(next(_event_slugs(body), ""))
        elif operation_id == "createExperiment" and status < 300 and isinstance(body, dict):
            for uid in self.created[-1:]:
                self.operations.note_created(uid, body.get("slug"))
        self.operations.note_call(operation_id, name, status)

    def _path(self, url: str) -> str:
        """Return the path below the base URL, as a lenient server reads it."""
        path = _resolved(urlsplit(url).path)
        is_below = path == self._base_path or path.startswith(self._base_path + "/")
        return path.removeprefix(self._base_path) if is_below else path

    def _may_change(self, path: str, url: str) -> bool:
        """Return True if every server reads the path as an own or made-up experiment's."""
        uid = path.split("/")[3]
        if uid in self.foreign:
            raise ForeignAnswer(
                f"{path} was not called: a create was answered with it, and it is not what was sent"
            )
        segments = [unquote(segment) for segment in urlsplit(url).path.split("/")]
        if any(segment in DOT_SEGMENTS or SEPARATORS.search(segment) for segment in segments):
            return False
        return uid in self.uids or (self._token in uid and is_plain_segment(uid))

    def _is_own_slug(self, slug: object) -> bool:
        return not isinstance(slug, str) or self._token in slug

    def _may_create(self, body: Any) -> bool:
        slug = body.get("slug") if isinstance(body, dict) else None
        is_valid = SLUG.fullmatch(str(slug)) and slug not in RESERVED_SLUGS
        return not is_valid or self._is_own_slug(slug) or len(str(slug)) == SHORTEST_SLUG


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _resolved(path: str) -> str:
    # posixpath keeps two slashes at the beginning, so take all of them off first.
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
