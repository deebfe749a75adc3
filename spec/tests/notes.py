"""spec/sources.md held against the spec: the same codes, the rules and the marks that rest on each assumption."""

import re
from collections.abc import Callable
from typing import TypeAlias

from .document import Document, marks, rules
from .style import Findings

Check: TypeAlias = Callable[[Document, str], Findings]

CODE = re.compile(r"`([^`]+)`")


def lists_the_pages(document: Document, notes: str) -> Findings:
    """The table of pages has the codes of x-sources, with the same paths."""
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \|", _part(notes, "## The pages"), re.MULTILINE)
    told = {code: where.strip("`") for code, where in rows}
    for code, where in document["x-sources"].items():
        if code not in told:
            yield f"no row for {code}"
        elif where.startswith("/") and told[code] != where:
            yield f"{code} is {where}, not {told[code]}"
    yield from (
        f"{code} is no code of x-sources" for code in told.keys() - document["x-sources"].keys()
    )


def lists_the_assumptions(document: Document, notes: str) -> Findings:
    """Every assumption has a section, and every section is an assumption."""
    told = _sections(notes)
    yield from (f"no section for {code}" for code in document["x-assumptions"] if code not in told)
    yield from (
        f"{code} is no code of x-assumptions"
        for code in told.keys() - document["x-assumptions"].keys()
    )


def lists_the_rules(document: Document, notes: str) -> Findings:
    """The section of an assumption lists the rules that rest on it, in the order of the spec."""
    for code, section in _sections(notes).items():
        resting = [rule["id"] for rule in rules(document) if code in rule["source"]]
        if _listed(section, "Rules") != resting:
            yield f"{code}: Rules: {', '.join(f'`{name}`' for name in resting)}."


def lists_the_marks(document: Document, notes: str) -> Findings:
    """Every part that the spec marks as assumed is listed under one assumption, and nothing else is."""
    listed = [name for section in _sections(notes).values() for name in _listed(section, "Marks")]
    marked = set(marks(document))
    yield from (f"{name} is listed nowhere" for name in sorted(marked - set(listed)))
    yield from (f"{name} is not marked in the spec" for name in sorted(set(listed) - marked))
    yield from (
        f"{name} is listed twice"
        for name in sorted({name for name in listed if listed.count(name) > 1})
    )


def names_known_codes(document: Document, notes: str) -> Findings:
    """The notes name no assumption that the spec lacks."""
    yield from (
        f"{code} is unknown"
        for code in set(re.findall(r"A-[a-z][a-z-]+", notes)) - document["x-assumptions"].keys()
    )


def _part(notes: str, heading: str) -> str:
    return notes.partition(f"{heading}\n")[2].partition("\n## ")[0]


def _sections(notes: str) -> dict[str, str]:
    found = re.split(r"^### (A-[\w-]+)", _part(notes, "## Assumptions"), flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def _listed(section: str, label: str) -> list[str]:
    """The names of a paragraph `Rules: ...` or `Marks: ...`."""
    return CODE.findall(section.partition(f"\n{label}: ")[2].partition("\n\n")[0])


CHECKS: tuple[Check, ...] = (
    lists_the_pages,
    lists_the_assumptions,
    lists_the_rules,
    lists_the_marks,
    names_known_codes,
)
