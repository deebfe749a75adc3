"""Judging in several processes: forks of this one, which has imported and collected everything once."""

import contextlib
import dataclasses
import multiprocessing
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest

from contract_tests.failures import unexpected
from contract_tests.plugin import TARGET, Haul, Judge
from contract_tests.target import Target

FORK: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else None)
INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


class Workers:
    """A plugin that shares the tests out, one at a time to whoever is free, and gathers what is found.

    Each process has a token of its own, so that it owns and removes only what it made. With one server for all,
    tests marked `alone` are left to pytest's own loop, which begins when the others have ended.
    """

    def __init__(self, judge: Judge, targets: Sequence[Target]) -> None:
        self._judge = judge
        self._targets = [dataclasses.replace(target, token=secrets.token_hex(4)) for target in targets]
        self._one_server = len({target.base_url for target in targets}) == 1
        self._processes: dict[Connection, Any] = {}
        self._interrupted = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Judge in parallel what can be judged so."""
        if session.testsfailed:  # a module could not be imported: pytest's own loop says so
            return
        alone = [item for item in session.items if self._one_server and item.get_closest_marker("alone")]
        shared = [item for item in session.items if item not in alone]
        shared.sort(key=lambda item: item.get_closest_marker("slow") is None)
        session.items[:] = alone
        taken = FORK.Value("i", 0)
        with self._passing_on_interrupts():
            for target in self._targets[: len(shared)]:
                self._fork(_Worker(self._judge, session, shared, taken, target))
            self._gather(len(shared))
        if self._interrupted:
            raise KeyboardInterrupt
        if self._judge.haul.problems:
            session.items.clear()

    def _fork(self, worker: "_Worker") -> None:
        told, tell = FORK.Pipe(duplex=False)
        self._processes[told] = FORK.Process(target=worker.run, args=(tell,))
        self._processes[told].start()
        tell.close()

    def _gather(self, last: int) -> None:
        """Hear all processes out; what they found is put in the order of the tests."""
        heard: list[tuple[int, Haul]] = []
        ended: set[Connection] = set()
        while open_ := self._processes.keys() - ended:
            for told in open_.intersection(wait(open_)):
                try:
                    number, test, haul = told.recv()
                except EOFError:
                    ended.add(told)
                    continue
                heard.append((number, haul))
                if number < last:
                    self._judge.tell(test)
        for process in self._processes.values():
            process.join()
            if process.exitcode:
                heard.append((last, Haul(problems=[f"a process of the suite ended with {process.exitcode}"])))
        for _, haul in sorted(heard, key=lambda pair: pair[0]):
            self._judge.haul.add(haul)

    @contextlib.contextmanager
    def _passing_on_interrupts(self) -> Iterator[None]:
        """Ctrl-C reaches every process once, and each cleans up; here it must not break off what they tell."""

        def pass_on(number: int, _: object) -> None:
            if not self._interrupted:
                print("contract_tests: interrupted, removing what the run has made", file=sys.stderr)
            self._interrupted = True
            for process in self._processes.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, number)

        before = [signal.signal(number, pass_on) for number in INTERRUPTS]
        try:
            yield
        finally:
            for number, handler in zip(INTERRUPTS, before, strict=True):
                signal.signal(number, handler)


class _Worker:
    """What one process does."""

    def __init__(
        self, judge: Judge, session: pytest.Session, items: Sequence[pytest.Item], taken: Any, target: Target
    ) -> None:
        self._judge, self._session, self._items, self._taken, self._target = judge, session, items, taken, target

    def run(self, tell: Connection) -> None:
        """Judge tests until none is left, clean up, and tell what was found after each."""
        for number in INTERRUPTS:
            signal.signal(number, _interrupted_once)
        judge, config = self._judge, self._session.config
        judge.target = config.stash[TARGET] = self._target
        judge.haul = Haul()
        numbers = {item.nodeid: number for number, item in enumerate(self._items)}
        judge.progress = lambda test, *_: _send(tell, numbers[test], test, judge)
        try:
            self._judge_items()
        except Exception as error:  # multiprocessing would print it as it is
            judge.haul.problems.append(unexpected(error))
        finally:
            self._clean_up()
            _send(tell, len(self._items), "", judge)

    def _judge_items(self) -> None:
        item = self._take()
        with contextlib.suppress(KeyboardInterrupt):
            while item and not self._session.shouldstop:
                after = self._take()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                item = after

    def _take(self) -> pytest.Item | None:
        with self._taken.get_lock():
            number = self._taken.value
            self._taken.value += 1
        return self._items[number] if number < len(self._items) else None

    def _clean_up(self) -> None:
        try:
            self._session._setupstate.teardown_exact(None)
        except Exception as error:  # whatever a fixture raised is a problem to be told, not the end of the others
            self._judge.haul.problems.append(f"cleaning up: {error!r}")


def _interrupted_once(*_: object) -> None:
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _send(tell: Connection, number: int, test: str, judge: Judge) -> None:
    """Hand over what was found since the last time; an interrupt waits until all of it is sent."""
    haul, judge.haul = judge.haul, Haul()
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    tell.send((number, test, haul))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
