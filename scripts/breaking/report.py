"""The verdict on the terminal, as Markdown and as JSON."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from breaking.change import PEOPLE, Bump, Change, greatest
from breaking.versions import Verdict

STYLES = {Bump.major: "bold red", Bump.minor: "yellow", Bump.patch: "dim"}
COLUMNS = ("what", "where", "seen by")


def show(console: Console, ref: str, changes: Sequence[Change], verdict: Verdict) -> None:
    """Print what breaks whom, what is added, and the version that this needs."""
    for title, found in groups(changes):
        table = Table(
            title=Text(title, STYLES[found[0].bump]),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
        )
        for name in COLUMNS:
            table.add_column(name, overflow="fold")
        for change in found:
            table.add_row(*map(Text, (change.text, change.where, change.seen_by)))
        console.print(table)
    for line in (summary(ref, changes), *closing(changes, verdict)):
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def groups(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes by whom they break; then those that add; those that only read differently are counted."""
    for whom, people in PEOPLE.items():
        if found := [change for change in changes if whom in change.breaks]:
            yield f"Breaks {people}", found
    if found := [change for change in changes if change.bump is Bump.minor]:
        yield "Adds, and breaks nobody", found


def summary(ref: str, changes: Sequence[Change]) -> str:
    """How much changed, in one line."""
    if not changes:
        return f"Nothing differs from {ref}."
    counts = {bump: sum(change.bump is bump for change in changes) for bump in Bump}
    broken = ", ".join(
        people
        for whom, people in PEOPLE.items()
        if any(whom in change.breaks for change in changes)
    )
    parts = {
        f"{counts[Bump.major]} break {broken}": broken,
        f"{counts[Bump.minor]} add something": counts[Bump.minor],
        f"{counts[Bump.patch] + counts[Bump.none]} only read differently": counts[Bump.patch]
        + counts[Bump.none],
    }
    return (
        f"Changes since {ref}: {'; '.join(part for part, there_are in parts.items() if there_are)}."
    )


def closing(changes: Sequence[Change], verdict: Verdict) -> list[str]:
    """The version, how it was found, and what is missing for it."""
    if not changes:
        return []
    needs = f"Next version: {verdict.needed} ({greatest(changes).name}; {verdict.told})."
    return [needs, *(f"Missing: {line}." for line in verdict.missing)]


def write(folder: Path, ref: str, changes: Sequence[Change], verdict: Verdict) -> list[Path]:
    """The same as files: for a pull request, and for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "breaking.md", folder / "breaking.json"
    page.write_text("\n".join(markdown(ref, changes, verdict)) + "\n", encoding="utf-8")
    data.write_text(json.dumps(as_data(ref, changes, verdict), indent=2) + "\n", encoding="utf-8")
    return [page, data]


def markdown(ref: str, changes: Sequence[Change], verdict: Verdict) -> Iterator[str]:
    yield from (f"# What changed since {ref}", "", summary(ref, changes))
    for line in closing(changes, verdict):
        yield from ("", line)
    for title, found in groups(changes):
        yield from ("", f"## {title}", "", f"| {' | '.join(COLUMNS)} |", "| --- | --- | --- |")
        for change in found:
            yield f"| {cell(change.text)} | `{cell(change.where)}` | {change.seen_by} |"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def as_data(ref: str, changes: Sequence[Change], verdict: Verdict) -> dict[str, object]:
    rows = [
        {"what": change.text, "where": change.where, "seen_by": change.seen_by}
        | {"bump": change.bump.name, "breaks": list(change.breaks)}
        for change in changes
    ]
    bump = greatest(changes).name
    return {
        "ref": ref,
        "bump": bump,
        "next_version": verdict.needed,
        "missing": list(verdict.missing),
        "changes": rows,
    }
