"""What is under test."""

import functools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pictify_conformance.redaction import redaction
from pictify_conformance.spec import Level

KEYS = {
    "api_key": "PICTIFY_API_KEY",
    "second_api_key": "PICTIFY_SECOND_API_KEY",
    "write_key": "PICTIFY_WRITE_KEY",
}
"""The environment variable of each key."""


def redaction_of(settings: Mapping[str, Any]) -> Callable[[str], str]:
    """Return what makes texts safe that may hold the keys of these settings."""
    return redaction(
        {variable: settings[name] for name, variable in KEYS.items() if settings.get(name)}
    )


@dataclass(frozen=True)
class Target:
    """A server, the keys to it, and how strictly to judge it. Keys are in no repr."""

    base_url: str
    api_key: str = field(repr=False)
    second_api_key: str | None = field(default=None, repr=False)
    write_key: str | None = field(default=None, repr=False)
    template_uid: str | None = None
    """A template of the account; without one, templates are made up, or left out where the server can do without."""
    level: Level = "documented"
    settle: float = 5.0
    """Seconds for which a counter may lag behind what was sent."""
    timeout: float = 30.0
    """Seconds from the beginning of a request to the end of its answer."""
    time_limit: float | None = None
    """Seconds after which no more tests are started."""
    rate: float | None = None
    """Requests per second at most."""
    read_only: bool = False
    quick: bool = False
    times: int = 1
    """How many times as many cases to generate."""
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    """Marks everything this run creates or makes up."""

    @property
    def slug_prefix(self) -> str:
        """What every slug of this run begins with."""
        return f"ct-{self.token}-"

    @functools.cached_property
    def redacted(self) -> Callable[[str], str]:
        """Return the function that every text about the run passes: it takes the keys out, and is printable."""
        return redaction_of(vars(self))
