"""How what was found about a rule adds up to the verdict on it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.spec import Rule

FLAKY = "flaky: failed once in two tries"
IN_PART = "tested in part, and that part passed"
BY_READING = "by reading alone"
NEVER_JUDGED = Detail("the run ended before any test judged this rule")


@dataclass
class Verdict:
    """What the run says about a rule."""

    rule: Rule
    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    tests: list[str] = field(default_factory=list)
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    """The last exchanges before it was found broken."""
    flaky: bool = False
    """Whether the rule failed in one of two tries only."""
    in_part: bool = False
    """Whether a part of the rule was tested and passed, and the rest could not be tested."""
    by_reading: bool = False
    """Whether the rule passed in a run that was not allowed to try all of it."""

    @property
    def notes(self) -> list[str]:
        """What is to be known beside the outcome."""
        known = ((self.flaky, FLAKY), (self.in_part, IN_PART), (self.by_reading, BY_READING))
        return [text for holds, text in known if holds]

    @property
    def telling(self) -> Exchange | None:
        """The exchange that shows what is wrong, or the last one before it was found."""
        shown = (detail.exchange for detail in self.details if detail.exchange)
        return next(shown, self.exchanges[-1] if self.exchanges else None)

    @property
    def shown(self) -> tuple[Exchange, ...]:
        """The last exchanges, with the telling one if that was earlier."""
        earlier = [seen for seen in (self.telling,) if seen and seen not in self.exchanges]
        return (*earlier, *self.exchanges)

    @property
    def last_request(self) -> Exchange | None:
        """The last exchange of a failure that shows no request of its own."""
        is_untold = self.outcome is Outcome.fail and not any(
            detail.shows_requests for detail in self.details
        )
        return self.exchanges[-1] if is_untold and self.exchanges else None

    @property
    def reason(self) -> str:
        """Why the rule came out so, for people."""
        last = [f"  last request: {self.last_request.line}"] if self.last_request else []
        return "\n".join([*self.notes, *map(str, self.details), *last])


def judge(
    rules: Iterable[Rule], findings: Iterable[Finding], disabled: dict[str, str]
) -> list[Verdict]:
    """Return one verdict for each rule, in the rules' order. A rule that nothing judged is an error of ours."""
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
        return Verdict(rule, Outcome.disabled, (Detail(disabled),))
    if not any(finding.test for finding in findings):
        return Verdict(rule, Outcome.error, (NEVER_JUDGED,))
    tried = [finding for finding in findings if not finding.held_back]
    # Among equally bad findings one of the rule's own tells more than one that another rule blocked.
    worst = max(
        tried or findings, key=lambda finding: (finding.outcome, finding.blocked_by is None)
    )
    return Verdict(
        rule,
        worst.outcome,
        worst.details,
        worst.blocked_by,
        list(dict.fromkeys(finding.test for finding in findings if finding.test)),
        round(sum(finding.seconds for finding in findings), 3),
        worst.exchanges,
        worst.flaky,
        in_part=worst.outcome is Outcome.skip
        and any(finding.outcome is Outcome.passed for finding in tried),
        by_reading=worst.outcome is Outcome.passed and len(tried) < len(findings),
    )


def summary(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many rules came out how."""
    counts = dict.fromkeys((str(outcome) for outcome in reversed(Outcome)), 0)
    for verdict in verdicts:
        counts[str(verdict.outcome)] += 1
    return counts


def causes(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return the rules that are broken themselves, and how many more each kept from being tried; the worst first."""
    failed = [verdict for verdict in verdicts if verdict.outcome is Outcome.fail]
    blocked = Counter(verdict.blocked_by for verdict in failed if verdict.blocked_by)
    found = {verdict.rule.id: 0 for verdict in failed if not verdict.blocked_by} | dict(blocked)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
