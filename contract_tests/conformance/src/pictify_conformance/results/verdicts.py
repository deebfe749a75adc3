"""The verdict on each rule, from the findings about it."""

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from urllib.parse import urlsplit

from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.operations import NOT_IMPLEMENTED, NOT_OFFERED
from pictify_conformance.spec import Rule, operation_id, rules

FLAKY = "flaky: failed once in two tries"
IN_PART = "tested in part, and that part passed"
BY_READING = "by reading alone"
SHOWN_EXCHANGES = 5
NEVER_JUDGED = Detail("the run ended before any test judged this rule")


@dataclass
class Verdict:
    """The verdict on one rule."""

    rule: Rule
    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    tests: list[str] = field(default_factory=list)
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    """The exchanges of the test that found the rule broken, up to then."""
    flaky: bool = False
    """True if the rule failed in only one of two tries."""
    in_part: bool = False
    """True if a part of the rule passed, and the rest could not be tested."""
    by_reading: bool = False
    """True if the rule passed in a run that was not allowed to try all of it."""

    def is_skipped_for(self, reason: str) -> bool:
        """Return True if this is the only reason why the rule was not tested, or not all of it."""
        return self.outcome is Outcome.skip and self.details == (Detail(reason),)

    @property
    def notes(self) -> list[str]:
        """Remarks beside the outcome."""
        notes = ((self.flaky, FLAKY), (self.in_part, IN_PART), (self.by_reading, BY_READING))
        return [text for holds, text in notes if holds]

    @functools.cached_property
    def main_exchange(self) -> Exchange | None:
        """The exchange that shows the failure, or else the last one before it.

        A check may repeat a request with another key, which then shows it. Of a rule about an
        operation that reads, the last call of it counts. What removes experiments shows nothing,
        and of equal polls the first shows the most.
        """
        for detail in self.details:
            if own := detail.exchange:
                after = (each for each in self.exchanges if each.started <= detail.found)
                return max(filter(own.repeats, after), key=attrgetter("started"), default=own)
        found = min((detail.found for detail in self.details), default=math.inf)
        before = [each for each in self.exchanges if each.started <= found]
        tried = [each for each in before if each.method != "DELETE"]
        reads = [each for each in tried if self._is_call_that_reads(each)]
        tried = reads or tried
        while len(tried) > 1 and tried[-1].shows_the_same_as(tried[-2]):
            tried.pop()
        return next(reversed(tried or self.exchanges), None)

    def _is_call_that_reads(self, exchange: Exchange) -> bool:
        is_read = exchange.method == "GET" and "/s/" not in exchange.url
        return is_read and exchange.operation_id in self.rule.operations

    @property
    def shown_exchanges(self) -> tuple[Exchange, ...]:
        """The main exchange, after those that led to it."""
        main = self.main_exchange
        if main not in self.exchanges:
            return (main,) if main else ()
        end = self.exchanges.index(main) + 1
        return self.exchanges[max(0, end - SHOWN_EXCHANGES) : end]

    @property
    def last_request(self) -> Exchange | None:
        """The main exchange of a failure whose details show no request."""
        if self.outcome is not Outcome.fail or any(each.shows_requests for each in self.details):
            return None
        return self.main_exchange

    @property
    def reason(self) -> str:
        """The reason of the outcome, for people."""
        last = [f"  last request: {self.last_request.line}"] if self.last_request else []
        return "\n".join([*self.notes, *map(str, self.details), *last])


def judge(
    rules: Iterable[Rule], findings: Iterable[Finding], disabled: dict[str, str]
) -> list[Verdict]:
    """Return one verdict for each rule, in the rules' order.

    A rule that no test judged is an error of the suite.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    verdicts = [_verdict(rule, by_rule.get(rule.id, []), disabled.get(rule.id)) for rule in rules]
    intact = {verdict.rule.id for verdict in verdicts if verdict.outcome is not Outcome.fail}
    for verdict in verdicts:
        # The blocking rule's own tests passed, so what failed here is this rule.
        if verdict.blocked_by in intact:
            verdict.blocked_by = None
    return verdicts


def _verdict(rule: Rule, findings: list[Finding], disabled: str | None) -> Verdict:
    if disabled:
        return Verdict(rule, Outcome.disabled, (Detail(disabled),))
    if not any(finding.test for finding in findings):
        return Verdict(rule, Outcome.error, (NEVER_JUDGED,))
    tried = [finding for finding in findings if not finding.skipped_read_only]
    worst = max(tried or findings, key=_telling)
    has_passed = any(finding.outcome is Outcome.passed for finding in tried)
    return Verdict(
        rule,
        worst.outcome,
        worst.details,
        worst.blocked_by,
        list(dict.fromkeys(finding.test for finding in findings if finding.test)),
        round(sum(finding.seconds for finding in findings), 3),
        worst.exchanges,
        worst.flaky,
        in_part=worst.outcome is Outcome.skip and has_passed,
        by_reading=worst.outcome is Outcome.passed and len(tried) < len(findings),
    )


def _telling(finding: Finding) -> tuple[Outcome, bool, bool, bool, int]:
    """Return a key that puts last the worst finding, of these what blocks, and fails each time.

    Of equal ones the smallest requests show the most: those of a test for this rule alone.
    """
    size = sum(len(each.url + each.request_body) for each in finding.exchanges)
    is_own = finding.blocked_by is None
    return finding.outcome, is_own, not finding.flaky, bool(finding.exchanges), -size


def excuse(
    findings: Iterable[Finding], missing: Iterable[str], base_path: str
) -> Iterator[Finding]:
    """Yield the findings. A failure that rests on a missing operation is a skip."""
    missing = frozenset(missing)
    for finding in findings:
        cause = _missing_cause(finding, missing, base_path)
        if cause is None or finding.outcome is not Outcome.fail:
            yield finding
        else:
            detail = Detail(NOT_IMPLEMENTED.format(cause))
            yield Finding(finding.rule, Outcome.skip, (detail,), None, finding.test)


def _missing_cause(finding: Finding, missing: frozenset[str], base_path: str) -> str | None:
    """Return the missing operation that the finding is about, or that its failure called."""
    known = rules()
    for id_ in (finding.rule, finding.blocked_by):
        if id_ in known and (own := missing.intersection(known[id_].operations)):
            return min(own)
    shown = [detail.exchange for detail in finding.details if detail.exchange]
    # Without an exchange of its own, a failure may rest on any call before it but a clean-up.
    called = shown or [each for each in finding.exchanges if each.method != "DELETE"]
    causes = [
        operation_id(each.method, urlsplit(each.url).path.removeprefix(base_path))
        if each.status in NOT_OFFERED
        else None
        for each in called
    ]
    own = missing.intersection(filter(None, causes))
    return min(own) if own and (not shown or len(own) == len(set(causes))) else None


def summary(verdicts: Iterable[Verdict]) -> dict[str, int]:
    counts = Counter(str(verdict.outcome) for verdict in verdicts)
    return {str(outcome): counts[str(outcome)] for outcome in reversed(Outcome)}
