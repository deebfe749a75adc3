"""The pytest plugin that turns tests into findings about rules."""

import re
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from contract_tests import checks, spec
from contract_tests.expect import Blocked, exchange
from contract_tests.failures import CONNECTION, leaves, told
from contract_tests.spec import Level, Rule
from contract_tests.target import Target
from contract_tests.verdict import Finding, Outcome

TARGET = pytest.StashKey[Target]()
WITNESS = pytest.StashKey["Judge"]()
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LONG_KEY = 8
Told = Callable[[str, int, int], None]


class Judge:
    """Selects tests by the rules they carry, collects what they find, and judges every answer by the way."""

    def __init__(self, target: Target, selected: Iterable[Rule], progress: Told) -> None:
        self.target = target
        self.findings: list[Finding] = []
        self.problems: list[str] = []
        self.left_behind: list[str] = []
        self._selected = {rule.id for rule in selected}
        self._levels: tuple[Level, ...] = ("assumed", "documented") if target.level == "strict" else ("documented",)
        self._progress, self._done, self._count = progress, 0, 0

    # --- answers

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
                self.find(spec.schema_rule(operation_id, level), Outcome.fail, f"{reason}\n{exchange(response)}")

    def find(self, rule: str, outcome: Outcome, reason: str, **more: Any) -> None:
        """Record what was found about a rule, if the rule is judged at all."""
        if rule in self._selected:
            self.findings.append(Finding(rule, outcome, self._readable(reason), **more))

    def _readable(self, text: str) -> str:
        """Without keys, and without characters that would drive a terminal."""
        for key in self.target.keys:
            text = re.sub(_anywhere(key), "[key]", text)
        return UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)

    # --- pytest

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make target and witness known to the fixtures."""
        config.stash[TARGET] = self.target
        config.stash[WITNESS] = self
        config.addinivalue_line("markers", "rule(id): the rule of the spec that this test judges")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests of the selected rules."""
        chosen = [item for item in items if _rules(item) & self._selected]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen
        self._count = len(chosen)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test module that does not load is an error of ours."""
        if report.failed:
            self.problems.append(self._readable(str(report.longrepr)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn each phase of a test that says something into a finding for each of its rules."""
        report = yield
        if call.when == "call" or call.excinfo:
            outcome, reason, blocked_by = _said(call.excinfo)
            for rule in _rules(item):
                more = {"blocked_by": blocked_by, "test": item.nodeid, "seconds": call.duration}
                self.find(rule, outcome, reason, **more)
        return report

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell how far the run is."""
        self._done += 1
        self._progress(nodeid, self._done, self._count)


def _anywhere(key: str) -> str:
    """A pattern for a key; one so short that it may be part of a word counts only by itself."""
    return re.escape(key) if len(key) >= LONG_KEY else rf"\b{re.escape(key)}\b"


def _rules(item: pytest.Item) -> set[str]:
    return {marker.args[0] for marker in item.iter_markers("rule")}


def _said(excinfo: pytest.ExceptionInfo[BaseException] | None) -> tuple[Outcome, str, str | None]:
    """What the end of a test says: outcome, reason, and the rule that blocked it."""
    if excinfo is None:
        return Outcome.passed, "", None
    error = excinfo.value
    if isinstance(error, pytest.skip.Exception):
        return Outcome.skip, str(error.msg), None
    if isinstance(error, Blocked):
        return Outcome.fail, str(error), error.rule
    single = list(leaves(error))
    if all(isinstance(leaf, (AssertionError, pytest.fail.Exception)) for leaf in single):
        return Outcome.fail, "\n".join(map(told, single)), None
    if all(isinstance(leaf, CONNECTION) for leaf in single):
        return Outcome.error, "\n".join(map(told, single)), None
    return Outcome.error, "\n".join([*(f"{type(leaf).__name__}: {leaf}" for leaf in single), *_where(excinfo)]), None


def _where(excinfo: pytest.ExceptionInfo[BaseException]) -> list[str]:
    """The way through our own code to the error."""
    ours = (entry for entry in excinfo.traceback if "contract_tests" in Path(entry.path).parts)
    return [f"at {Path(entry.path).name}:{entry.lineno + 1} in {entry.name}" for entry in ours]
