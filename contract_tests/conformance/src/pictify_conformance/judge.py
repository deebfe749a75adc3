"""Judges a server by the tests of the rules: selects them, runs them and collects what they find."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from _pytest.runner import runtestprotocol
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from pictify_conformance import spec
from pictify_conformance.http.errors import leaves, told, unexpected
from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import exchange_of
from pictify_conformance.interrupts import Interrupts
from pictify_conformance.progress import Told
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Finding, Outcome, compared, failures
from pictify_conformance.results.response_coverage import triple
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.spec import Level, Rule
from pictify_conformance.target import Target
from pictify_conformance.testing.collector import COLLECTOR, TARGET
from pictify_conformance.testing.failures import result_of

if TYPE_CHECKING:
    from pathlib import Path

    from pictify_conformance.http.write_guard import Guard

SHOWN = 5  # exchanges with a finding
FEW = 4  # cases of a test in a quick run
KEPT = 20_000  # exchanges for the HAR
ABOUT_LIMITS = frozenset({"limits", "quota"})
MARKERS = (
    "rule(id): the rule of the spec that this test judges",
    "alone: nothing else may happen to the account meanwhile",
    "slow: takes seconds, so it begins early where tests run in parallel",
)


def know_markers(config: pytest.Config) -> None:
    """Make the markers of the tests known to pytest."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


