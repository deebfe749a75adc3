"""A run of the tests by the command, in one process or with a mock for each of several."""

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from pictify_conformance import rules as rule_tests
from pictify_conformance.interrupts import print_interrupted
from pictify_conformance.judge import Judge
from pictify_conformance.progress import ProgressCallback
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.schemathesis_adapter import cases
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target
from pictify_conformance.xdist_workers import Controller, controller

TESTS = Path(rule_tests.__file__).parent
FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
TRIES = 2


def run_rules(
    targets: Sequence[Target],
    rules: Iterable[Rule],
    seed: int,
    progress: ProgressCallback,
    end: Callable[[list[str]], None],
    max_failures: int | None = None,
) -> CollectedResults:
    """Run the tests of the rules in a process for each target, and return the results.

    The first interrupt ends the tests and removes what they created. The second one calls `end`
    with the names of what is left.
    """
    target = targets[0]
    judge = Judge(target, rules, progress, tries=1 if target.quick else TRIES)
    workers: list[Controller] = []

    def end_at_once() -> None:
        judge.record_leftovers()
        left = judge.results.left_behind
        for each in workers:
            each.kill()
            left += each.left()
        stack.close()
        end(list(dict.fromkeys(left)))

    effort = cases.QUICK if target.quick else cases.USUAL * target.times
    arguments = pytest_arguments(seed, [TESTS], len(targets))
    arguments.append(cases.as_hypothesis_option(effort))
    if max_failures:
        arguments.append(f"--maxfail={max_failures}")
    with contextlib.ExitStack() as stack:
        if len(targets) > 1:
            workers.append(stack.enter_context(controller(judge, targets, len(targets))))
        with judge.interrupts.handled(print_interrupted, end_at_once):
            ended = pytest.main(arguments, plugins=[judge, *workers])
    problems = judge.results.problems
    if max_failures and ended == pytest.ExitCode.TESTS_FAILED and judge.is_cut_short:
        problems.append(f"ended after {max_failures} failed tests: --max-failures")
    if not problems and (judge.interrupts.count or ended == pytest.ExitCode.INTERRUPTED):
        problems.append("interrupted; what the run made is removed, but for what is named below")
    if not problems and ended not in FINISHED:
        problems.append(f"pytest ended with {ended!r}")
    return judge.results


def pytest_arguments(seed: int, tests: Iterable[Path], processes: int = 1) -> list[str]:
    """Return pytest's arguments to run these modules silently, without settings of others."""
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "--capture=sys"]
    shared = ["-p", "no:xdist"]
    if processes > 1:
        shared = ["-p", "xdist", "-n", str(processes), "-p", "pictify_conformance.pytest_plugin"]
    plain = ["-o", "addopts=--strict-markers --assert=plain", "-o", "filterwarnings=ignore"]
    where = ["-c", os.devnull, "--rootdir", str(TESTS.parents[1]), *map(str, tests)]
    return [*shared, *quiet, *plain, f"--hypothesis-seed={seed}", *where]
