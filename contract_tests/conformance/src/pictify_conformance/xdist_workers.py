"""The workers of pytest-xdist, each with a token, a share of the rate and a journal of its own."""

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

from pictify_conformance import journals, spec
from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.judge import Judge
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.target import Target

HANDED = FOUND = "pictify_conformance"
MARKED = ("alone", "slow")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
SWEEP = 60.0  # seconds to clean up after all workers that could not


@dataclass(frozen=True)
class Handed:
    """What a worker gets."""

    target: Target
    rules: frozenset[str]
    tries: int
    shown: bool
    workers: int
    folder: str

    @property
    def journal(self) -> Path:
        """Where it writes down what it makes."""
        return Path(self.folder, f"{self.target.token}.jsonl")

    @property
    def pid(self) -> Path:
        """Where it writes down which process it is."""
        return self.journal.with_suffix(".pid")

    def judge(self) -> Judge:
        """Return its judge, with its share of the rate. Workers wait at the same time, so each has all the patience."""
        rules = [rule for rule in spec.rules().values() if rule.id in self.rules]
        judge = Judge(self.target, rules, lambda *_: None, tries=self.tries, shown=self.shown)
        rate = self.target.rate and self.target.rate / self.workers
        judge.pace, judge.journal = Pace(rate), self.journal
        return judge


def count(config: pytest.Config) -> int:
    """How many workers this process has; none without pytest-xdist or where it was not asked for."""
    if config.getoption("dist", "no") == "no" or config.option.collectonly:
        return 0
    from xdist.workermanage import parse_tx_spec_config

    return len(parse_tx_spec_config(config))


def handed_to(config: pytest.Config) -> Handed | None:
    """What the controller gave to this process, if it is a worker."""
    given: bytes | None = getattr(config, "workerinput", {}).get(HANDED)
    if given is None:
        return None
    handed: Handed = pickle.loads(given)  # noqa: S301 - of the process that has started this one
    return handed


class Worker:
    """Hands over what its judge finds: with the last report of each test, and at the end.

    An interrupt is the controller's business, which ends this process and removes what it made.
    """

    def __init__(self, judge: Judge, handed: Handed) -> None:
        self._judge, self._handed = judge, handed
        handed.pid.write_text(str(os.getpid()))
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Judge no more rules than those whose tests are to run."""
        if self._handed.shown:
            self._judge.narrow(session.items)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Tell the scheduler which tests are slow and which run alone."""
        yield
        marked = {
            name: [item.nodeid for item in items if item.get_closest_marker(name)]
            for name in MARKED
        }
        path = Path(self._handed.folder, self._handed.target.token)
        path.write_text(json.dumps(marked), encoding="utf-8")
        path.replace(_marks(self._handed.folder))  # all workers write the same

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send what was found along with the last report of a test."""
        if report.when == "teardown":
            setattr(report, FOUND, self._found())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the rest, once everything is removed."""
        session.config.workeroutput[FOUND] = self._found()  # type: ignore[attr-defined]

    def _found(self) -> bytes:
        haul, self._judge.haul = self._judge.haul, CollectedResults()
        return pickle.dumps((frozenset(self._judge.selected), haul))


def _marks(folder: str) -> Path:
    return Path(folder, "marks.json")


@contextlib.contextmanager
def controller(
    judge: Judge, targets: Sequence[Target], workers: int, *, shown: bool = False
) -> Iterator["Controller"]:
    """A controller, and the folder of its workers' journals."""
    with tempfile.TemporaryDirectory(prefix="pictify-conformance-") as folder:
        given = Handed(targets[0], frozenset(judge.selected), judge.tries, shown, workers, folder)
        yield Controller(judge, targets, given)


class Controller:
    """Gives every worker a target, gathers what they find, and cleans up after those that did not."""

    def __init__(self, judge: Judge, targets: Sequence[Target], given: Handed) -> None:
        self._judge, self._targets, self._given = judge, targets, given
        self._order: dict[str, int] = {}
        self._found: list[tuple[int, CollectedResults]] = []
        self._running: dict[str, Handed] = {}
        self._broken_off: list[Handed] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker what it needs: a server that no other one has, if there are several, and a token."""
        taken = {handed.target.base_url for handed in self._running.values()}
        target = next(
            (each for each in self._targets if each.base_url not in taken), self._targets[0]
        )
        handed = replace(self._given, target=replace(target, token=secrets.token_hex(4)))
        self._running[node.gateway.id] = handed
        node.workerinput[HANDED] = pickle.dumps(handed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Remember the order of the tests, which is that of the reports."""
        self._judge.count = len(ids)
        self._order = {test: number for number, test in enumerate(ids)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Share the tests out; on one server for all, those that need it for themselves run last."""
        from pictify_conformance.xdist_scheduler import AloneLast

        return AloneLast(config, log, self._marked)

    def _marked(self) -> dict[str, set[str]]:
        marked = json.loads(_marks(self._given.folder).read_text(encoding="utf-8"))
        if len(self._targets) > 1:
            marked["alone"] = []
        return {name: set(tests) for name, tests in marked.items()}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came with the report of a test."""
        self._take(getattr(report, FOUND, None), self._order.get(report.nodeid, 0))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the last words of a worker; one that has none was killed, and has not cleaned up."""
        handed = self._running.pop(node.gateway.id, None)
        last = getattr(node, "workeroutput", {}).get(FOUND)
        self._take(last, len(self._order))
        if handed and not last:
            self._broken_off.append(handed)
            self._judge.haul.problems.append(
                "a process of the suite ended before it had told all that it found"
            )

    def _take(self, found: bytes | None, place: int) -> None:
        if found:
            selected, haul = pickle.loads(found)  # noqa: S301 - of a process that this one has started
            self._judge.selected.update(selected)
            self._found.append((place, haul))

    @pytest.hookimpl(wrapper=True, trylast=True)  # before the verdict, as it is registered later
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Put together what was found, and clean up after the workers that did not."""
        self.kill()
        yield
        haul, clean, limit = self._judge.haul, self._judge.target.redacted, TimeLimit(SWEEP)
        for _, found in sorted(self._found, key=lambda pair: pair[0]):
            haul.add(found)
        for handed in (*self._broken_off, *self._running.values()):
            guard = journals.guard_of(handed.target, handed.journal)
            journals.sweep(handed.target, guard, limit)
            haul.left_behind += map(clean, guard.left())
            haul.foreign += map(clean, guard.foreign.values())
            haul.delete_statuses |= guard.delete_statuses

    def kill(self) -> None:
        """End the workers that still run, as after an interrupt."""
        for handed in self._running.values():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                os.kill(int(handed.pid.read_text()), KILL)

    def left(self) -> list[str]:
        """Return the names of what the workers have not removed so far, by their journals."""
        names = [name for _, haul in self._found for name in haul.left_behind]
        for handed in (*self._broken_off, *self._running.values()):
            names += journals.guard_of(handed.target, handed.journal).left()
        return [*map(self._judge.target.redacted, dict.fromkeys(names))]
