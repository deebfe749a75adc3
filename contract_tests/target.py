"""What is under test."""

import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from contract_tests.redaction import redaction

Strictness: TypeAlias = Literal["documented", "strict"]


@dataclass(frozen=True)
class Target:
    """A server, the keys to it, and how strictly to judge it. Keys are in no repr."""

    base_url: str
    api_key: str = field(repr=False)
    second_api_key: str | None = field(default=None, repr=False)
    write_key: str | None = field(default=None, repr=False)
    template_uid: str | None = None
    """A template of the account; without one, templates are made up, or left out where the server can do without."""
    level: Strictness = "documented"
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
        """What takes every secret out of a text."""
        given = {
            "PICTIFY_API_KEY": self.api_key,
            "PICTIFY_SECOND_API_KEY": self.second_api_key,
            "PICTIFY_WRITE_KEY": self.write_key,
        }
        return redaction({name: key for name, key in given.items() if key})
