"""Keys never reach a log or a report: where one stands, the variable that holds it is named instead."""

import re
from collections.abc import Callable, Mapping

LONG = 8
NAME_CHARACTERS = r"[A-Za-z0-9_-]"
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def redaction(keys: Mapping[str, str]) -> Callable[[str], str]:
    """What replaces every key in a text by `$` and its name, and what is nearly one by a note.

    A key so short that it may be part of a word counts only by itself.
    """
    if not keys:
        return str
    longest_first = sorted(keys.items(), key=lambda pair: len(pair[1]), reverse=True)
    exact = [(_exact(key), f"${name}") for name, key in longest_first]
    near = [(_near(key), f"[nearly ${name}]") for name, key in longest_first if len(key) >= LONG]
    pattern = re.compile("|".join(f"({part})" for part, _ in [*exact, *near]))
    shown = [text for _, text in [*exact, *near]]
    return lambda text: pattern.sub(lambda found: shown[(found.lastindex or 1) - 1], text)


def _exact(key: str) -> str:
    return rf"{re.escape(key)}(?!{NAME_CHARACTERS})" if len(key) >= LONG else rf"\b{re.escape(key)}\b"


def _near(key: str) -> str:
    return f"(?i:{re.escape(key[: max(LONG, len(key) // 2)])}){NAME_CHARACTERS}*"


def printable(text: str) -> str:
    """The text without characters that would drive a terminal."""
    return UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)
