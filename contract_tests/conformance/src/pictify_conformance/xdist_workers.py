"""The workers of pytest-xdist, each with a token, a share of the rate and a journal of its own."""

import contextlib
import json
import pickle
import secrets
import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pictify_conformance import journals
from pictify_conformance.http.rate_limiter import PATIENCE, Pace
from pictify_conformance.pytest_plugin import Haul, Judge
from pictify_conformance.target import Target

HANDED = FOUND = "pictify_conformance"
ALONE = "alone.json"


@dataclass(frozen=True)
class Handed:
    """What a worker gets: its target, and the folder for its journal."""

    target: Target
    workers: int
    folder: str

    @property
    def journal(self) -> Path:
        """Where it writes down what it is about to create."""
        return Path(self.folder, f"{self.target.token}.jsonl")

    @property
    def pace(self) -> Pace:
        """Its share of the rate, and of the patience with a server that limits it."""
        rate = self.target.rate and self.target.rate / self.workers
        return Pace(rate, PATIENCE / self.workers)


def count(config: pytest.Config) -> int:
    """How many workers this process has; none without pytest-xdist or where it was not asked for."""
    if config.getoption("dist", "no") == "no" or config.option.collectonly or handed_to(config):
        return 0
    return len(config.getoption("tx"))


def handed_to(config: pytest.Config) -> Handed | None:
    """What the controller gave to this process, if it is a worker."""
    given: bytes | None = getattr(config, "workerinput", {}).get(HANDED)
    if given is None:
        return None
    handed: Handed = pickle.loads(given)  # noqa: S301 - of the process that has started this one
    return handed


def folder(parts: contextlib.ExitStack) -> Path:
    """A folder for the journals, until the parts end."""
    return Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="pictify-conformance-")))


class Worker:
    """Hands over what its judge finds: with the report of each test, and at the end."""

    def __init__(self, judge: Judge, handed: Handed) -> None:
        self._judge, self._handed = judge, handed

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Judge no more rules than those whose tests are to run."""
        self._judge.narrow(session.items)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Put slow tests first, and tell the scheduler which ones run alone."""
        yield
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)
        alone = [item.nodeid for item in items if item.get_closest_marker("alone")]
        path = Path(self._handed.folder, self._handed.target.token)
        path.write_text(json.dumps(alone), encoding="utf-8")
        path.replace(path.with_name(ALONE))  # all workers write the same

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send what was found along with the last report of a test."""
        report = yield
        if call.when == "teardown":
            setattr(report, FOUND, self._found())
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the rest, once everything is removed."""
        session.config.workeroutput[FOUND] = self._found()  # type: ignore[attr-defined]

    def _found(self) -> bytes:
        haul, self._judge.haul = self._judge.haul, Haul()
        return pickle.dumps((sorted(self._judge.selected), haul))


class Controller:
    """Gives every worker a target, gathers what they find, and cleans up after those that were killed."""

    def __init__(self, judge: Judge, targets: Sequence[Target], workers: int, folder: Path) -> None:
        self._judge, self._targets, self._workers, self._folder = judge, targets, workers, folder
        self._handed: dict[str, Handed] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker what it needs; one that replaces another gets a token of its own, too."""
        target = self._targets[len(self._handed) % len(self._targets)]
        handed = Handed(replace(target, token=secrets.token_hex(4)), self._workers, str(self._folder))
        self._handed[node.gateway.id] = handed
        node.workerinput[HANDED] = pickle.dumps(handed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Share the tests out; on one server for all, those that need it for themselves run last."""
        from pictify_conformance.xdist_scheduler import AloneLast

        is_one_server = len(self._targets) == 1
        return AloneLast(config, log, self._alone if is_one_server else set)

    def _alone(self) -> set[str]:
        return set(json.loads((self._folder / ALONE).read_text(encoding="utf-8")))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came with the report of a test."""
        self._take(getattr(report, FOUND, None))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the last words of a worker; one that has none was killed, and its journal stays."""
        last = getattr(node, "workeroutput", {}).get(FOUND)
        self._take(last)
        if last:
            self._handed.pop(node.gateway.id)

    def _take(self, found: bytes | None) -> None:
        if found:
            selected, haul = pickle.loads(found)  # noqa: S301 - of a process that this one has started
            self._judge.selected.update(selected)
            self._judge.haul.add(haul)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Clean up after the workers that have not said that they did."""
        for handed in self._handed.values():
            self._sweep(handed)

    def _sweep(self, handed: Handed) -> None:
        haul = self._judge.haul
        haul.problems.append("a worker ended before it had told all that it found")
        if handed.journal.exists():
            guard = journals.sweep(handed.target, handed.journal)
            haul.left_behind += guard.left()
            haul.foreign += guard.foreign.values()
