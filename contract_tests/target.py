"""What is under test."""

import secrets
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Strictness: TypeAlias = Literal["documented", "strict"]


@dataclass(frozen=True)
class Target:
    """A server, the keys to it, and how strictly to judge it. Keys are in no repr."""

    base_url: str
    api_key: str = field(repr=False)
    second_api_key: str | None = field(default=None, repr=False)
    write_key: str | None = field(default=None, repr=False)
    level: Strictness = "documented"
    settle: float = 5.0
    """Seconds for which a counter may lag behind what was sent."""
    timeout: float = 30.0
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    """Marks everything this run creates or makes up."""

    @property
    def slug_prefix(self) -> str:
        """What every slug of this run begins with."""
        return f"ct-{self.token}-"

    @property
    def keys(self) -> tuple[str, ...]:
        """Every secret, for redaction: a key that holds another one comes first."""
        given = (key for key in (self.api_key, self.second_api_key, self.write_key) if key)
        return tuple(sorted(given, key=len, reverse=True))
