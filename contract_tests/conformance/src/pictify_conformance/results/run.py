"""What there is to report."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pictify_conformance import spec
from pictify_conformance.pytest_plugin import Haul
from pictify_conformance.reports import left_behind
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.response_coverage import Coverage, coverage
from pictify_conformance.results.verdicts import Verdict, headline, judge
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target


@dataclass(frozen=True)
class Run:
    """One finished run."""

    target: str
    level: str
    seed: int
    started: str
    seconds: float
    verdicts: list[Verdict]
    coverage: Coverage
    exchanges: tuple[Exchange, ...] = ()
    problems: tuple[str, ...] = ()
    """Why the run did not come to its end, or what it could not remove."""
    read_only: bool = False
    left_behind: tuple[str, ...] = ()
    """Slug and uid of what it could not remove."""

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        return headline(self.verdicts, read_only=self.read_only)


def finished(
    target: Target, seed: int, started: dt.datetime, seconds: float, haul: Haul, disabled: dict[str, str]
) -> Run:
    """Return the run, from what it found, with every text safe to show. Exchanges are from the start."""
    safe = target.redacted
    verdicts = judge(spec.rules().values(), haul.findings, disabled)
    left, foreign = (tuple(dict.fromkeys(map(safe, names))) for names in (haul.left_behind, haul.foreign))
    return Run(
        safe(target.base_url),
        target.level,
        seed,
        started.isoformat(timespec="seconds"),
        round(seconds, 2),
        [replace(each, reason=safe(each.reason), tests=list(map(safe, each.tests))) for each in verdicts],
        coverage("assumed" if target.level == "strict" else "documented", haul.answers),
        tuple(haul.exchanges),
        tuple(map(safe, (*haul.problems, *_leftovers(left, foreign)))),
        target.read_only,
        left,
    )


def _leftovers(left: Sequence[str], foreign: Sequence[str]) -> Iterator[str]:
    if left:
        yield f"could not be removed, delete by hand: {left_behind.in_a_line(left)}; {left_behind.NAME} names all"
    if foreign:
        yield f"not touched, as it may be somebody else's; look at it by hand: {left_behind.in_a_line(foreign)}"


def pages(rule: Rule) -> list[str]:
    """The pages that a rule rests on, or the assumptions, in their words."""
    document = spec.document()
    known = {**document["x-sources"], **document["x-assumptions"]}
    return [f"{code}: {known[code]}" if code in known else code for code in rule.source]
