"""What there is to report."""

import datetime as dt
from dataclasses import dataclass, replace

from contract_tests import spec
from contract_tests.coverage import Coverage, coverage
from contract_tests.exchange import Exchange
from contract_tests.plugin import Haul
from contract_tests.spec import Rule
from contract_tests.target import Target
from contract_tests.verdict import Verdict, headline, judge


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
    left = (f"could not be removed, delete by hand: {each}" for each in haul.left_behind)
    return Run(
        safe(target.base_url),
        target.level,
        seed,
        started.isoformat(timespec="seconds"),
        round(seconds, 2),
        [replace(each, reason=safe(each.reason), tests=list(map(safe, each.tests))) for each in verdicts],
        coverage("assumed" if target.level == "strict" else "documented", haul.answers),
        tuple(haul.exchanges),
        tuple(map(safe, (*haul.problems, *left))),
        target.read_only,
    )


def pages(rule: Rule) -> list[str]:
    """The pages that a rule rests on, or the assumptions, in their words."""
    document = spec.document()
    known = {**document["x-sources"], **document["x-assumptions"]}
    return [f"{code}: {known[code]}" if code in known else code for code in rule.source]
