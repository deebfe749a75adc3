"""One look at an experiment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """From where, with which headers (their names in lower case) and query parameters, and when."""

    address: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    @property
    def viewer(self) -> str:
        """The same person on the same device, as far as anyone can tell without cookies."""
        return viewer_key(self.address, self.user_agent)


def viewer_key(ip: str, user_agent: str) -> str:
    return hashlib.sha256(f"{ip}{user_agent}".encode()).hexdigest()[:16]
