"""The run on the terminal: the causes of the failures, and the verdict in one line."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pictify_conformance.results.causes import Cause
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
MAX_RULES = 8  # that a cause names
MAX_REASONS = 3  # of skips


def print_run(run: Run, console: Console, *, verbose: bool = False) -> None:
    """Print the causes, or with `verbose` every rule; the verdict is the last line."""
    if verbose:
        _print_rules(run, console)
    for number, cause in enumerate(run.causes, 1):
        console.print(_cause(run, number, cause), soft_wrap=True)
    for verdict in run.verdicts:
        if verdict.outcome is Outcome.error and not verbose:
            console.print(explanation(verdict), soft_wrap=True)
    for line in _last_lines(run):
        print_line(console, line)


def _print_rules(run: Run, console: Console) -> None:
    judged = [verdict for verdict in run.verdicts if verdict.outcome is not Outcome.disabled]
    seconds = Column("seconds", justify="right")
    table = Table("rule", "level", "outcome", seconds, box=None, pad_edge=False)
    for verdict in judged:
        outcome = Text(str(verdict.outcome), STYLES[verdict.outcome])
        table.add_row(verdict.rule.id, verdict.rule.level, outcome, f"{verdict.seconds:.2f}")
    console.print(table)
    for verdict in judged:
        if verdict.outcome is not Outcome.passed and not _is_not_implemented(run, verdict):
            console.print(explanation(verdict), soft_wrap=True)
    console.print()


def _cause(run: Run, number: int, cause: Cause) -> Text:
    """Return the operation, the most telling rule with what came, and how to see it again."""
    rule = cause.lead.rule
    text = Text.assemble((f"{number}. {cause.operation}\n", STYLES[Outcome.fail]))
    text.append(f"   {rule.id}: {cause.finding}\n")
    text.append(f"   page: {'; '.join(sources(rule))}\n")
    if more := cause.rules[1:]:
        rest = f" and {len(more) - MAX_RULES} more" if len(more) > MAX_RULES else ""
        text.append(f"   fails alike: {', '.join(more[:MAX_RULES])}{rest}\n")
    if cause.blocked:
        names = [verdict.rule.id for verdict in cause.blocked]
        rest = f" and {len(names) - MAX_RULES} more" if len(names) > MAX_RULES else ""
        text.append(f"   not tried because of it: {', '.join(names[:MAX_RULES])}{rest}\n")
    text.append(f"   again: {run.command(rule.id)}\n")
    return text


def _last_lines(run: Run) -> Iterator[str]:
    seen, documented = len(run.coverage.seen), len(run.coverage.documented)
    yield f"{seen} of {documented} responses in the spec were seen"
    skips = Counter(
        verdict.reason.partition("\n")[0]
        for verdict in run.verdicts
        if verdict.outcome is Outcome.skip and not _is_not_implemented(run, verdict)
    )
    for reason, count in skips.most_common(MAX_REASONS):
        yield f"skipped {count}: {reason}"
    if others := skips.most_common()[MAX_REASONS:]:
        yield f"skipped {sum(count for _, count in others)}: other reasons, which the report names"
    yield from (*run.missing_lines, *run.problems, *run.notes)
    yield from run.baseline.lines() if run.baseline else ()
    yield run.headline


def _is_not_implemented(run: Run, verdict: Verdict) -> bool:
    """Return True for a rule of a missing operation, which has a line of its own."""
    return any(map(verdict.is_skipped_for, map(NOT_IMPLEMENTED.format, run.not_implemented)))


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