class Judge:
    """Selects tests by the rules they carry, collects what they find, and judges every answer by the way."""

    def __init__(
        self,
        target: Target,
        selected: Iterable[Rule],
        progress: Told,
        *,
        tries: int = 1,
        shown: bool = False,
    ) -> None:
        self.target, self.progress = target, progress
        self.haul = CollectedResults()
        self.pace, self.limit = Pace(target.rate), TimeLimit(target.time_limit)
        self.interrupts = Interrupts()
        self.guard: Guard | None = None
        """The guard of the tests, once they have begun."""
        self.journal: Path | None = None
        """Where the guard writes down what is about to be created."""
        self.tries, self._shown = tries, shown
        self._selected = {rule.id for rule in selected}
        self._levels: tuple[Level, ...] = tuple(dict.fromkeys((target.level, "documented")))
        self._trail: deque[Exchange] = deque(maxlen=SHOWN)
        self._done, self.count = 0, 0

    @property
    def findings(self) -> list[Finding]:
        """What was found about rules."""
        return self.haul.findings

    # --- answers

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep an exchange for the reports."""
        self._trail.append(seen)
        if len(self.haul.exchanges) < KEPT:
            self.haul.exchanges.append(seen)
        if operation_id:
            content_type = dict(seen.came_headers).get("content-type", "")
            self.haul.answers.add(triple(operation_id, seen.status, content_type))

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Judge one answer against the spec; a breach counts against the operation's schema row.

        What the whole spec allows, the published part of it allows too.
        """
        answer = Response.from_any(response)
        for level in self._levels:
            try:
                checks.judge_answer(level, operation_id, answer)
                return
            except* Failure as group:
                reason = "\n".join(map(told, leaves(group)))
                row, shown = spec.schema_rule(operation_id, level), tuple(self._trail)[-1:]
                self.find(
                    row,
                    Outcome.fail,
                    Detail(reason, exchange=exchange_of(response)),
                    exchanges=shown,
                )

    def find(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record what was found about a rule, if the rule is judged at all."""
        if rule in self._selected:
            clean = tuple(detail.redacted(self.target.redacted) for detail in details)
            self.findings.append(Finding(rule, outcome, clean, **more))

    def note_left_behind(self) -> None:
        """Record what the run has made and not removed so far."""
        if self.guard:
            clean = self.target.redacted
            self.haul.left_behind += [clean(name) for name in self.guard.left()]
            self.haul.foreign += [clean(name) for name in self.guard.foreign.values()]
            self.haul.delete_statuses |= self.guard.delete_statuses

    @property
    def selected(self) -> set[str]:
        """The ids of the rules that are judged."""
        return self._selected

    def narrow(self, items: Iterable[pytest.Item]) -> None:
        """Judge no rules but those of these tests."""
        self._selected &= set().union(*map(_rules, items))

    # --- pytest

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make target and collector known to the fixtures."""
        if not self._shown:
            know_markers(config)
            # Nobody reads what pytest makes of a traceback, and its own style takes long.
            config.option.tbstyle = "native"
        config.stash[TARGET] = self.target
        config.stash[COLLECTOR] = self

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the tests of the selected rules."""
        chosen = [item for item in items if _rules(item) & self._selected]
        chosen = list(_few_of_each(chosen)) if self.target.quick else chosen
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen
        self.count = len(chosen)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test module that does not load is an error of ours."""
        if report.failed:
            self.haul.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Tell an error of pytest or of this plugin as a problem; pytest would print it as it is."""
        self.haul.problems.append(unexpected(excinfo.value))
        return not self._shown

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test, and run it again if it found a breach: one that does not come again is flaky, and counts."""
        if self._is_over(item.session):
            return True
        self.pace.patient = not any(rule.partition(".")[0] in ABOUT_LIMITS for rule in _rules(item))
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        before = self.haul.findings
        tries: list[list[Finding]] = []
        reports: list[pytest.TestReport] = []
        try:
            while len(tries) < self.tries and not (
                tries and (self.limit.is_over or not _breached(tries[0], item))
            ):
                self.interrupts.check()
                self.haul.findings = []
                tries.append(self.haul.findings)
                self._trail.clear()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
        finally:
            self.haul.findings = before + compared(*tries)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        self.interrupts.check()
        self._is_over(item.session)
        return True

    def _is_over(self, session: pytest.Session) -> bool:
        """Return True if no more tests are to be started, and end the session."""
        if self.limit.is_over and not session.shouldstop:
            session.shouldstop = self.limit.reason
            self.haul.problems.append(self.limit.reason)
        return self.limit.is_over

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Send nothing more for a test once the run is over."""
        with self.limit.judging():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Send nothing more for a test once the run is over."""
        with self.limit.judging():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        """Remove what a test has made, interrupt or not."""
        with self.interrupts.held_back():
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Remove what is left at the end, interrupt or not."""
        with self.interrupts.held_back():
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn each phase of a test that says something into a finding for each of its rules."""
        report = yield
        if call.when == "call" or call.excinfo:
            said = result_of(call.excinfo)
            shown = tuple(self._trail) if said.outcome in (Outcome.fail, Outcome.error) else ()
            for rule in _rules(item):
                by = (
                    None if said.blocked_by == rule else said.blocked_by
                )  # what a rule itself needs is part of it
                more = {
                    "blocked_by": by,
                    "test": item.nodeid,
                    "seconds": call.duration,
                    "exchanges": shown,
                }
                self.find(rule, said.outcome, *said.details, held_back=said.held_back, **more)
        return report

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how far the run is."""
        self.tell(nodeid)

    def tell(self, test: str) -> None:
        """Say that a test has ended."""
        self._done += 1
        self.progress(test, self._done, self.count)


def _few_of_each(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Of the many cases of a test about the same rules a few, evenly spread: the first and the last among them."""
    groups: dict[Any, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault((item.nodeid.partition("[")[0], frozenset(_rules(item))), []).append(item)
    for cases in groups.values():
        last = len(cases) - 1
        yield from (
            cases[number]
            for number in sorted({round(last * part / (FEW - 1)) for part in range(FEW)})
        )


def _breached(findings: Iterable[Finding], item: pytest.Item) -> bool:
    """Whether a test found a breach; what is found of others at the end of the run does not come again with it."""
    return any(finding.test in ("", item.nodeid) for finding in failures(findings))


def _rules(item: pytest.Item) -> set[str]:
    return {marker.args[0] for marker in item.iter_markers("rule")}
