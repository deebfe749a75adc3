"""A viewer's request for a link, pixel or image."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Visit:
    address: str
    headers: Mapping[str, str]  # names in lower case
    query: Mapping[str, str]
    now: datetime

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    @property
    def viewer(self) -> str:
        """Identify the viewer without cookies, by address and device."""
        return viewer_key(self.address, self.user_agent)


def viewer_key(ip: str, user_agent: str) -> str:
    return hashlib.sha256(f"{ip}{user_agent}".encode()).hexdigest()[:16]
