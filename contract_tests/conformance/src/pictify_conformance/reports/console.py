"""The run on the terminal: a table of rules, what went wrong, and the verdict in one line."""

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.run import Run, pages
from pictify_conformance.results.verdicts import Verdict

STYLES = {
    "pass": "green",
    "fail": "bold red",
    "error": "bold magenta",
    "skip": "yellow",
    "disabled": "dim",
}


def show(run: Run, console: Console) -> None:
    """Print everything about the run; the verdict stands last."""
    table = Table(
        "rule", "level", "outcome", Column("seconds", justify="right"), box=None, pad_edge=False
    )
    for verdict in run.verdicts:
        if verdict.outcome is Outcome.disabled:
            continue
        outcome = str(verdict.outcome)
        table.add_row(
            verdict.rule.id,
            verdict.rule.level,
            Text(outcome, STYLES[outcome]),
            f"{verdict.seconds:.2f}",
        )
    console.print(table)
    for verdict in run.verdicts:
        if verdict.outcome in (Outcome.skip, Outcome.error, Outcome.fail):
            console.print(note(verdict), soft_wrap=True)
    console.print()
    covered = run.coverage
    say(
        console,
        f"{len(covered.seen)} of {len(covered.documented)} documented answers of the spec were seen",
    )
    for line in (*run.problems, *run.notes, *(run.baseline.lines() if run.baseline else ())):
        say(console, line)
    say(console, run.headline)


def say(console: Console, text: str) -> None:
    """Print a line as it is."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)


def note(verdict: Verdict) -> Text:
    """What a rule says, why it did not pass, and where it is written."""
    outcome = str(verdict.outcome)
    text = Text.assemble(
        ("\n" + outcome, STYLES[outcome]), f"  {verdict.rule.id} ({verdict.rule.level})\n"
    )
    if verdict.outcome is Outcome.fail:
        text.append(f"  rule: {verdict.rule.text}\n")
        text.append("".join(f"  page: {page}\n" for page in pages(verdict.rule)))
    if verdict.blocked_by:
        text.append(f"  not tried because {verdict.blocked_by} is broken\n")
    text.append("  " + verdict.reason.replace("\n", "\n  "))
    return text
