"""A finished run: the one place that knows its verdict, its headline and its exit code."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pictify_conformance import spec
from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.comparison import Comparison, compare
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.left_behind import LeftBehind
from pictify_conformance.results.response_coverage import Coverage, coverage
from pictify_conformance.results.verdicts import BY_READING, Verdict, causes, judge, summary
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target

NAMED = 5  # rules in the headline


class Conclusion(NamedTuple):
    """The verdict on a whole run."""

    exit_code: int
    verdict: str
    because: str


@dataclass(frozen=True)
class Run:
    """One finished run. Whoever shows it reads the verdict here, and computes none."""

    target: str
    level: str
    seed: int
    started: str
    seconds: float
    verdicts: list[Verdict]
    coverage: Coverage
    exchanges: tuple[Exchange, ...] = ()
    broken_off: tuple[str, ...] = ()
    """Why the run did not come to its end, or is not whole."""
    read_only: bool = False
    left_behind: LeftBehind = field(default_factory=LeftBehind)
    require_all: bool = False
    """Whether every rule has to be tested."""
    baseline: Comparison | None = None
    """The difference to an earlier run, if only what is worse counts."""

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        return f"{self.conclusion.verdict}: {self.conclusion.because}"

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return self.conclusion.exit_code

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        """How many rules came out how."""
        return summary(self.verdicts)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the run did not come to its end, and what it should have removed and could not."""
        left = self.left_behind
        return (*self.broken_off, *(left.lines() if left.is_deletion_offered else ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known and changes no verdict: what is left on a server that offers no deletion."""
        return () if self.left_behind.is_deletion_offered else tuple(self.left_behind.lines())

    def is_accepted(self, verdict: Verdict) -> bool:
        """Return True if a rule failed or was an error, and the baseline has it not count."""
        is_bad = verdict.outcome in (Outcome.fail, Outcome.error)
        return is_bad and self.baseline is not None and verdict.rule.id not in self.baseline.worse

    @functools.cached_property
    def conclusion(self) -> Conclusion:
        """The verdict on the whole: the first that holds of a broken promise, no verdict, and all being well."""
        if worse := self._worse():
            return Conclusion(
                RULE_BROKEN, "WORSE", f"{_named(worse)} worse than in the baseline; {self._passed}"
            )
        if self.baseline is None and self.counts["fail"]:
            return Conclusion(RULE_BROKEN, "NOT CONFORMING", self._is_broken())
        if self.baseline is None and self.require_all and self.counts["skip"]:
            return Conclusion(
                RULE_BROKEN, "NOT ALL TESTED", f"all rules have to be tested; {self._passed}"
            )
        if obstacle := self._obstacle():
            return Conclusion(NO_VERDICT, "NO VERDICT", obstacle)
        if accepted := sum(map(self.is_accepted, self.verdicts)):
            because = f"{accepted} rules failed or broke, which does not count by the baseline; {self._passed}"
            return Conclusion(CONFORMING, "NOT WORSE", because)
        so_far = f", {BY_READING}" if self.read_only else ""
        return Conclusion(CONFORMING, f"CONFORMING{so_far}", self._passed)

    def _obstacle(self) -> str | None:
        """Why there is no verdict, though no promise is known to be broken."""
        if errors := sum(
            each.outcome is Outcome.error and not self.is_accepted(each) for each in self.verdicts
        ):
            return (
                f"the suite or the connection broke on {errors} rules; {self.counts['pass']} passed"
            )
        if not self._judged:
            return self._passed
        if self.broken_off:
            return f"the run is not complete; {self._passed}"
        if self.left_behind and self.left_behind.is_deletion_offered:
            left = len(self.left_behind.experiments) + len(self.left_behind.foreign)
            return f"experiments left behind: {left:,}; {self._passed}"
        return None

    def _is_broken(self) -> str:
        failed = self.counts["fail"]
        own = sum(each.outcome is Outcome.fail and not each.blocked_by for each in self.verdicts)
        because = f", {failed - own} could not be tried because of them" if failed > own else ""
        broken = f"{_named(list(causes(self.verdicts)))} broken; of {self._judged} rules {own} failed{because}"
        return f"{broken}; {self._untested}"

    def _worse(self) -> list[str]:
        """The rules that the server keeps less well than in the baseline. An error of the suite is no such thing."""
        errors = {verdict.rule.id for verdict in self.verdicts if verdict.outcome is Outcome.error}
        return [rule for rule in self.baseline.worse if rule not in errors] if self.baseline else []

    @property
    def _judged(self) -> int:
        return self.counts["pass"] + self.counts["fail"]

    @property
    def _passed(self) -> str:
        passed, judged = self.counts["pass"], self._judged
        if not judged:
            return f"nothing was judged; {self._untested}"
        some = (
            f"all {judged} rules judged pass"
            if passed == judged
            else f"{passed} of {judged} rules judged pass"
        )
        return f"{some}; {self._untested}"

    @property
    def _untested(self) -> str:
        return f"{self.counts['skip']} not testable here, {self.counts['disabled']} switched off"


def _named(rules: list[str]) -> str:
    return ", ".join(rules[:NAMED]) + (
        f" and {len(rules) - NAMED} more" if len(rules) > NAMED else ""
    )


def finished(
    target: Target,
    seed: int,
    started: dt.datetime,
    seconds: float,
    collected: CollectedResults,
    disabled: dict[str, str],
    *,
    require_all: bool = False,
    before: Mapping[str, str] | None = None,
) -> Run:
    """Return the run, from what it found, with every text safe to show. Exchanges are from the start."""
    safe = target.redacted
    verdicts = [
        _redacted(each, target)
        for each in judge(spec.rules().values(), collected.findings, disabled)
    ]
    left, foreign = (
        tuple(dict.fromkeys(map(safe, names)))
        for names in (collected.left_behind, collected.foreign)
    )
    known = None if before is None else {safe(rule): outcome for rule, outcome in before.items()}
    return Run(
        safe(target.base_url),
        spec.LEVEL_NAMES[target.level],
        seed,
        started.isoformat(timespec="seconds"),
        round(seconds, 2),
        verdicts,
        coverage(target.level, collected.answers),
        tuple(collected.exchanges),
        tuple(map(safe, collected.problems)),
        target.read_only,
        LeftBehind(left, foreign, frozenset(collected.delete_statuses)),
        require_all,
        None if known is None else compare(known, verdicts),
    )


def _redacted(verdict: Verdict, target: Target) -> Verdict:
    clean = target.redacted
    details = tuple(detail.redacted(clean) for detail in verdict.details)
    return replace(verdict, details=details, tests=list(map(clean, verdict.tests)))


def pages(rule: Rule) -> list[str]:
    """The pages that a rule rests on, or the assumptions, in their words."""
    document = spec.document()
    known = {**document["x-sources"], **document["x-assumptions"]}
    return [f"{code}: {known[code]}" if code in known else code for code in rule.source]
