"""The run on the terminal: a table of rules, what went wrong, and the verdict in one line."""

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.operations import NOT_IMPLEMENTED
from pictify_conformance.results.run import Run, sources
from pictify_conformance.results.verdicts import Verdict

STYLES = {
    Outcome.passed: "green",
    Outcome.fail: "bold red",
    Outcome.error: "bold magenta",
    Outcome.skip: "yellow",
}


def print_run(run: Run, console: Console) -> None:
    """Print the run; the verdict is the last line."""
    judged = [verdict for verdict in run.verdicts if verdict.outcome is not Outcome.disabled]
    seconds = Column("seconds", justify="right")
    table = Table("rule", "level", "outcome", seconds, box=None, pad_edge=False)
    for verdict in judged:
        outcome = Text(str(verdict.outcome), STYLES[verdict.outcome])
        table.add_row(verdict.rule.id, verdict.rule.level, outcome, f"{verdict.seconds:.2f}")
    console.print(table)
    missing = set(map(NOT_IMPLEMENTED.format, run.not_implemented))
    for verdict in judged:
        is_missing = any(map(verdict.is_skipped_for, missing))
        if verdict.outcome is not Outcome.passed and not is_missing:
            console.print(explanation(verdict), soft_wrap=True)
    console.print()
    seen, documented = len(run.coverage.seen), len(run.coverage.documented)
    print_line(console, f"{seen} of {documented} responses in the spec were seen")
    for line in (
        *run.missing_lines,
        *run.problems,
        *run.notes,
        *(run.baseline.lines() if run.baseline else ()),
    ):
        print_line(console, line)
    print_line(console, run.headline)


def print_line(console: Console, text: str) -> None:
    """Print a line without wrapping, markup or highlighting."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)


def explanation(verdict: Verdict) -> Text:
    """Return the rule, why it did not pass, and the pages that it rests on."""
    outcome, rule = str(verdict.outcome), verdict.rule
    text = Text.assemble(("\n" + outcome, STYLES[verdict.outcome]), f"  {rule.id} ({rule.level})\n")
    if verdict.outcome is Outcome.fail:
        text.append(f"  rule: {rule.text}\n")
        text.append("".join(f"  page: {source}\n" for source in sources(rule)))
    if verdict.blocked_by:
        text.append(f"  not tried because {verdict.blocked_by} is broken\n")
    text.append("  " + verdict.reason.replace("\n", "\n  "))
    return text
