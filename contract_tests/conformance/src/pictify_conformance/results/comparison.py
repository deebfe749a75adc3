"""What got better or worse since an earlier run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pictify_conformance.results.verdicts import Verdict

WORSE = {("pass", "fail"), ("pass", "error"), ("pass", "skip"), ("skip", "fail")}
BETTER = {("fail", "pass"), ("error", "pass"), ("skip", "pass")}


@dataclass(frozen=True)
class Comparison:
    """The rules that came out better or worse than in the baseline, each with what changed."""

    better: Mapping[str, str] = field(default_factory=dict)
    worse: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return a line for each difference, or one that says that there is none."""
        better, worse = (
            [f"{name}: {rule}: {change}" for rule, change in changed.items()]
            for name, changed in (("better", self.better), ("worse", self.worse))
        )
        return [*better, *worse] or ["nothing is better or worse than in the baseline"]


def compare(before: Mapping[str, str], verdicts: Iterable[Verdict]) -> Comparison:
    """Compare the verdicts with the outcomes of an earlier run.

    A rule that is no longer there is worse. What was switched off for this run was not looked at, so it is no worse.
    A rule that the baseline does not have is neither.
    """
    now = {verdict.rule.id: str(verdict.outcome) for verdict in verdicts}
    pairs = {rule: (before[rule], outcome) for rule, outcome in now.items() if rule in before}
    better = {rule: _change(*pair) for rule, pair in pairs.items() if pair in BETTER}
    worse = {rule: _change(*pair) for rule, pair in pairs.items() if pair in WORSE}
    gone = {
        rule: _change(outcome, "no longer a rule")
        for rule, outcome in before.items()
        if rule not in now
    }
    return Comparison(better, worse | gone)


def _change(before: str, now: str) -> str:
    return f"{before} in the baseline, now {now}"
