"""The hooks of a run: they select the tests of the rules, and collect what these find.

The entry point of pytest is in pytest_plugin.py.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from _pytest.runner import runtestprotocol
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from pictify_conformance import spec
from pictify_conformance.http.errors import error_message, leaf_errors, unexpected_error_message
from pictify_conformance.http.rate_limiter import RateLimiter
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import exchange_of
from pictify_conformance.interrupts import Interrupts
from pictify_conformance.progress import ProgressCallback
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.exchange import Exchange, History
from pictify_conformance.results.findings import Detail, Finding, Outcome, failures, merge_tries
from pictify_conformance.results.response_coverage import triple
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.spec import Level, Rule
from pictify_conformance.target import Target
from pictify_conformance.testing.collector import COLLECTOR, TARGET
from pictify_conformance.testing.failures import Result, result_of

if TYPE_CHECKING:
    from pathlib import Path

    from pictify_conformance.http.write_guard import Guard

QUICK_CASES = 8  # of each test in a quick run
MAX_EXCHANGES = 20_000  # of a process; more than run.har has room for, which says that it is full
ABOUT_LIMITS = frozenset({"limits", "quota"})
MARKERS = (
    "rule(id): the rule of the spec that this test judges",
    "alone: nothing else may happen to the account meanwhile",
    "slow: takes seconds, so it begins early where tests run in parallel",
)


def register_markers(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


class Judge:
    """Run the tests of the selected rules, and collect findings and exchanges.

    `tries` is how often a failing test is run at most. `in_terminal` says that pytest reports
    to a terminal, as it does for a user who calls it.
    """

    def __init__(
        self,
        target: Target,
        selected: Iterable[Rule],
        progress: ProgressCallback,
        *,
        tries: int = 1,
        in_terminal: bool = False,
    ) -> None:
        self.target, self.progress = target, progress
        self.tries, self._in_terminal = tries, in_terminal
        self.selected = {rule.id for rule in selected}
        self.results = CollectedResults()
        self.failed: dict[str, None] = {}
        """The rules found broken so far, for the progress."""
        self.rate_limiter = RateLimiter(target.rate)
        self.time_limit = TimeLimit(target.time_limit)
        self.interrupts = Interrupts()
        self.guard: Guard | None = None
        """The guard of the tests, once they have begun."""
        self.cleanup_log: Path | None = None
        """The file in which the guard logs what is created."""
        self.test_count = self._done = 0
        self._broken_schema = ""
        """The schema rule that an answer to the current test broke last."""
        self._history = History()
        self._shown_rules: set[str] = set()  # those with a history of how they were found broken

    # --- what the fixtures and the transport record

    def record_exchange(self, operation_id: str | None, exchange: Exchange) -> None:
        """Keep an exchange for the reports."""
        self._history.add(exchange)
        if len(self.results.exchanges) < MAX_EXCHANGES:
            self.results.exchanges.append(exchange)
        if operation_id:
            content_type = dict(exchange.response_headers).get("content-type", "")
            self.results.answers.add(triple(operation_id, exchange.status, content_type))

    def check_response(self, operation_id: str, response: httpx.Response) -> None:
        """Check a response against the spec. A violation breaks the operation's schema rule."""
        answer = Response.from_any(response)
        # A response that the whole spec allows is also allowed by its documented part.
        levels: dict[Level, None] = dict.fromkeys((self.target.level, "documented"))
        for level in levels:
            try:
                checks.judge_answer(level, operation_id, answer)
                return
            except* Failure as group:
                message = "\n".join(map(error_message, leaf_errors(group)))
                detail = Detail(message, exchange=exchange_of(response))
                rule = self._broken_schema = spec.schema_rule(operation_id, level)
                # One history is enough: a server may break a schema with every response.
                is_first = rule not in self._shown_rules
                self._shown_rules.add(rule)
                exchanges = self._history.exchanges() if is_first else ()
                self.add_finding(rule, Outcome.fail, detail, exchanges=exchanges)

    def add_finding(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record a finding about a rule, if the rule is selected."""
        if rule in self.selected:
            if outcome is Outcome.fail and not more.get("blocked_by"):
                self.failed[rule] = None
            redacted = tuple(detail.redacted(self.target.redact) for detail in details)
            self.results.findings.append(Finding(rule, outcome, redacted, **more))

    def record_leftovers(self) -> None:
        """Record what the run has created and not removed so far."""
        if self.guard:
            redact = self.target.redact
            self.results.left_behind += map(redact, self.guard.left())
            self.results.foreign += map(redact, self.guard.foreign.values())
            self.results.delete_statuses |= self.guard.delete_statuses
            self.results.operations.add(self.guard.operations)

    def select_rules_of(self, items: Iterable[pytest.Item]) -> None:
        """Deselect the rules that none of these tests judges."""
        self.selected &= set().union(*map(_rules, items))

    # --- hooks of pytest

    def pytest_configure(self, config: pytest.Config) -> None:
        """Pass target and collector to the fixtures."""
        if not self._in_terminal:
            register_markers(config)
            config.option.tbstyle = "native"  # nobody reads the tracebacks; this is the fastest
        config.stash[TARGET] = self.target
        config.stash[COLLECTOR] = self

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the tests of the selected rules."""
        chosen = [item for item in items if _rules(item) & self.selected]
        chosen = list(_few_of_each(chosen)) if self.target.quick else chosen
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = first_cases_first(chosen)
        self.test_count = len(chosen)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a test module that does not load as a problem."""
        if report.failed:
            self.results.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Record an error of pytest or of this plugin, which pytest would print unredacted."""
        self.results.problems.append(unexpected_error_message(excinfo.value))
        return not self._in_terminal

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test, again if it failed. A failure in one try only is flaky, and counts."""
        if self._is_over(item.session):
            return True
        areas = {rule.partition(".")[0] for rule in _rules(item)}
        self.rate_limiter.retries = not areas & ABOUT_LIMITS
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        before = self.results.findings
        tries: list[list[Finding]] = []
        reports: list[pytest.TestReport] = []
        try:
            while not tries or (len(tries) < self.tries and self._is_to_be_retried(tries[0], item)):
                self.interrupts.check()
                self.results.findings = []
                tries.append(self.results.findings)
                self._history.clear()
                self._broken_schema = ""
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
        finally:
            self.results.findings = before + merge_tries(*tries)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        self.interrupts.check()
        self._is_over(item.session)
        return True

    def _is_to_be_retried(self, findings: Iterable[Finding], item: pytest.Item) -> bool:
        # Findings about other tests come from the end of the run, which happens only once.
        failed = any(finding.test in ("", item.nodeid) for finding in failures(findings))
        return failed and not self.time_limit.is_over

    def _is_over(self, session: pytest.Session) -> bool:
        """Return True, and end the session, if no more tests are to be started."""
        if self.time_limit.is_over and not session.shouldstop:
            session.shouldstop = self.time_limit.reason
            self.results.problems.append(self.time_limit.reason)
        return self.time_limit.is_over

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Send nothing more for a test once the run is over."""
        with self.time_limit.judging():
            return (yield)

    pytest_runtest_call = pytest_runtest_setup

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        """Let the clean-up finish even if it is interrupted, also that after the run."""
        with self.interrupts.held_back():
            yield

    pytest_sessionfinish = pytest_runtest_teardown

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add a finding for each rule of a test that passed, or whose phase raised an error."""
        report = yield
        if call.when == "call" or call.excinfo:
            result = result_of(call.excinfo)
            if result.is_suite_error and self._broken_schema:
                # A helper cannot read an answer that the spec does not allow.
                result = Result(Outcome.fail, result.details, self._broken_schema)
            is_bad = result.outcome in (Outcome.fail, Outcome.error)
            for rule in _rules(item):
                self.add_finding(
                    rule,
                    result.outcome,
                    *result.details,
                    # A rule that needs itself first is broken, not blocked.
                    blocked_by=result.blocked_by if result.blocked_by != rule else None,
                    test=item.nodeid,
                    seconds=call.duration,
                    exchanges=self._history.exchanges() if is_bad else (),
                    skipped_read_only=result.skipped_read_only,
                )
        return report

    @property
    def is_cut_short(self) -> bool:
        """Return True if some of the tests were not run."""
        return self._done < self.test_count

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._done += 1
        self.progress(nodeid, self._done, self.test_count, self.failed)


def first_cases_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Sort the first case of each test before the others.

    A server that deletes nothing takes a limited number of experiments. So each rule gets some.
    """
    first = {cases[0] for cases in _cases(items).values()}
    return sorted(items, key=lambda item: item not in first)


def _cases(items: Iterable[pytest.Item]) -> dict[Any, list[pytest.Item]]:
    """Return the cases of each test."""
    groups: dict[Any, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault((item.nodeid.partition("[")[0], frozenset(_rules(item))), []).append(item)
    return groups


def _few_of_each(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield evenly spread cases of each test, the first and the last among them."""
    for cases in _cases(items).values():
        last = len(cases) - 1
        chosen = {round(last * part / (QUICK_CASES - 1)) for part in range(QUICK_CASES)}
        yield from (cases[number] for number in sorted(chosen))


def _rules(item: pytest.Item) -> set[str]:
    return {marker.args[0] for marker in item.iter_markers("rule")}
