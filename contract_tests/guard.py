"""The one place that decides whether a request may be sent: nothing but this run's own data is ever touched."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from _pytest.outcomes import Skipped

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
READS = SAFE_METHODS - {"TRACE"}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
SHORTEST_SLUG = 3
PICTURE = re.compile(r"/s/[^/]+/.+\.(?:png|jpe?g|webp)")
API = "/experiments/api"
RESERVED_SLUGS = ("events", "api", "admin", "health", "status", "pixel", "track", "sdk")


class Trespass(Exception):
    """A request that might touch what the run did not create. It was not sent."""


class NeedsToWrite(Skipped):
    """A test wanted more than to read, in a run that only reads. Nothing was sent."""


class Guard:
    """Knows which uids and slugs are the run's own, and refuses calls that change or count anything else.

    A uid is the run's own once an answer to one of its creates has named it. A slug, and a made-up uid, is its
    own because it holds the run's token, which nobody can guess. A slug too short to hold it may only be created.
    A picture in a folder, where the image of an experiment may lead, is a file: to read it is no visit.
    A guard that only reads lets nothing else pass, and no visit, which may be counted.
    """

    def __init__(self, base_url: str, token: str, *, read_only: bool = False) -> None:
        self._origin, self._base_path = _origin(base_url), urlsplit(base_url).path.rstrip("/")
        self._token, self._read_only = token, read_only
        self.uids: set[str] = set()
        self.created: list[str] = []

    def admit(self, method: str, url: str, body: bytes) -> None:
        """Raise `Trespass` unless the request reads only, or changes only what is the run's own."""
        method, path = method.upper(), self._path(url)
        if _origin(url) != self._origin:
            raise Trespass(f"{method} {url} was not sent: it leads away from the server under test")
        if self._read_only and (method not in READS or path.startswith("/s/")):
            does = "may be counted" if method in READS else "writes"
            raise NeedsToWrite(f"{method} {path} {does}, and the run is --read-only")
        if path == "/s/events":
            allowed = method in SAFE_METHODS or all(map(self._is_own_slug, _event_slugs(_parsed(body))))
        elif path.startswith("/s/"):
            slug = _segment(path, 2).partition(".")[0]  # of <slug>.<format>
            is_picture = bool(slug and PICTURE.fullmatch(path) and method in READS)
            allowed = self._token in slug or is_picture
        elif method in SAFE_METHODS:
            allowed = True
        elif path == API:
            allowed = method == "POST" and self._may_create(_parsed(body))
        else:
            allowed = path.startswith(API + "/") and self._is_own_uid(_segment(path, 3))
        if not allowed:
            raise Trespass(f"{method} {path} was not sent: it names nothing that this run created")

    def observe(self, method: str, url: str, status: int, body: bytes) -> None:
        """Remember the uid that a successful create names."""
        if method.upper() == "POST" and self._path(url) == API and 200 <= status < 300:
            answer = _parsed(body)
            experiment = answer.get("experiment", answer) if isinstance(answer, dict) else None
            if isinstance(experiment, dict) and isinstance(experiment.get("uid"), str):
                self.uids.add(experiment["uid"])
                self.created.append(experiment["uid"])

    def _path(self, url: str) -> str:
        return urlsplit(url).path.removeprefix(self._base_path)

    def _is_own_uid(self, uid: str) -> bool:
        return uid in self.uids or self._token in uid

    def _is_own_slug(self, slug: object) -> bool:
        return not isinstance(slug, str) or self._token in slug

    def _may_create(self, body: Any) -> bool:
        slug = body.get("slug") if isinstance(body, dict) else None
        usable = SLUG.fullmatch(str(slug)) and slug not in RESERVED_SLUGS
        return not usable or self._is_own_slug(slug) or len(str(slug)) == SHORTEST_SLUG


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _segment(path: str, index: int) -> str:
    """A segment as the server may read it; one that holds a separator or climbs is nobody's own."""
    segments = [unquote(segment) for segment in path.split("/")]
    climbs = any(segment in (".", "..") or "/" in segment or "\\" in segment for segment in segments)
    return "" if climbs or len(segments) <= index else segments[index]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _event_slugs(events: Any) -> Iterator[object]:
    for event in events if isinstance(events, list) else [events]:
        if isinstance(event, dict):
            yield event.get("experiment")
