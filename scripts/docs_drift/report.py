"""What was found, as Markdown for people, as JSON for programs, and in a few lines for the terminal."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .blocks import Form, Remark
from .differences import Difference
from .facts import Fact

KINDS = {
    "endpoint": "endpoints",
    **dict.fromkeys(("path", "query", "header", "cookie", "parameter"), "parameters"),
    "body": "body members", "response": "response members",
    "status": "statuses", "auth": "credentials", "example": "examples",
    "lifecycle": "moves", "editable": "rows of editable fields", "slug": "slug rules", "words": "enumerations",
}  # fmt: skip


@dataclass
class Reading:
    """A page and what came of it."""

    path: Path
    form: Form | None
    facts: list[Fact] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def drift(self) -> list[Difference]:
        """The differences that are not decided."""
        return [difference for difference in self.differences if not difference.known]

    @property
    def known(self) -> dict[str, list[Difference]]:
        """Those that are, by their reason."""
        reasons: dict[str, list[Difference]] = {}
        for difference in self.differences:
            if difference.known:
                reasons.setdefault(difference.known, []).append(difference)
        return reasons

    @property
    def understood(self) -> dict[str, int]:
        """How much of each kind was found."""
        subjects = {
            (
                KINDS.get(fact.place, "response members"),
                fact.operation,
                fact.place,
                fact.subject or fact.line,
            )
            for fact in self.facts
            if (fact.aspect != "members" or fact.place == "words")
            and fact.place not in ("media type", "response header")
        }
        return dict(sorted(Counter(kind for kind, *_ in subjects).items()))


def console(readings: Sequence[Reading], spec: Path) -> Iterator[str]:
    """A line for each page and each difference."""
    for reading in readings:
        for found in reading.drift:
            place = f" ({spec}:{found.spec_line})" if found.spec_line else ""
            says = f"the page says {found.page}, the spec {found.spec}{place}"
            yield f"{reading.path}:{found.line}: {title(found)}: {says}"
    for reading in readings:
        yield f"{reading.path}: {summary(reading)}"


def title(found: Difference) -> str:
    """What a difference is about."""
    return " ".join(
        dict.fromkeys(part for part in (found.operation, found.subject, found.kind) if part)
    )


def summary(reading: Reading) -> str:
    """A page in one sentence."""
    if reading.form is None:
        return "not read: it holds no text"
    if not reading.understood:
        return f"{reading.form}, nothing recognised"
    told = ", ".join(f"{count} {kind}" for kind, count in reading.understood.items())
    known = sum(map(len, reading.known.values()))
    counts = (
        f"{len(reading.drift)} differences, {known} known, {len(reading.remarks)} not understood"
    )
    return f"{reading.form}, {told}; {counts}"


def markdown(readings: Sequence[Reading], spec: Path) -> str:
    """The report for people."""
    drift = sum(len(reading.drift) for reading in readings)
    lines = [
        "# Docs drift",
        "",
        f"{drift} differences between {len(readings)} pages and `{spec}`.",
        "",
    ]
    for reading in readings:
        lines += [f"## {reading.path}", "", f"{summary(reading)}.", ""]
        if reading.drift:
            lines += [
                "| line | what | the page | the spec | where |",
                "| --- | --- | --- | --- | --- |",
            ]
            lines += [row(found, spec) for found in reading.drift]
            lines.append("")
        if reading.remarks:
            lines += [
                "Not understood, or not shown:",
                "",
                *(f"- line {remark.line}: {remark.text}" for remark in reading.remarks),
                "",
            ]
        if reading.others:
            lines += [
                "Endpoints of other APIs, not compared:",
                "",
                *(f"- line {line}: {name}" for name, line in reading.others.items()),
                "",
            ]
        if reading.known:
            lines += ["Known differences:", ""]
            for reason, found in reading.known.items():
                places = ", ".join(
                    dict.fromkeys(f"{title(one)} (line {one.line})" for one in found[:6])
                )
                more = f", and {len(found) - 6} more" if len(found) > 6 else ""
                lines.append(f"- {reason}: {places}{more}")
            lines.append("")
    return "\n".join(lines)


def row(found: Difference, spec: Path) -> str:
    """A difference as a row."""
    where = f"{spec.name}:{found.spec_line} {found.pointer}" if found.spec_line else found.pointer
    cells = (str(found.line), title(found), found.page, found.spec, where)
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


def as_json(readings: Sequence[Reading], spec: Path) -> str:
    """The report for programs."""
    pages: list[dict[str, Any]] = [
        {
            "page": str(reading.path),
            "form": reading.form,
            "understood": reading.understood,
            "differences": [asdict(found) for found in reading.drift],
            "known": [asdict(found) for found in reading.differences if found.known],
            "not_understood": [asdict(remark) for remark in reading.remarks],
            "other_endpoints": reading.others,
        }
        for reading in readings
    ]
    return json.dumps({"spec": str(spec), "pages": pages}, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path, readings: Sequence[Reading], spec: Path) -> list[Path]:
    """Write both reports; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / "docs_drift.md": markdown(readings, spec),
        folder / "docs_drift.json": as_json(readings, spec),
    }
    for file, text in files.items():
        file.write_text(text, encoding="utf-8", errors="replace")
    return list(files)
