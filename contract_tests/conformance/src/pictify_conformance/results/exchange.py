"""A request and its response, as reports show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pictify_conformance import curl

MAX_BODY = 2048  # bytes that are kept of a body
MAX_IN_TEXT = 600  # characters of a body within a message
CURL_ADDS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "user-agent"}
)
COOKIES = frozenset({"cookie", "set-cookie", "cookie2", "set-cookie2"})
KEYS = ("PICTIFY_API_KEY", "PICTIFY_SECOND_API_KEY", "PICTIFY_WRITE_KEY")
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response without secrets, with the beginning of a long body."""

    method: str
    url: str
    request_headers: Headers
    request_body: str
    status: int
    response_headers: Headers
    response_body: str
    started: float
    seconds: float

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}, answered {self.status}"

    def as_text(self) -> str:
        """Return two lines, one for the request and one for the response."""
        sent = f"  sent: {self.method} {self.path} {_cut(self.request_body)}".rstrip()
        return f"{sent}\n  came: {self.status} {_cut(self.response_body)}".rstrip()

    def as_curl(self) -> str:
        """Return the request as a command for a shell that has the keys in its environment."""
        headers = [(name, value) for name, value in self.request_headers if name not in CURL_ADDS]
        # The user agent only matters for visits.
        agent = dict(self.request_headers).get("user-agent") if "/s/" in self.url else None
        words = curl.arguments(
            self.method, self.url, headers, self.request_body, variables=KEYS, agent=agent
        )
        return " \\\n  ".join(["curl -sS -i", *words])

    def as_answer(self) -> str:
        head = "\n".join(f"{name}: {value}" for name, value in self.response_headers)
        return f"HTTP {self.status}\n{head}\n\n{self.response_body}".rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= MAX_IN_TEXT else f"{text[:MAX_IN_TEXT]}..."


def clean_headers(
    pairs: Iterable[tuple[str, str]],
    redact: Callable[[str], str],
    hidden: frozenset[str] = frozenset(),
) -> Headers:
    """Return headers in lower case without secrets, which cookies and hidden ones may be."""
    hidden |= COOKIES
    return tuple(
        (redact(name.lower()), "[hidden]" if name.lower() in hidden else redact(value))
        for name, value in pairs
    )


def clean_body(content: bytes, redact: Callable[[str], str]) -> str:
    """Return the beginning of a body as text without secrets."""
    # Redact more than is kept, because a key may be cut at the end.
    text = redact(content[: MAX_BODY * 2].decode("utf-8", "backslashreplace"))
    if len(content) <= MAX_BODY:
        return text
    return f"{text[:MAX_BODY]}... ({len(content)} bytes)"
