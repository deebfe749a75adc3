"""report.html: the run for people, one page that needs nothing else."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import jinja2

from pictify_conformance import spec
from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.run import Run, pages
from pictify_conformance.results.verdicts import Verdict, causes, summary

OPENED_AT_MOST = 8  # broken rules that stand open at first
SLOWEST = 10
TONES = {CONFORMING: "pass", RULE_BROKEN: "fail", NO_VERDICT: "error"}
"""The class of the heading, by exit code: it has the colour of that outcome."""


@dataclass
class Group:
    """The rules of an operation, or those of an area that span several."""

    title: str
    note: str
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rules came out how, without the outcomes that did not occur."""
        return {outcome: count for outcome, count in summary(self.verdicts).items() if count}


def as_html(run: Run) -> str:
    """The page."""
    broken = [
        verdict for verdict in run.verdicts if verdict.outcome in (Outcome.fail, Outcome.error)
    ]
    return _template().render(
        run=run,
        tone=TONES[run.exit_code],
        notes=[*run.notes, *(run.baseline.lines() if run.baseline else ())],
        groups=list(_groups(run.verdicts)),
        causes=causes(run.verdicts),
        texts={rule.id: rule.text for rule in spec.rules().values()},
        opened={verdict.rule.id for verdict in broken[:OPENED_AT_MOST] if not verdict.blocked_by},
        pages=pages,
        coverage=list(_coverage(run)),
        slowest=sorted(run.verdicts, key=lambda verdict: -verdict.seconds)[:SLOWEST],
        spec_version=spec.document()["info"]["version"],
        digest=spec.digest()[:12],
    )


@functools.cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.j2")


def _groups(verdicts: list[Verdict]) -> Iterator[Group]:
    """Rules that span operations by area, then those of each operation, in the spec's order."""
    titles = {
        operation["operationId"]: (f"{method} {path}", operation["operationId"])
        for method, path, operation in spec.operations()
    }
    groups: dict[str, Group] = {}
    for verdict in verdicts:
        operation_id = next(iter(verdict.rule.operations), None)
        key = operation_id or verdict.rule.area
        title = titles.get(str(operation_id), (verdict.rule.area, "more than one operation"))
        groups.setdefault(key, Group(*title)).verdicts.append(verdict)
    yield from groups.values()


def _coverage(run: Run) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Each operation with its documented answers, and whether they were seen."""
    for operation_id, triples in groupby(run.coverage.documented, key=lambda triple: triple[0]):
        yield (
            operation_id,
            [(" ".join(triple[1:]), triple in run.coverage.seen) for triple in triples],
        )
