"""Differences that are decided: what the spec marks as assumed, and what known.yaml lists; each with its reason."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .differences import Clash
from .schema import Mark

LISTED = Path(__file__).with_name("known.yaml")


class Known:
    """The reasons, from the notes beside the spec."""

    def __init__(self, notes: str, codes: Mapping[str, str], listed: Path = LISTED) -> None:
        self.codes = codes
        self.contradictions = contradictions(notes)
        self.assumptions = assumptions(notes)
        self.marks = {
            name: code for code, section in self.assumptions.items() for name in marks(section)
        }
        self.listed: list[dict[str, Any]] = yaml.safe_load(listed.read_text(encoding="utf-8"))

    def assumed(self, mark: Mark) -> str:
        """Why a marked part of the spec is as it is."""
        names = [mark.name]
        while "." in names[-1]:
            names.append(names[-1].rpartition(".")[0])
        code = next((self.marks[name] for name in names if name in self.marks), "")
        return self.reason(code) if code else f"assumed in the spec ({mark.name})"

    def decided(self, clash: Clash, operation: str) -> str:
        """The reason of an entry that a difference fits."""
        return next(
            (
                self.reason(entry["because"])
                for entry in self.listed
                if fits(entry, clash, operation)
            ),
            "",
        )

    def reason(self, because: str) -> str:
        """The words of the notes."""
        if because in self.contradictions:
            return f"decided: {because}: {self.contradictions[because]}"
        return f"assumed: {because}: {self.codes.get(because, '')}".rstrip(": ")


def fits(entry: dict[str, Any], clash: Clash, operation: str) -> bool:
    """Whether an entry is about a difference, and the page says what the entry allows."""
    fact = clash.fact
    place = "response" if re.fullmatch(r"[1-5]\d\d", fact.place) else fact.place
    says, allowed = (
        value if isinstance(value, list) else [value] for value in (clash.value, entry["says"])
    )
    return (
        entry.get("operation", operation) == operation
        and (entry["place"], entry["aspect"]) == (place, fact.aspect)
        and f".{fact.subject}".endswith(f".{entry['subject']}")
        and (says == allowed or (place == "example" and set(map(str, says)) <= set(allowed)))
    )


def contradictions(notes: str) -> dict[str, str]:
    """The side that the spec takes, by the subject of each row."""
    part = notes.partition("## Contradictions\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", part, re.MULTILINE)
    return {subject.strip(): side.strip() for subject, side in rows[1:]}


def assumptions(notes: str) -> dict[str, str]:
    """The section of each assumption, by its code."""
    part = notes.partition("## Assumptions\n")[2].partition("\n## ")[0]
    found = re.split(r"^### (A-[\w-]+)", part, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def marks(section: str) -> list[str]:
    """The parts of the spec that rest on an assumption."""
    return re.findall(r"`([^`]+)`", section.partition("\nMarks: ")[2].partition("\n\n")[0])
