"""What a page says, one fact at a time, in words that do not depend on its form."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .blocks import Remark

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS")
BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


class Endpoint(NamedTuple):
    """An operation as a page writes it."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Fact(NamedTuple):
    """One statement: in this line, of this operation and place, about this subject."""

    line: int
    operation: Endpoint | None
    place: str  # endpoint, overview, path, query, header, body, a status, auth; or lifecycle, editable, enum, slug
    subject: str
    aspect: str
    value: Any  # None: the page, which elsewhere tells such things, does not


@dataclass(frozen=True)
class Vocabulary:
    """The words of the spec, which help to part what a page glues together."""

    paths: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    statuses: tuple[str, ...] = ()
    editable: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


@dataclass
class Findings:
    """All that was found on a page."""

    facts: list[Fact] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add(
        self,
        line: int,
        operation: Endpoint | None,
        place: str,
        subject: str,
        aspect: str,
        value: Any,
    ) -> None:
        """State a fact."""
        self.facts.append(Fact(line, operation, place, subject, aspect, value))

    def remark(self, line: int, text: str) -> None:
        """Tell of something that was not understood."""
        self.remarks.append(Remark(line, text))
