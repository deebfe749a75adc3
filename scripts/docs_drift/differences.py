"""Where a page and the spec differ, in words."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from .facts import Fact
from .schema import Mark


class Placed(Protocol):
    """A part of the spec."""

    @property
    def line(self) -> int: ...

    @property
    def pointer(self) -> str: ...


class Saying(NamedTuple):
    """What the spec says, where, and the mark that makes it an assumption."""

    value: Any
    line: int
    pointer: str
    mark: Mark | None = None


class Clash(NamedTuple):
    """A fact that the spec does not share: what the page says, in words and as a value, and what the spec does."""

    fact: Fact
    kind: str
    page: str
    value: Any
    spec: Saying


@dataclass(frozen=True)
class Difference:
    """A clash as it is reported; one that is decided has the reason."""

    kind: str
    operation: str
    subject: str
    line: int
    page: str
    spec: str
    spec_line: int
    pointer: str
    known: str = ""


def saying(value: Any, place: Placed, mark: Mark | None = None) -> Saying:
    """What a part of the spec says."""
    return Saying(value, place.line, place.pointer, mark)


def first(marks: tuple[Mark, ...]) -> Mark | None:
    """The mark that comes first."""
    return marks[0] if marks else None


def told(value: Any, aspect: str = "") -> str:
    """A value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool) and aspect == "nullable":
        return "null is allowed" if value else "null is not allowed"
    if isinstance(value, bool):
        return "required" if value else "optional"
    if isinstance(value, (set, frozenset)):
        return ", ".join(sorted(map(str, value))) or "any"
    return ", ".join(map(str, value)) or "any" if isinstance(value, (tuple, list)) else str(value)


def changes(added: set[str], missing: set[str]) -> str:
    """What a list has more and less."""
    parts = [("also", added), ("not", missing)]
    return "; ".join(f"{word} {', '.join(sorted(words))}" for word, words in parts if words)
