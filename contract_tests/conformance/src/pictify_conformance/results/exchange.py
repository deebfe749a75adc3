"""A request and its response, as reports show them."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pictify_conformance import curl, spec

MAX_BODY = 65_536  # bytes that are kept of a body, to send it again or to compare a list of 100
MAX_ON_PAGE = 8192  # characters that a report shows of a response's body
MAX_HISTORY = 400  # exchanges that are kept of a test, beside those that created something
MAX_IN_TEXT = 600  # characters of a body within a message
CURL_ADDS = frozenset({"host", "accept-encoding", "connection", "content-length", "user-agent"})
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
    def operation_id(self) -> str | None:
        """The operation that the request calls, below any base path."""
        path = re.sub("^.*?(?=/experiments/api|/s/)", "", urlsplit(self.url).path)
        return spec.operation_id(self.method, path)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}, answered {self.status}"

    def repeats(self, other: "Exchange") -> bool:
        """Return True if both are the same request, with any headers."""
        mine, theirs = ((it.method, it.url, it.request_body) for it in (self, other))
        return mine == theirs

    def shows_the_same_as(self, other: "Exchange") -> bool:
        """Return True if both read the same URL with the same key and got the same answer."""
        return self.method == "GET" and self._shown == other._shown

    @property
    def _shown(self) -> tuple[object, ...]:
        return self.method, self.url, self.request_headers, self.status, self.response_body

    @property
    def is_create(self) -> bool:
        """Return True if the server said that it created an experiment."""
        return (
            self.method == "POST"
            and urlsplit(self.url).path.endswith("/experiments/api")
            and 200 <= self.status < 300
        )

    def as_text(self) -> str:
        """Return two lines, one for the request and one for the response."""
        sent = f"  sent: {self.method} {self.path} {_cut(self.request_body)}".rstrip()
        return f"{sent}\n  came: {self.status} {_cut(self.response_body)}".rstrip()

    def as_curl(self) -> str:
        """Return the request as a command for a shell that has the keys in its environment."""
        words = curl.arguments(
            self.method,
            self.url,
            self.sent_headers,
            self.request_body,
            variables=KEYS,
            agent=self.agent,
        )
        return " \\\n  ".join(["curl -gsS -i", *words])

    @property
    def sent_headers(self) -> list[tuple[str, str]]:
        """The headers that `curl` does not add itself."""
        return [
            (name, value)
            for name, value in self.request_headers
            if name not in CURL_ADDS and (name, value) != ("accept", "*/*")
        ]

    @property
    def agent(self) -> str | None:
        """The user agent of a visit. Elsewhere it does not matter."""
        return dict(self.request_headers).get("user-agent") if "/s/" in self.url else None

    def as_answer(self) -> str:
        head = "\n".join(f"{name}: {value}" for name, value in self.response_headers)
        return f"HTTP {self.status}\n{head}\n\n{_cut(self.response_body, MAX_ON_PAGE)}".rstrip()


class History:
    """The exchanges of a test: the last ones, and before them those that created experiments."""

    def __init__(self) -> None:
        self._creates: list[Exchange] = []
        self._last: deque[Exchange] = deque()

    def add(self, exchange: Exchange) -> None:
        self._last.append(exchange)
        if len(self._last) > MAX_HISTORY and (oldest := self._last.popleft()).is_create:
            self._creates.append(oldest)

    def exchanges(self) -> tuple[Exchange, ...]:
        return (*self._creates, *self._last)

    def clear(self) -> None:
        self._creates.clear()
        self._last.clear()


def _cut(text: str, most: int = MAX_IN_TEXT) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


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
    return text if len(content) <= MAX_BODY else f"{text[:MAX_BODY]}... ({len(content)} bytes)"
