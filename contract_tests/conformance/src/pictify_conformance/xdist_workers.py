"""The workers of pytest-xdist: each has a token, a share of the rate and a cleanup log."""

import contextlib
import json
import os
import pickle
import secrets
import signal
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pictify_conformance import cleanup, spec
from pictify_conformance.http.rate_limiter import RateLimiter
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.judge import Judge
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.findings import failures
from pictify_conformance.target import Target

KEY = "pictify_conformance"
"""The name of our data among what controller and workers exchange."""
MARKS = ("alone", "slow")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
CLEAN_UP_SECONDS = 60.0  # for all workers that could not clean up themselves


@dataclass(frozen=True)
class WorkerInput:
    """The data that the controller sends to a worker."""

    target: Target
    rules: frozenset[str]
    tries: int
    in_terminal: bool
    workers: int
    folder: str

    @property
    def cleanup_log(self) -> Path:
        """The file in which the worker logs what it creates."""
        return Path(self.folder, f"{self.target.token}.jsonl")

    @property
    def pid_file(self) -> Path:
        """The file with the worker's process id."""
        return Path(self.folder, f"{self.target.token}.pid")

    @property
    def marks_file(self) -> Path:
        """The file with the ids of marked tests, the same for all workers."""
        return Path(self.folder, "marks.json")

    def judge(self) -> Judge:
        """Return the worker's judge, with its share of the rate."""
        rules = [rule for rule in spec.rules().values() if rule.id in self.rules]
        judge = Judge(
            self.target,
            rules,
            lambda *_: None,
            tries=self.tries,
            in_terminal=self.in_terminal,
        )
        # Workers wait at the same time, so the total wait is not divided.
        judge.rate_limiter = RateLimiter(self.target.rate and self.target.rate / self.workers)
        judge.cleanup_log = self.cleanup_log
        return judge


def worker_count(config: pytest.Config) -> int:
    """Return the number of this process' workers, which is 0 without pytest-xdist."""
    if config.getoption("dist", "no") == "no" or config.option.collectonly:
        return 0
    from xdist.workermanage import parse_tx_spec_config

    return len(parse_tx_spec_config(config))


def worker_input(config: pytest.Config) -> WorkerInput | None:
    """Return what the controller sent, or None if this process is not a worker."""
    sent: bytes | None = getattr(config, "workerinput", {}).get(KEY)
    return None if sent is None else pickle.loads(sent)  # noqa: S301 - from our parent process


class Worker:
    """The plugin of a worker: it sends the results to the controller.

    It ignores interrupts: the controller ends it then, and removes what it created.
    """

    def __init__(self, judge: Judge, worker_input: WorkerInput) -> None:
        self._judge, self._input = judge, worker_input
        worker_input.pid_file.write_text(str(os.getpid()))
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Deselect the rules of tests that are not to run."""
        if self._input.in_terminal:
            self._judge.select_rules_of(session.items)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Write down which tests are slow and which run alone, for the scheduler."""
        yield
        marked = {
            name: [item.nodeid for item in items if item.get_closest_marker(name)] for name in MARKS
        }
        # All workers write the same file, so each replaces it in one step.
        temporary = Path(self._input.folder, self._input.target.token)
        temporary.write_text(json.dumps(marked), encoding="utf-8")
        temporary.replace(self._input.marks_file)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send the results of a test with its last report."""
        if report.when == "teardown":
            setattr(report, KEY, self._new_results())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the rest, once everything is removed."""
        session.config.workeroutput[KEY] = self._new_results()  # type: ignore[attr-defined]

    def _new_results(self) -> bytes:
        results, self._judge.results = self._judge.results, CollectedResults()
        return pickle.dumps((self._judge.selected, results))


