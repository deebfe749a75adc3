"""The keys of all teams, taken out of what is shown."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from pictify_mock.domain.teams import Team

REDACTED = "[redacted]"


class KeyRedactor:
    """Replaces the keys of these teams in a text."""

    def __init__(self, teams: Iterable[Team]) -> None:
        keys = {key.decode("latin-1") for team in teams for key in (team.api_key, *team.write_keys)}
        self.longest = max(map(len, keys), default=0)
        """Characters of the longest key."""
        self._keys = re.compile(
            "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True)) or "(?!)"
        )

    def __call__(self, text: str) -> str:
        text = self._keys.sub(REDACTED, text)
        return REDACTED if "%" in text and self._keys.search(unquote(text)) else text
