"""Divides the units of a long campaign among machines, and joins their reports.

A campaign is a list of named units, the same on every machine. A shard takes units by their index.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Shard:
    """One of several equal parts, counted from 1."""

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def take(self, units: Sequence[T]) -> Sequence[T]:
        """Return every n-th unit. Neighbours take about the same time, and so the shards do."""
        return units[self.number - 1 :: self.of]

    def write(self, folder: Path, campaign: str, found: dict[str, Any]) -> Path:
        """Write the report of the shard. Return its path, which differs for each shard."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{campaign}-{self.number}-of-{self.of}.json"
        text = json.dumps({"shard": str(self), **found}, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        return path


def shard(text: str) -> Shard:
    """Read `2/8`, as a type for argparse."""
    parts = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", text)
    if not parts or int(parts[1]) > int(parts[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a shard such as 2/8")
    return Shard(int(parts[1]), int(parts[2]))


class NoReports(Exception):
    """There is nothing to join."""


def reports(folder: Path, campaign: str) -> list[dict[str, Any]]:
    """Read the reports of all shards, in the folder and below it."""
    paths = sorted(folder.rglob(f"{campaign}-*-of-*.json"))
    if not paths:
        raise NoReports(f"no {campaign}-*-of-*.json in {folder}")
    found = []
    for path in paths:
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NoReports(f"{path} cannot be read: {error}") from None
        if not isinstance(report, dict):
            raise NoReports(f"{path} is not the report of a shard")
        found.append(report)
    return found


def differences(expected: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    """Yield a line for every unit that is not in exactly one shard."""
    counts, wanted = Counter(found), list(expected)
    for unit in wanted:
        if counts[unit] != 1:
            yield f"in {counts[unit] or 'no'} {'shards' if counts[unit] else 'shard'}: {unit}"
    yield from (f"not a unit of this campaign: {unit}" for unit in counts if unit not in wanted)
