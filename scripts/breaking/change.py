"""One difference between two versions of the spec and its client, and whom it breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

Whom: TypeAlias = Literal["callers", "importers", "servers"]

PEOPLE: dict[Whom, str] = {
    "callers": "callers over HTTP",
    "importers": "importers of the Python client",
    "servers": "servers judged by the suite",
}


class Bump(IntEnum):
    """Which part of the version a change raises."""

    none = 0
    patch = 1
    minor = 2
    major = 3


@dataclass(frozen=True)
class Change:
    """What differs, where, who noticed, and whom it breaks. A change that breaks someone is major."""

    text: str
    where: str
    seen_by: str
    bump: Bump = Bump.patch
    breaks: tuple[Whom, ...] = ()


def breaking(text: str, where: str, seen_by: str, *whom: Whom) -> Change:
    """A change that breaks somebody."""
    return Change(text, where, seen_by, Bump.major, whom)


def greatest(changes: Iterable[Change]) -> Bump:
    """The part of the version that all changes together raise."""
    return max((change.bump for change in changes), default=Bump.none)
