"""One run of the tests against a server, or against a mock for each process."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from pictify_conformance import rules as rule_tests
from pictify_conformance.interrupts import say_interrupted
from pictify_conformance.parallel import Workers
from pictify_conformance.progress import Told
from pictify_conformance.pytest_plugin import Haul, Judge
from pictify_conformance.schemathesis_adapter import cases
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target

TESTS = Path(rule_tests.__file__).parent
FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
TRIES = 2


def judge_by_tests(
    targets: Sequence[Target], rules: Iterable[Rule], seed: int, progress: Told, end: Callable[[list[str]], None]
) -> tuple[Haul, bool]:
    """Let the tests judge the rules, in a process for each target. Return also whether all of them ran.

    The first interrupt ends the tests and removes what they made; a second one calls `end` with what is left.
    """
    first = targets[0]
    judge = Judge(first, rules, progress, tries=1 if first.quick else TRIES)

    def end_at_once() -> None:
        judge.note_left_behind()
        end(list(dict.fromkeys(judge.haul.left_behind)))

    workers = [Workers(judge, targets, end_at_once)] if len(targets) > 1 else []
    effort = cases.as_hypothesis_option(cases.QUICK if first.quick else cases.USUAL * first.times)
    with judge.interrupts.handled(say_interrupted, end_at_once):
        ended = pytest.main([*pytest_arguments(seed, [TESTS]), effort], plugins=[judge, *workers])
    if (judge.interrupts.count or ended == pytest.ExitCode.INTERRUPTED) and not judge.haul.problems:
        judge.haul.problems.append("interrupted; what the run made is removed, but for what is named below")
    return judge.haul, ended in FINISHED and not judge.haul.problems


def pytest_arguments(seed: int, tests: Iterable[Path]) -> list[str]:
    """How pytest runs these modules: silently, and by our settings alone."""
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:xdist", "--capture=sys"]
    ours = ["-p", "pictify_conformance.pytest_plugin"]
    plain = ["-o", "addopts=--strict-markers --assert=plain", "-o", "filterwarnings=ignore"]
    where = ["-c", os.devnull, "--rootdir", str(TESTS.parents[1]), *map(str, tests)]
    return [*ours, *quiet, *plain, f"--hypothesis-seed={seed}", *where]
