"""Trials: the tests of a fault's rule judge the server that has the fault."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from broken_servers.fault import Fault
from broken_servers.server import broken_by
from pictify_conformance import runner, spec
from pictify_conformance.judge import Judge, register_markers
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.verdicts import Verdict, judge
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target

Modules = dict[str, list[Path]]

SEED = 1
SLOW = ("test_links.py",)  # calls every operation, and any other module notices a fault sooner


@dataclass(frozen=True)
class Trial:
    """The verdict of a rule's tests on a server that breaks it."""

    fault: str
    outcome: str
    reason: str
    seconds: float

    @property
    def caught(self) -> bool:
        """Return True if the rule itself failed."""
        return self.outcome == str(Outcome.fail)


def silence(*_: object) -> None:
    """Show no progress: a trial takes a second."""


def try_out(fault: Fault, modules: Modules) -> Trial:
    """Serve the fault and judge its rule, at the level of the rule."""
    clock = time.monotonic()
    rule = spec.rules()[fault.rule]
    with broken_by(fault, rule.level) as (target, problems):
        verdict = judge_rule(rule, target, modules.get(fault.rule, []))
    outcome, reason = str(verdict.outcome), verdict.reason
    if verdict.blocked_by:
        # Another rule failed first, so this server says nothing about the tests of its own rule.
        outcome, reason = "blocked", f"by {verdict.blocked_by}: {reason}"
    if problems:
        outcome, reason = "error", f"the fault itself broke: {problems[0]}"
    return Trial(fault.name, outcome, reason, time.monotonic() - clock)


def judge_rule(rule: Rule, target: Target, modules: Sequence[Path]) -> Verdict:
    """Run the tests of one rule in these modules until the first fails."""
    plugin = FirstFailureJudge(target, [rule], silence)
    pytest.main(runner.pytest_arguments(SEED, modules), plugins=[plugin])
    [verdict] = judge([rule], plugin.results.findings, {})
    return verdict


class FirstFailureJudge(Judge):
    """A judge that ends the session when the rule in question fails."""

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Keep the session, to end it."""
        self._session = session

    def add_finding(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record a finding, and end with the first failure that no other rule caused."""
        super().add_finding(rule, outcome, *details, **more)
        if outcome is Outcome.fail and rule in self.selected and not more.get("blocked_by"):
            self._session.shouldstop = "the rule is broken"


def modules_by_rule() -> Modules:
    """Collect the test modules of each rule, quick ones first.

    The processes of the trials are forked from this one, so this import of every module is the
    only one.
    """
    collector = ModuleCollector()
    arguments = [*runner.pytest_arguments(SEED, [runner.TESTS]), "--collect-only"]
    if pytest.main(arguments, plugins=[collector]) != pytest.ExitCode.OK:
        raise RuntimeError("\n".join(["the tests could not be collected:", *collector.problems]))
    for modules in collector.modules.values():
        modules.sort(key=lambda path: path.name in SLOW)
    return collector.modules


class ModuleCollector:
    """A plugin that records which test modules have tests of which rule."""

    def __init__(self) -> None:
        self.modules: Modules = {}
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record the modules that cannot be imported."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers."""
        register_markers(config)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Record the module of every marked test."""
        for item in items:
            for marker in item.iter_markers("rule"):
                modules = self.modules.setdefault(marker.args[0], [])
                if item.path not in modules:
                    modules.append(item.path)
