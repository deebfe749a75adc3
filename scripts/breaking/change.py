"""One difference between two versions of the spec and its client, and whom it breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

Audience: TypeAlias = Literal["callers", "importers", "servers"]

AUDIENCES: dict[Audience, str] = {
    "callers": "callers over HTTP",
    "importers": "importers of the Python client",
    "servers": "servers judged by the suite",
}


class Bump(IntEnum):
    """The part of the version that a change raises."""

    none = 0
    patch = 1
    minor = 2
    major = 3


@dataclass(frozen=True)
class Change:
    """A difference, its place, and the tool that found it. A change that breaks anyone is major."""

    text: str
    where: str
    found_by: str
    bump: Bump = Bump.patch
    breaks: tuple[Audience, ...] = ()


def breaking(text: str, where: str, found_by: str, *audiences: Audience) -> Change:
    return Change(text, where, found_by, Bump.major, audiences)


def greatest(changes: Iterable[Change]) -> Bump:
    return max((change.bump for change in changes), default=Bump.none)