@contextlib.contextmanager
def controller(
    judge: Judge, targets: Sequence[Target], workers: int, *, in_terminal: bool = False
) -> Iterator["Controller"]:
    """Yield a controller, with a temporary folder for the workers' files."""
    with tempfile.TemporaryDirectory(prefix="pictify-conformance-") as folder:
        rules = frozenset(judge.selected)
        common = WorkerInput(targets[0], rules, judge.tries, in_terminal, workers, folder)
        yield Controller(judge, targets, common)


class Controller:
    """The plugin that gives each worker a target, collects results, and cleans up after crashes."""

    def __init__(self, judge: Judge, targets: Sequence[Target], common: WorkerInput) -> None:
        self._judge, self._targets, self._common = judge, targets, common
        self._order: dict[str, int] = {}
        self._results: list[tuple[int, CollectedResults]] = []
        self._running: dict[str, WorkerInput] = {}
        self._crashed: list[WorkerInput] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker a token and, if there are several servers, one that is free."""
        taken = {worker.target.base_url for worker in self._running.values()}
        free = [target for target in self._targets if target.base_url not in taken]
        target = replace((free or self._targets)[0], token=secrets.token_hex(4))
        self._running[node.gateway.id] = worker = replace(self._common, target=target)
        node.workerinput[KEY] = pickle.dumps(worker)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Remember the order of the tests for the reports."""
        self._judge.test_count = len(ids)
        self._order = {test: number for number, test in enumerate(ids)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Return a scheduler that, if the workers share a server, runs marked tests alone."""
        from pictify_conformance.xdist_scheduler import AloneLast

        return AloneLast(config, log, self._marked)

    def _marked(self) -> dict[str, set[str]]:
        marked = json.loads(self._common.marks_file.read_text(encoding="utf-8"))
        if len(self._targets) > 1:
            marked["alone"] = []
        return {name: set(tests) for name, tests in marked.items()}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the results that came with the report of a test."""
        self._take(getattr(report, KEY, None), self._order.get(report.nodeid, 0))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the last results of a worker. One that sends none crashed without cleaning up."""
        worker = self._running.pop(node.gateway.id, None)
        last = getattr(node, "workeroutput", {}).get(KEY)
        self._take(last, len(self._order))
        if worker and not last:
            self._crashed.append(worker)
            problem = "a process of the suite ended before it had sent all of its results"
            self._judge.results.problems.append(problem)

    def _take(self, sent: bytes | None, place: int) -> None:
        if sent:
            selected, results = pickle.loads(sent)  # noqa: S301 - from a process that we started
            self._judge.selected.update(selected)
            own = (each for each in failures(results.findings) if not each.blocked_by)
            self._judge.failed |= dict.fromkeys(each.rule for each in own)
            self._results.append((place, results))

    # Registered after the plugin that shows the verdict, and so called before it.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Merge the results, and clean up after the workers that did not."""
        self.kill()
        yield
        merged, redact = self._judge.results, self._judge.target.redact
        for _, results in sorted(self._results, key=lambda pair: pair[0]):
            merged.add(results)
        time_limit = TimeLimit(CLEAN_UP_SECONDS)
        for worker in (*self._crashed, *self._running.values()):
            guard = cleanup.guard_from_log(worker.target, worker.cleanup_log)
            cleanup.delete_leftovers(worker.target, guard, time_limit)
            merged.left_behind += map(redact, guard.left())
            merged.foreign += map(redact, guard.foreign.values())
            merged.delete_statuses |= guard.delete_statuses

    def kill(self) -> None:
        """Kill the workers that still run, which is so after an interrupt."""
        for worker in self._running.values():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                os.kill(int(worker.pid_file.read_text()), KILL)

    def left(self) -> list[str]:
        """Return the names of what the workers have created and not removed so far."""
        names = [name for _, results in self._results for name in results.left_behind]
        for worker in (*self._crashed, *self._running.values()):
            names += cleanup.guard_from_log(worker.target, worker.cleanup_log).left()
        return [*map(self._judge.target.redact, dict.fromkeys(names))]
