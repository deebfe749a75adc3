"""Judging in several processes: forks of this one, which has imported and collected everything once."""

import contextlib
import dataclasses
import multiprocessing
import os
import secrets
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest

from pictify_conformance.exit_codes import NO_VERDICT
from pictify_conformance.http.errors import unexpected
from pictify_conformance.interrupts import INTERRUPTS, Interrupts, say_interrupted
from pictify_conformance.pytest_plugin import Judge
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.target import Target
from pictify_conformance.testing.collector import TARGET

FORK: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else None)
FIRST = signal.SIGTERM  # Ctrl-C on a terminal reaches every process by itself, and would come twice
SECOND = getattr(signal, "SIGUSR1", FIRST)  # another one: of two that are alike, one may get lost
SIGNALS = (*INTERRUPTS, SECOND)
LOOKS_EVERY = 0.2  # seconds
LAST_WORDS = 2.0  # seconds that the processes get, after a second interrupt, to name what they leave


class Workers:
    """A plugin that shares the tests out, one at a time to whoever is free, and gathers what is found.

    Each process has a token of its own, so that it owns and removes only what it made. With one server for all,
    tests marked `alone` are left to pytest's own loop, which begins when the others have ended.

    An interrupt is passed on to each process, which cleans up; here it must not break off what they tell. A
    second one is passed on, too: they only name what they leave, and `end` is called.
    """

    def __init__(self, judge: Judge, targets: Sequence[Target], end: Callable[[], None]) -> None:
        self._judge, self._end = judge, end
        self._targets = [dataclasses.replace(target, token=secrets.token_hex(4)) for target in targets]
        self._one_server = len({target.base_url for target in targets}) == 1
        self._processes: dict[Connection, Any] = {}
        self._deadline = float("inf")

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
        interrupts = self._judge.interrupts
        with interrupts.held_back(), interrupts.handled(self._pass_on_first, self._pass_on_second):
            for target in self._targets[: len(shared)]:
                if interrupts.count:
                    break
                self._fork(_Worker(self._judge, session, shared, taken, target))
            self._gather(len(shared))
            if self._deadline < float("inf"):
                self._end()
        interrupts.check()
        if self._judge.haul.problems:
            session.items.clear()

    def _fork(self, worker: "_Worker") -> None:
        told, tell = FORK.Pipe(duplex=False)
        self._processes[told] = FORK.Process(target=worker.run, args=(tell,))
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the process has handlers of its own
        self._processes[told].start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        tell.close()

    def _gather(self, last: int) -> None:
        """Hear all processes out; what they found is put in the order of the tests."""
        heard: list[tuple[int, CollectedResults]] = []
        ended: set[Connection] = set()
        while (open_ := self._processes.keys() - ended) and time.monotonic() < self._deadline:
            for told in open_.intersection(wait(open_, LOOKS_EVERY)):
                try:
                    number, test, haul = told.recv()
                except EOFError:
                    ended.add(told)
                    continue
                heard.append((number, haul))
                if number < last:
                    self._judge.tell(test)
        for process in self._processes.values():
            if self._deadline < float("inf"):
                process.kill()
            process.join()
            if process.exitcode:
                problem = f"a process of the suite ended with {process.exitcode}"
                heard.append((last, CollectedResults(problems=[problem])))
        for _, haul in sorted(heard, key=lambda pair: pair[0]):
            self._judge.haul.add(haul)

    def _pass_on_first(self) -> None:
        say_interrupted()
        self._pass_on(FIRST)

    def _pass_on_second(self) -> None:
        self._deadline = min(self._deadline, time.monotonic() + LAST_WORDS)
        self._pass_on(SECOND)

    def _pass_on(self, number: signal.Signals) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)


class _Worker:
    """What one process does."""

    def __init__(
        self, judge: Judge, session: pytest.Session, items: Sequence[pytest.Item], taken: Any, target: Target
    ) -> None:
        self._judge, self._session, self._items, self._taken, self._target = judge, session, items, taken, target

    def run(self, tell: Connection) -> None:
        """Judge tests until none is left, clean up, and tell what was found after each."""
        judge, config = self._judge, self._session.config
        judge.target = config.stash[TARGET] = self._target
        judge.haul, judge.interrupts = CollectedResults(), Interrupts()
        numbers = {item.nodeid: number for number, item in enumerate(self._items)}
        judge.progress = lambda test, *_: _send(tell, numbers[test], test, judge)

        def end(*_: object) -> None:
            judge.note_left_behind()
            _send(tell, len(self._items), "", judge)
            os._exit(NO_VERDICT)

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(SECOND, end)
        with judge.interrupts.handled(lambda: None, lambda: None, [FIRST]):
            self._run(tell)

    def _run(self, tell: Connection) -> None:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self._judge_items()
        except Exception as error:  # multiprocessing would print it as it is
            self._judge.haul.problems.append(unexpected(error))
        finally:
            with self._judge.interrupts.held_back():
                self._clean_up()
                _send(tell, len(self._items), "", self._judge)

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
        except BaseException as error:  # whatever a fixture raised is a problem to be told, not the end of the others
            self._judge.haul.problems.append(f"cleaning up: {error!r}")


def _send(tell: Connection, number: int, test: str, judge: Judge) -> None:
    """Hand over what was found since the last time; an interrupt waits until all of it is sent."""
    haul, judge.haul = judge.haul, CollectedResults()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    tell.send((number, test, haul))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
