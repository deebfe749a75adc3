"""A viewer's request for a link, pixel or image."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Visit(NamedTuple):
    address: str
    headers: Mapping[bytes, bytes]  # names in lower case
    query: Mapping[str, str]
    now: datetime

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def user_agent(self) -> str:
        return self.header(b"user-agent")

    @property
    def viewer(self) -> str:
        """Identify the viewer without cookies, by address and device."""
        return viewer_key(self.address, self.user_agent)


def viewer_key(ip: str, user_agent: str) -> str:
    return hashlib.sha256(f"{ip}{user_agent}".encode()).hexdigest()[:16]
