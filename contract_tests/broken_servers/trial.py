"""Trying a fault: the tests of its rule judge the server that has it."""

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
from pictify_conformance.spec import Level, Rule
from pictify_conformance.target import Target

Modules = dict[str, list[Path]]

SEED = 1
SLOW = ("test_links.py",)  # walks over all operations; whatever finds the fault sooner goes first


@dataclass(frozen=True)
class Trial:
    """What the tests of a fault's rule said about the server that has it."""

    fault: str
    level: Level
    outcome: str
    reason: str
    seconds: float

    @property
    def caught(self) -> bool:
        """Whether the rule itself came out as broken."""
        return self.outcome == str(Outcome.fail)


def silence(*_: object) -> None:
    """Show no progress: a trial takes a second."""


def try_out(fault: Fault, level: Level, modules: Modules) -> Trial:
    """Serve the fault and judge its rule."""
    clock = time.monotonic()
    with broken_by(fault, level) as (target, broke):
        verdict = verdict_on(spec.rules()[fault.breaks], target, modules.get(fault.breaks, []))
    outcome, reason = str(verdict.outcome), verdict.reason
    if verdict.blocked_by:
        outcome, reason = "blocked", f"by {verdict.blocked_by}: {reason}"
    if broke:
        outcome, reason = "error", f"the fault itself broke: {broke[0]}"
    return Trial(fault.name, level, outcome, reason, time.monotonic() - clock)


def verdict_on(rule: Rule, target: Target, modules: Sequence[Path]) -> Verdict:
    """What the tests in these modules say about one rule, up to its first breach."""
    plugin = EarlyEnd(target, [rule], silence)
    pytest.main(runner.pytest_arguments(SEED, modules), plugins=[plugin])
    [verdict] = judge([rule], plugin.results.findings, {})
    return verdict


class EarlyEnd(Judge):
    """A judge that has seen enough once the one rule in question is broken."""

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Remember the session, to end it."""
        self._session = session

    def add_finding(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record a finding, and end with the first breach that no other rule blocked."""
        super().add_finding(rule, outcome, *details, **more)
        if outcome is Outcome.fail and rule in self.selected and not more.get("blocked_by"):
            self._session.shouldstop = "the rule is broken"


def census() -> Modules:
    """The test modules of each rule, quick ones first; every module is imported once and for all processes."""
    found = Census()
    ended = pytest.main(
        [*runner.pytest_arguments(SEED, [runner.TESTS]), "--collect-only"], plugins=[found]
    )
    if ended != pytest.ExitCode.OK:
        raise RuntimeError("\n".join(["the tests could not be collected:", *found.problems]))
    for modules in found.modules.values():
        modules.sort(key=lambda path: path.name in SLOW)
    return found.modules


class Census:
    """Notes which test modules hold tests of which rule."""

    def __init__(self) -> None:
        self.modules: Modules = {}
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what does not load."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Know the markers."""
        register_markers(config)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the module of every marked test."""
        for item in items:
            for marker in item.iter_markers("rule"):
                noted = self.modules.setdefault(marker.args[0], [])
                if item.path not in noted:
                    noted.append(item.path)
