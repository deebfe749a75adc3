"""A run by pytest itself: its options, the server to judge, and the verdict at the end.

With pytest-xdist, the process that was called gives each worker a target and collects the results.
"""

import argparse
import contextlib
import datetime as dt
import signal
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pictify_conformance import mock_process, spec, xdist_workers
from pictify_conformance import options as command_line
from pictify_conformance.exit_codes import Stop
from pictify_conformance.judge import Judge
from pictify_conformance.preflight import check_target
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import explanation
from pictify_conformance.results.findings import Outcome, failures
from pictify_conformance.results.run import Run, finish_run
from pictify_conformance.schemathesis_adapter import cases
from pictify_conformance.target import Target

PREFIX = "pictify_"
"""The beginning of the options' names, which distinguishes them from those of other plugins."""
COLLECTS_ALL = {"python_files": "test_*.py", "python_functions": "test_*"}


def add_options(parser: pytest.Parser) -> None:
    """Give pytest the options of the command. Reports are only written if a folder is given."""
    group = parser.getgroup("pictify", "judging a server of the Pictify Experiments API")

    def add(option: str, dest: str = "", **settings: Any) -> None:
        name = PREFIX + (dest or option.removeprefix("--").replace("-", "_"))
        group.addoption(option, dest=name, **settings)

    command_line.add_options(lambda _: add)


def configure(config: pytest.Config) -> None:
    """Register the plugins that judge, and override the settings of the project."""
    for name, pattern in COLLECTS_ALL.items():
        config.addinivalue_line(name, pattern)
    if worker_input := xdist_workers.worker_input(config):
        judge = worker_input.judge()
        config.pluginmanager.register(xdist_workers.Worker(judge, worker_input), "pictify-worker")
        config.pluginmanager.register(judge, "pictify-judge")
        _set_effort(config, judge.target.quick, judge.target.times)
        return
    options = _options(config)
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = options.seed
    _set_effort(config, options.quick, options.times)
    config.pluginmanager.register(PlainRun(config, options), "pictify-run")


def _set_effort(config: pytest.Config, quick: bool, times: int) -> None:
    effort = cases.QUICK if quick else cases.USUAL * times
    config.option.hypothesis_profile = cases.as_hypothesis_option(effort).partition("=")[2]


def _options(config: pytest.Config) -> argparse.Namespace:
    given = vars(config.option).items()
    ours = {name.removeprefix(PREFIX): value for name, value in given if name.startswith(PREFIX)}
    options = argparse.Namespace(**ours)
    with _usage_errors():
        command_line.check(options)
        command_line.disabled_rules(options)
    return options


@contextlib.contextmanager
def _usage_errors() -> Iterator[None]:
    """Turn errors that keep a run from beginning into pytest's error of wrong usage."""
    try:
        yield
    except (Stop, mock_process.NotStarted) as error:
        raise pytest.UsageError(str(error)) from None


class PlainRun:
    """The plugin of the process that was called: it finds the server and shows the verdict."""

    judge: Judge
    run: Run | None = None

    def __init__(self, config: pytest.Config, options: argparse.Namespace) -> None:
        self._config, self._options = config, options
        self._stack = contextlib.ExitStack()
        self._started = dt.datetime.now(dt.UTC)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Find the server, or start mocks: one, or one for each worker."""
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as after Ctrl-C
        workers = xdist_workers.worker_count(self._config)
        with _usage_errors():
            if self._options.report_dir:
                command_line.make_report_dir(self._options.report_dir)
            targets = self._targets(workers or 1)
        disabled = command_line.disabled_rules(self._options)
        rules = [rule for rule in spec.rules().values() if rule.id not in disabled]
        self.judge = Judge(targets[0], rules, lambda *_: None, in_terminal=True)
        plugins = self._config.pluginmanager
        plugins.register(self.judge, "pictify-judge")
        if workers:
            controller = xdist_workers.controller(self.judge, targets, workers, in_terminal=True)
            plugins.register(self._stack.enter_context(controller), "pictify-controller")
            self.judge.select_rules_of([])  # the workers add those whose tests they collect

    def _targets(self, count: int) -> list[Target]:
        settings = command_line.target_settings(self._options)
        if self._config.option.collectonly:
            return [Target("", "", **settings)]
        if self._options.target is None:
            ready = self._stack.enter_context(mock_process.starting_mocks(count))
            return [replace(target, **settings) for target in ready()]
        target = command_line.target_from(self._options)
        check_target(target, self._options.wait)
        return [target]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Deselect the rules of tests that are not to run."""
        if not xdist_workers.worker_count(self._config):
            self.judge.select_rules_of(session.items)

    # After all other plugins, and before the terminal prints its summary.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Judge the results, and exit with 1 if only they show that something is wrong."""
        yield
        if self._config.option.collectonly or not self.judge.selected:
            return
        disabled = command_line.disabled_rules(self._options)
        left_out = spec.rules().keys() - self.judge.selected - disabled.keys()
        disabled |= dict.fromkeys(left_out, "no test of it was selected")
        self.run = finish_run(
            self.judge.target,
            self._options.seed,
            self._started,
            self.judge.results,
            disabled,
            require_all=self._options.require_all,
            docs_url=self._options.docs_url,
        )
        if session.exitstatus == pytest.ExitCode.OK and self.run.exit_code:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the verdict, after the broken rules that no failed test shows."""
        if self.run is None:
            return
        terminalreporter.section("pictify conformance")
        failed = list(failures(self.judge.results.findings))
        shown = {finding.rule for finding in failed if finding.test}
        not_shown = {finding.rule for finding in failed} - shown
        for verdict in self.run.verdicts:
            if verdict.outcome is Outcome.fail and verdict.rule.id in not_shown:
                terminalreporter.line(explanation(verdict).plain.lstrip("\n"))
        if self._options.report_dir:
            for path in writer.write(self.run, self._options.report_dir):
                terminalreporter.line(self.judge.target.redact(f"wrote {path}"))
        for line in (*self.run.notes, *self.run.problems, self.run.headline):
            terminalreporter.line(line)

    def pytest_unconfigure(self) -> None:
        """Stop the mocks."""
        self._stack.close()
