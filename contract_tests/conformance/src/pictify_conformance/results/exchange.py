"""One request and its answer, as reports show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pictify_conformance import curl

KEPT = 2048
SHOWN = 600  # characters of a body where it stands in a text
UNSAID = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "user-agent"}
)
COOKIES = frozenset({"cookie", "set-cookie", "cookie2", "set-cookie2"})
HIDDEN = "[hidden]"
KEYS = ("PICTIFY_API_KEY", "PICTIFY_SECOND_API_KEY", "PICTIFY_WRITE_KEY")
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what came, without a secret; of a long body its beginning."""

    method: str
    url: str
    sent_headers: Headers
    sent: str
    status: int
    came_headers: Headers
    came: str
    started: float
    seconds: float

    @property
    def path(self) -> str:
        """The path with its query."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def line(self) -> str:
        """The request and the status that came."""
        return f"{self.method} {self.path}, answered {self.status}"

    def as_text(self) -> str:
        """The request and the answer, each in a line."""
        sent = f"  sent: {self.method} {self.path} {_shown(self.sent)}".rstrip()
        return f"{sent}\n  came: {self.status} {_shown(self.came)}".rstrip()

    def as_curl(self) -> str:
        """The request as a command for a shell that has the keys in its environment."""
        agent = (
            dict(self.sent_headers).get("user-agent") if "/s/" in self.url else None
        )  # only visits depend on it
        said = [(name, value) for name, value in self.sent_headers if name not in UNSAID]
        words = curl.arguments(self.method, self.url, said, self.sent, variables=KEYS, agent=agent)
        return " \\\n  ".join(["curl -sS -i", *words])

    def as_answer(self) -> str:
        """Status, headers and body of the answer."""
        head = "\n".join(f"{name}: {value}" for name, value in self.came_headers)
        return f"HTTP {self.status}\n{head}\n\n{self.came}".rstrip()


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def headers(pairs: Iterable[tuple[str, str]], clean: Callable[[str], str]) -> Headers:
    """Headers in lower case, without secrets."""
    return tuple(
        (clean(name.lower()), HIDDEN if name.lower() in COOKIES else clean(value))
        for name, value in pairs
    )


def body(content: bytes, clean: Callable[[str], str]) -> str:
    """The beginning of a body as text, without secrets."""
    text = clean(content[: KEPT * 2].decode("utf-8", "backslashreplace"))
    if len(content) <= KEPT:
        return text
    return f"{text[:KEPT]}... ({len(content)} bytes)"
