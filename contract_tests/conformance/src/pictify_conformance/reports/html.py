"""report.html: the run for people, one page that needs nothing else."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from pictify_conformance import __version__, spec
from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.reports.script import script_for
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.run import Run, sources
from pictify_conformance.results.verdicts import Verdict, summary

QUIET = (Outcome.passed, Outcome.disabled)
CLASSES = {CONFORMING: "pass", RULE_BROKEN: "fail", NO_VERDICT: "error"}
"""The CSS class of the heading by exit code."""


@dataclass
class Group:
    """The rules of an operation, or those of an area that concern several."""

    title: str
    note: str
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return summary(self.verdicts)

    @property
    def anchor(self) -> str:
        return f"group-{self.title}".replace(" ", "-")

    @property
    def folded(self) -> list[Verdict]:
        """The rules that need no attention."""
        return [each for each in self.verdicts if each.outcome in QUIET]

    @property
    def shown(self) -> list[Verdict]:
        return [each for each in self.verdicts if each.outcome not in QUIET]


def as_html(run: Run) -> str:
    return _template().render(
        run=run,
        css_class=CLASSES[run.exit_code],
        groups=_groups(run.verdicts),
        outcomes=[outcome for outcome, count in run.counts.items() if count],
        script_for=lambda verdict: script_for(verdict, run.target),
        sources=sources,
        coverage=list(_coverage(run)),
        spec_version=spec.document()["info"]["version"],
        version=__version__,
        digest=spec.digest()[:12],
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["code"] = _with_code
    return environment.get_template("report.html.j2")


def _with_code(text: str) -> Markup:
    """Return escaped text, with `<code>` for what stands between backticks."""
    html = re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(text)))
    return Markup(html)  # noqa: S704 - escaped before


def _groups(verdicts: list[Verdict]) -> list[Group]:
    """Group rules by operation, or by area if they concern several operations."""
    paths = {each["operationId"]: f"{method} {path}" for method, path, each in spec.operations()}
    groups: dict[str, Group] = {}
    for verdict in verdicts:
        if verdict.rule.operations:
            key = verdict.rule.operations[0]
            group = groups.setdefault(key, Group(paths.get(key, verdict.rule.area), key))
        else:
            key = verdict.rule.area
            group = groups.setdefault(key, Group(key, "more than one operation"))
        group.verdicts.append(verdict)
    return list(groups.values())


def _coverage(run: Run) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Yield each operation with its documented responses, each with True if it was seen."""
    seen = run.coverage.seen
    for operation_id, triples in groupby(run.coverage.documented, key=lambda triple: triple[0]):
        yield operation_id, [(" ".join(triple[1:]), triple in seen) for triple in triples]
