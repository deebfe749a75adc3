"""The server under test."""

import functools
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pictify_conformance.redaction import redactor
from pictify_conformance.spec import Level

KEYS = {
    "api_key": "PICTIFY_API_KEY",
    "second_api_key": "PICTIFY_SECOND_API_KEY",
    "write_key": "PICTIFY_WRITE_KEY",
}
"""The environment variable of each key."""
SHORTEST_SECRET = 8  # characters of a header's value; a shorter one may be a part of any text


def redactor_for(settings: Mapping[str, Any]) -> Callable[[str], str]:
    """Return the function that removes the keys of these settings from a text."""
    given = {variable: settings.get(name) for name, variable in KEYS.items()}
    connection = settings.get("connection")
    options = vars(connection) if connection else settings
    for name, value in options.get("headers") or ():
        if len(value) >= SHORTEST_SECRET:
            given[f"HEADER_{re.sub('[^A-Z0-9]', '_', name.upper())}"] = value
    if proxy := options.get("proxy"):
        given["PROXY_PASSWORD"] = urlsplit(proxy).password
    return redactor({variable: key for variable, key in given.items() if key})


@dataclass(frozen=True)
class Connection:
    """The way to a server, apart from its address."""

    ca: str | None = None
    """A file or folder of certificates to trust."""
    insecure: bool = False
    """True if no certificate is checked."""
    proxy: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Headers for a gateway, which every request has."""


DIRECT = Connection()


@dataclass(frozen=True)
class Target:
    """A server, the keys to it, and the way to judge it. Its repr shows no key."""

    base_url: str
    api_key: str = field(repr=False)
    second_api_key: str | None = field(default=None, repr=False)
    write_key: str | None = field(default=None, repr=False)
    template_uid: str | None = None
    """A template of the account. Without it, templates are made up or left out."""
    level: Level = "documented"
    settle: float = 5.0
    """Seconds for which a counter may lag behind what was sent."""
    timeout: float = 30.0
    """Seconds from the beginning of a request to the end of its response."""
    time_limit: float | None = None
    """Seconds after which no more tests are started."""
    rate: float | None = None
    """Requests per second at most."""
    read_only: bool = False
    quick: bool = False
    without: frozenset[str] = frozenset()
    """Operations that the server is known not to implement."""
    times: int = 1
    """The factor on the number of generated cases."""
    connection: Connection = DIRECT
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    """A part of the name of everything that this run creates or makes up."""

    @property
    def slug_prefix(self) -> str:
        return f"ct-{self.token}-"

    @functools.cached_property
    def redact(self) -> Callable[[str], str]:
        """The function that removes keys and control characters from a text."""
        return redactor_for(vars(self))
