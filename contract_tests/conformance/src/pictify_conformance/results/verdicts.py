"""Outcomes, and how those of single tests add up to a rule's and to the run's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from pictify_conformance.results.exchange import Exchange
from pictify_conformance.spec import Rule

BY_READING = "by reading alone"
IN_PART = "tested in part, and that part passed\n"
NAMED = 5  # root causes in the headline


class Outcome(IntEnum):
    """Five outcomes, never mixed; a later one can only make a rule's worse."""

    disabled = 0  # switched off by the caller
    passed = 1
    skip = 2  # the server or the account cannot do this
    error = 3  # the suite broke, or the server could not be reached
    fail = 4  # the server broke the rule

    def __str__(self) -> str:
        return "pass" if self is Outcome.passed else self.name


@dataclass(frozen=True)
class Finding:
    """What one test, or one answer, says about a rule."""

    rule: str
    outcome: Outcome
    reason: str = ""
    blocked_by: str | None = None
    test: str = ""
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    held_back: bool = False
    """Whether the run was not allowed to try; what another test of the rule found counts more."""


@dataclass
class Verdict:
    """What the run says about a rule."""

    rule: Rule
    outcome: Outcome
    reason: str = ""
    blocked_by: str | None = None
    tests: list[str] = field(default_factory=list)
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()


def judge(rules: Iterable[Rule], findings: Iterable[Finding], disabled: dict[str, str]) -> list[Verdict]:
    """One verdict for each rule, in the rules' order. A rule that nothing judged is an error of ours."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    verdicts = [_verdict(rule, by_rule.get(rule.id, []), disabled.get(rule.id)) for rule in rules]
    whole = {verdict.rule.id for verdict in verdicts if verdict.outcome is not Outcome.fail}
    for verdict in verdicts:
        if verdict.blocked_by in whole:  # its own tests did not see what stood in the way here
            verdict.blocked_by = None
    return verdicts


def _verdict(rule: Rule, findings: list[Finding], disabled: str | None) -> Verdict:
    if disabled:
        return Verdict(rule, Outcome.disabled, disabled)
    if not any(finding.test for finding in findings):
        return Verdict(rule, Outcome.error, "the run ended before any test judged this rule")
    tried = [finding for finding in findings if not finding.held_back]
    # Among equally bad findings one of the rule's own tells more than one that another rule blocked.
    worst = max(tried or findings, key=lambda finding: (finding.outcome, finding.blocked_by is None))
    return Verdict(
        rule,
        worst.outcome,
        _reason(worst, tried, findings),
        worst.blocked_by,
        list(dict.fromkeys(finding.test for finding in findings if finding.test)),
        round(sum(finding.seconds for finding in findings), 3),
        worst.exchanges,
    )


def _reason(worst: Finding, tried: list[Finding], findings: list[Finding]) -> str:
    if worst.outcome is Outcome.passed and len(tried) < len(findings):
        return BY_READING
    in_part = worst.outcome is Outcome.skip and any(finding.outcome is Outcome.passed for finding in tried)
    return (IN_PART if in_part else "") + worst.reason


def summary(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many rules came out how."""
    counts = dict.fromkeys((str(outcome) for outcome in reversed(Outcome)), 0)
    for verdict in verdicts:
        counts[str(verdict.outcome)] += 1
    return counts


def exit_code(verdicts: Iterable[Verdict], *, require_all: bool = False) -> int:
    """0: something was judged and all of it passed. 1: a rule is broken, or not tested though all are required.

    3: we broke, or judged nothing.
    """
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.fail in outcomes or (require_all and Outcome.skip in outcomes and Outcome.error not in outcomes):
        return 1
    return 0 if Outcome.passed in outcomes and Outcome.error not in outcomes else 3


def causes(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """The rules that are broken themselves, and how many more each kept from being tried; the worst comes first."""
    failed = [verdict for verdict in verdicts if verdict.outcome is Outcome.fail]
    blocked = Counter(verdict.blocked_by for verdict in failed if verdict.blocked_by)
    found = {verdict.rule.id: 0 for verdict in failed if not verdict.blocked_by} | dict(blocked)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def headline(verdicts: list[Verdict], *, read_only: bool = False) -> str:
    """The verdict in one line, root causes first."""
    counts, broken = summary(verdicts), causes(verdicts)
    judged = counts["pass"] + counts["fail"]
    untested = f"{counts['skip']} not testable here, {counts['disabled']} switched off"
    if broken:
        names = ", ".join(list(broken)[:NAMED]) + (f" and {len(broken) - NAMED} more" if len(broken) > NAMED else "")
        own = sum(verdict.outcome is Outcome.fail and not verdict.blocked_by for verdict in verdicts)
        because = f", {counts['fail'] - own} could not be tried because of them" if counts["fail"] > own else ""
        return f"NOT CONFORMING: {names} broken; of {judged} rules {own} failed{because}; {untested}"
    if counts["error"]:
        return f"NO VERDICT: the suite or the connection broke on {counts['error']} rules; {counts['pass']} passed"
    if not counts["pass"]:
        return f"NO VERDICT: nothing was judged; {untested}"
    so_far = f", {BY_READING}" if read_only else ""
    return f"CONFORMING{so_far}: all {judged} rules judged pass; {untested}"
