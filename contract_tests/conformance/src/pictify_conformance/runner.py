"""One run of the tests against a server, or against a mock for each process."""

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from pictify_conformance import rules as rule_tests
from pictify_conformance.interrupts import say_interrupted
from pictify_conformance.judge import Judge
from pictify_conformance.progress import Told
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.schemathesis_adapter import cases
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target
from pictify_conformance.xdist_workers import controller

TESTS = Path(rule_tests.__file__).parent
FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
TRIES = 2


def judge_by_tests(
    targets: Sequence[Target],
    rules: Iterable[Rule],
    seed: int,
    progress: Told,
    end: Callable[[list[str]], None],
) -> CollectedResults:
    """Let the tests judge the rules, in a process for each target, and return what they found.

    The first interrupt ends the tests and removes what they made; a second one calls `end` with what is left.
    """
    first = targets[0]
    judge = Judge(first, rules, progress, tries=1 if first.quick else TRIES)

    def end_at_once() -> None:
        judge.note_left_behind()
        left = judge.haul.left_behind
        for each in workers:
            each.kill()
            left += each.left()
        parts.close()
        end(list(dict.fromkeys(left)))

    effort = cases.as_hypothesis_option(cases.QUICK if first.quick else cases.USUAL * first.times)
    arguments = [*pytest_arguments(seed, [TESTS], len(targets)), effort]
    with contextlib.ExitStack() as parts:
        workers = (
            [parts.enter_context(controller(judge, targets, len(targets)))]
            if len(targets) > 1
            else []
        )
        with judge.interrupts.handled(say_interrupted, end_at_once):
            ended = pytest.main(arguments, plugins=[judge, *workers])
    if (judge.interrupts.count or ended == pytest.ExitCode.INTERRUPTED) and not judge.haul.problems:
        judge.haul.problems.append(
            "interrupted; what the run made is removed, but for what is named below"
        )
    if ended not in FINISHED and not judge.haul.problems:
        judge.haul.problems.append(f"pytest ended with {ended!r}")
    return judge.haul


def pytest_arguments(seed: int, tests: Iterable[Path], processes: int = 1) -> list[str]:
    """How pytest runs these modules: silently, and by our settings alone."""
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "--capture=sys"]
    shared = ["-p", "no:xdist"]
    if processes > 1:
        shared = ["-p", "xdist", "-n", str(processes), "-p", "pictify_conformance.pytest_plugin"]
    plain = ["-o", "addopts=--strict-markers --assert=plain", "-o", "filterwarnings=ignore"]
    where = ["-c", os.devnull, "--rootdir", str(TESTS.parents[1]), *map(str, tests)]
    return [*shared, *quiet, *plain, f"--hypothesis-seed={seed}", *where]
