"""The verdict as Markdown."""

from collections.abc import Iterator, Sequence

from breaking.change import AUDIENCES, Bump, Change, greatest
from breaking.versions import Verdict


def markdown(ref: str, changes: Sequence[Change], verdict: Verdict) -> str:
    """Return the page: the version that is needed, what breaks whom, and what is added."""
    return "\n".join(lines(ref, changes, verdict)) + "\n"


def lines(ref: str, changes: Sequence[Change], verdict: Verdict) -> Iterator[str]:
    yield from (f"# What changed since {ref}", "")
    if not changes:
        yield f"Nothing differs from {ref}."
        return
    since = f"since {verdict.since}" if verdict.since else "nothing is released yet"
    yield f"Next version: {verdict.needed} ({greatest(changes).name}; {since})."
    for missing in verdict.missing:
        yield from ("", f"Missing: {missing}.")
    for title, found in groups(changes):
        yield from ("", f"## {title}", "", "| what | where | found by |", "| --- | --- | --- |")
        for change in found:
            yield f"| {cell(change.text)} | `{cell(change.where)}` | {change.found_by} |"
    others = sum(change.bump < Bump.minor for change in changes)
    if others:
        yield from ("", f"{others} changes only read differently.")


def groups(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    for audience, description in AUDIENCES.items():
        if found := [change for change in changes if audience in change.breaks]:
            yield f"Breaks {description}", found
    if found := [change for change in changes if change.bump is Bump.minor]:
        yield "Adds, and breaks nobody", found


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
