"""Keys, which neither a message nor a representation shows, and text that is safe to print."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

HIDDEN = "[secret]"
REDACTOR = "pictify_experiments.redactor"  # an extension of a response
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-write-key"})
MOST_SHOWN = 1_000  # characters of one text
LONG = 8  # characters; a shorter key may be part of a word, and is hidden where it stands alone


class Secret(str):
    """A text whose representation does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN


class Redactor:
    """Replaces the keys of a call in texts that come from the server."""

    def __init__(self, headers: Iterable[str] = (), body: Collection[str] = ()) -> None:
        self._sources = headers, body
        self.body_has_keys = bool(body)
        """True if the body of the request has keys."""

    def __call__(self, text: str) -> str:
        """Return the text on one line, without keys and control characters, cut if it is long."""
        if words := sorted(self._words(), key=len, reverse=True):
            text = re.sub("|".join(map(_pattern, words)), HIDDEN, text)
        return printable(text)

    def _words(self) -> set[str]:
        # Authorization is "Bearer KEY", and a server may repeat the key alone.
        secrets = [secret for source in self._sources for secret in source]
        return {word for each in secrets for word in (each, each.rpartition(" ")[2]) if word}

    def __repr__(self) -> str:
        return "Redactor()"


def _pattern(word: str) -> str:
    found = re.escape(word)
    return found if len(word) >= LONG else rf"(?<![\w-]){found}(?![\w-])"


def printable(text: str) -> str:
    """Return the text on one line, control characters escaped, cut if it is long."""
    if len(text) > MOST_SHOWN:
        text = text[:MOST_SHOWN] + "..."
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
