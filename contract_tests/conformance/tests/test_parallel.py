"""Judging in several processes."""

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.tests.helpers import SECONDS, Suite, suite_process
from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import serving
from pictify_conformance.cleanup import guard_from_log
from pictify_conformance.exit_codes import NO_VERDICT, RULE_BROKEN
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.target import Target
from pictify_conformance.xdist_scheduler import AloneLast
from pictify_conformance.xdist_workers import WorkerInput


def test_two_processes_find_what_one_finds(suite: Suite) -> None:
    """They run the same tests, and report them in the same order."""
    found = []
    for processes in ("1", "2"):
        run = suite.run("--rule", "get", "--rule", "delete", "-n", processes)
        found.append([(rule["outcome"], rule["tests"]) for rule in run.results["rules"]])
    assert found[0] == found[1]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_what_a_killed_process_created_is_removed(tmp_path: Path) -> None:
    server = ExperimentsServer()
    created = server.has_made(10)
    areas = ["--area", "update", "--area", "create"]
    with (
        serving(server) as url,
        suite_process(url, tmp_path, "-n", "2", *areas, "--quick") as process,
    ):
        assert created.wait(SECONDS)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(int(workers.split()[0]), signal.SIGKILL)
        out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode in (NO_VERDICT, RULE_BROKEN), out
    assert "a process of the suite ended before it had sent all of its results" in out
    assert "could not be removed" not in out
    slugs = [str(row["slug"]) for row in server.experiments.values()]
    assert [slug for slug in slugs if slug.startswith("ct-")] == []


def test_cleanup_log_tells_another_process_what_is_left(tmp_path: Path) -> None:
    """A create without a response counts too. The last line may be cut off."""
    target = Target("http://server.test", "key")
    log = tmp_path / "log"
    guard = Guard(target.base_url, target.token, cleanup_log=log)
    first, second, third = (f"{target.slug_prefix}{name}" for name in ("first", "second", "third"))
    for slug in (first, second, third):
        guard.note_sent({"slug": slug, "name": "n"})
    for slug in (first, second):
        guard.note_created({"slug": slug}, {"experiment": {"slug": slug, "uid": f"exp-{slug}"}})
    guard.note_removed(f"exp-{first}")
    log.write_text(log.read_text(encoding="ascii") + '["removed", "exp', encoding="ascii")
    after = guard_from_log(target, log)
    assert after.left_uids() == guard.left_uids() == [f"exp-{second}"]
    assert after.left() == guard.left()
    assert after.owns({"slug": third})


def test_processes_share_the_rate() -> None:
    target = Target("http://server.test", "key", rate=10)
    worker = WorkerInput(target, frozenset(), 1, in_terminal=False, workers=4, folder="")
    assert worker.judge().rate_limiter.rate == 2.5


class Node:
    """A worker as the scheduler sees it."""

    def __init__(self) -> None:
        self.gateway = SimpleNamespace(id="gw")
        self.sent: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, tests: list[int]) -> None:
        self.sent += tests

    def shutdown(self) -> None:
        self.shutting_down = True


def test_slow_tests_begin_early_and_marked_tests_run_last_and_alone() -> None:
    tests = ["quick", "alone", "other", "slow", "also alone", "last"]
    config: Any = SimpleNamespace(
        getoption=lambda _: None,
        getvalue=lambda _: ["popen"] * 2,
        rootpath=Path(),
        option=SimpleNamespace(tx=["popen"] * 2),
    )
    log: Any = SimpleNamespace(loadsched=lambda *_: None)
    scheduler = AloneLast(config, log, lambda: {"alone": {"alone", "also alone"}, "slow": {"slow"}})
    one, other = Node(), Node()
    for node in (one, other):
        scheduler.add_node(node)
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    assert [tests[number] for number in one.sent] == ["slow", "quick"]
    assert [tests[number] for number in other.sent] == ["other", "last"]
    for number in (2, 5):
        scheduler.mark_test_complete(other, number)
    scheduler.mark_test_complete(one, 3)
    assert (one.sent, one.shutting_down, other.shutting_down) == ([3, 0], False, True)
    assert not scheduler.tests_finished
    scheduler.remove_node(other)
    assert [tests[number] for number in one.sent[2:]] == ["alone", "also alone"]
    assert one.shutting_down
