"""Remove the keys of all teams from texts."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from pictify_mock.domain.teams import Team

REDACTED = "[redacted]"


class KeyRedactor:
    """Replaces the keys of these teams in a text. `longest` is the length of the longest key."""

    def __init__(self, teams: Iterable[Team]) -> None:
        keys = {key.decode("latin-1") for team in teams for key in (team.api_key, *team.write_keys)}
        self.longest = max(map(len, keys), default=0)
        # The longest first, since a key may be the start of another
        longest_first = sorted(keys, key=len, reverse=True)
        self._keys = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def __call__(self, text: str) -> str:
        text = self._keys.sub(REDACTED, text)
        return REDACTED if "%" in text and self._keys.search(unquote(text)) else text
