"""The changes since an earlier run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pictify_conformance.results.verdicts import Verdict

WORSE = {("pass", "fail"), ("pass", "error"), ("pass", "skip"), ("skip", "fail")}
BETTER = {("fail", "pass"), ("error", "pass"), ("skip", "pass")}


@dataclass(frozen=True)
class Comparison:
    """The changes by rule."""

    better: Mapping[str, str]
    worse: Mapping[str, str]

    def lines(self) -> list[str]:
        """Return a line for each change, or one line if there is none."""
        lines = [f"better: {rule}: {change}" for rule, change in self.better.items()]
        lines += [f"worse: {rule}: {change}" for rule, change in self.worse.items()]
        return lines or ["nothing is better or worse than in the baseline"]


def compare(before: Mapping[str, str], verdicts: Iterable[Verdict]) -> Comparison:
    """Compare the verdicts with the outcomes of an earlier run.

    A rule that no longer exists is worse. A rule that is new or disabled is neither.
    """
    now = {verdict.rule.id: str(verdict.outcome) for verdict in verdicts}
    better, worse = {}, {}
    for rule, outcome in now.items():
        change = before.get(rule, ""), outcome
        if change in BETTER:
            better[rule] = _change(*change)
        if change in WORSE:
            worse[rule] = _change(*change)
    for rule, outcome in before.items():
        if rule not in now:
            worse[rule] = _change(outcome, "no longer a rule")
    return Comparison(better, worse)


def _change(before: str, now: str) -> str:
    return f"{before} in the baseline, now {now}"
