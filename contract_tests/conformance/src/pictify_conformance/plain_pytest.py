"""The rules run by pytest itself: its options, the server to judge, and the verdict at the end.

Under pytest-xdist the process that was called hands each worker a target and gathers what they find.
"""

import argparse
import contextlib
import datetime as dt
import signal
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pictify_conformance import mock_process, spec, xdist_workers
from pictify_conformance import options as command_line
from pictify_conformance.exit_codes import Stop
from pictify_conformance.judge import Judge
from pictify_conformance.preflight import knock
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import note
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.run import Run, finished
from pictify_conformance.schemathesis_adapter import cases
from pictify_conformance.target import Target

PREFIX = "pictify_"
"""Of the options' names, among those of pytest and of other plugins."""
COLLECTS_ALL = {"python_files": "test_*.py", "python_functions": "test_*"}


def add_options(parser: pytest.Parser) -> None:
    """Give pytest the options of the command; it writes reports only if it is told where."""
    group = parser.getgroup("pictify", "judging a server of the Pictify Experiments API")
    for option in command_line.table():
        if option.of_pytest:
            group.addoption(option.flag, dest=PREFIX + option.name, **option.settings())


def begin(config: pytest.Config) -> None:
    """Make this run of pytest one that judges, whatever its own settings are."""
    for name, pattern in COLLECTS_ALL.items():
        config.addinivalue_line(name, pattern)
    if handed := xdist_workers.handed_to(config):
        judge = handed.judge()
        config.pluginmanager.register(xdist_workers.Worker(judge, handed), "pictify-worker")
        config.pluginmanager.register(judge, "pictify-judge")
        _set_effort(config, judge.target)
        return
    options = _options_of(config)
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = options.seed
    _set_effort(config, Target("", "", **command_line.asked_of(options)))
    config.pluginmanager.register(PlainRun(config, options), "pictify-run")


def _set_effort(config: pytest.Config, target: Target) -> None:
    effort = cases.QUICK if target.quick else cases.USUAL * target.times
    config.option.hypothesis_profile = cases.as_hypothesis_option(effort).partition("=")[2]


def _options_of(config: pytest.Config) -> argparse.Namespace:
    names = [option.name for option in command_line.table() if option.of_pytest]
    options = argparse.Namespace(**{name: config.getoption(PREFIX + name) for name in names})
    with _one_line():
        command_line.check(options)
        command_line.switched_off(options)
    return options


@contextlib.contextmanager
def _one_line() -> Iterator[None]:
    """Tell what keeps a run from beginning as pytest tells wrong usage."""
    try:
        yield
    except (Stop, mock_process.NotStarted) as error:
        raise pytest.UsageError(str(error)) from None


def _judge(target: Target, options: argparse.Namespace) -> Judge:
    off = command_line.switched_off(options)
    return Judge(
        target, [rule for rule in spec.rules().values() if rule.id not in off], _silence, shown=True
    )


def _silence(*_: object) -> None:
    """Show no progress: pytest does."""


class PlainRun:
    """Names the server to judge, and at the end says what was found."""

    judge: Judge
    run: Run | None = None

    def __init__(self, config: pytest.Config, options: argparse.Namespace) -> None:
        self._config, self._options = config, options
        self._parts = contextlib.ExitStack()
        self._started, self._clock = dt.datetime.now(dt.UTC), time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Find the server, or start mocks: one, or one for each worker."""
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
        options, plugins = self._options, self._config.pluginmanager
        workers = xdist_workers.count(self._config)
        with _one_line():
            targets = self._targets(workers or 1)
        self.judge = _judge(targets[0], options)
        plugins.register(self.judge, "pictify-judge")
        if workers:
            controller = xdist_workers.controller(self.judge, targets, workers, shown=True)
            plugins.register(self._parts.enter_context(controller), "pictify-controller")
            self.judge.narrow([])  # until the workers say what they have collected

    def _targets(self, count: int) -> list[Target]:
        asked = command_line.asked_of(self._options)
        if self._config.option.collectonly:
            return [Target("", "", **asked)]
        if self._options.target is None:
            ready = self._parts.enter_context(mock_process.starting(count))
            return [replace(target, **asked) for target in ready()]
        target = command_line.target_of(self._options)
        knock(target)
        return [target]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Judge no more rules than those whose tests are to run."""
        if not xdist_workers.count(self._config):
            self.judge.narrow(session.items)

    @pytest.hookimpl(
        wrapper=True, trylast=True
    )  # after all others, and before the terminal sums up
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Judge what was found, and end with 1 if pytest itself has seen nothing wrong and something is."""
        yield
        if self._config.option.collectonly or not self.judge.selected:
            return
        disabled = command_line.switched_off(self._options)
        left_out = spec.rules().keys() - self.judge.selected - disabled.keys()
        disabled |= dict.fromkeys(left_out, "no test of it was selected")
        seconds, seed = time.monotonic() - self._clock, self._options.seed
        self.run = finished(
            self.judge.target,
            seed,
            self._started,
            seconds,
            self.judge.haul,
            disabled,
            require_all=self._options.require_all,
        )
        if session.exitstatus == pytest.ExitCode.OK and self.run.exit_code:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the verdict, and before it what no failed test tells."""
        if self.run is None:
            return
        terminalreporter.section("pictify conformance")
        for verdict in self.run.verdicts:
            if verdict.outcome is Outcome.fail and verdict.rule.id in _by_the_way(self.judge.haul):
                terminalreporter.line(note(verdict).plain.lstrip("\n"))
        if self._options.report_dir:
            for path in writer.write(self.run, self._options.report_dir):
                terminalreporter.line(self.judge.target.redacted(f"wrote {path}"))
        for line in (*self.run.notes, *self.run.problems, self.run.headline):
            terminalreporter.line(line)

    def pytest_unconfigure(self) -> None:
        """Stop the mocks."""
        self._parts.close()


def _by_the_way(haul: CollectedResults) -> set[str]:
    """The rules that are broken and whose tests have not failed."""
    failed = [finding for finding in haul.findings if finding.outcome is Outcome.fail]
    return {finding.rule for finding in failed} - {
        finding.rule for finding in failed if finding.test
    }
