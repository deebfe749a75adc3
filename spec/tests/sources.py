"""Checks of spec/sources.md against the codes, rules and marks of the spec."""

import re

from .document import Document, Findings, marks, rules

CODE = re.compile(r"`([^`]+)`")


def check_pages(document: Document, notes: str) -> Findings:
    """The table of pages has the codes and paths of x-sources."""
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \|", _part(notes, "## The pages"), re.MULTILINE)
    paths = {code: path.strip("`") for code, path in rows}
    for code, path in document["x-sources"].items():
        if code not in paths:
            yield f"no row for {code}"
        elif path.startswith("/") and paths[code] != path:
            yield f"{code} is {path}, not {paths[code]}"
    yield from (f"{code} is not in x-sources" for code in paths.keys() - document["x-sources"])


def check_assumptions(document: Document, notes: str) -> Findings:
    """Every assumption has a section, and the text names no others."""
    known, sections = document["x-assumptions"].keys(), _sections(notes).keys()
    named = set(re.findall(r"A-[a-z][a-z-]+", notes))
    yield from (f"no section for {code}" for code in known - sections)
    yield from (f"{code} is not in x-assumptions" for code in (sections | named) - known)


def check_listed_rules(document: Document, notes: str) -> Findings:
    """The section of an assumption lists the rules that rest on it, in the order of the spec."""
    for code, section in _sections(notes).items():
        expected = [rule["id"] for _, rule in rules(document) if code in rule["source"]]
        if _listed(section, "Rules") != expected:
            yield f"{code}: Rules: {', '.join(f'`{name}`' for name in expected)}."


def check_listed_marks(document: Document, notes: str) -> Findings:
    """Every part marked as assumed is listed under exactly one assumption, and no other part is."""
    listed = [name for section in _sections(notes).values() for name in _listed(section, "Marks")]
    marked = set(marks(document))
    yield from (f"{name} is not listed" for name in sorted(marked - set(listed)))
    yield from (f"{name} is not marked in the spec" for name in sorted(set(listed) - marked))
    yield from (f"{name} is listed twice" for name in set(listed) if listed.count(name) > 1)


def _part(notes: str, heading: str) -> str:
    return notes.partition(f"{heading}\n")[2].partition("\n## ")[0]


def _sections(notes: str) -> dict[str, str]:
    found = re.split(r"^### (A-[\w-]+)", _part(notes, "## Assumptions"), flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def _listed(section: str, label: str) -> list[str]:
    """Return the names in the paragraph `Rules: ...` or `Marks: ...`."""
    return CODE.findall(section.partition(f"\n{label}: ")[2].partition("\n\n")[0])
