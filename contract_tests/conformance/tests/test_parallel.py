"""Judging in several processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import serving
from pictify_conformance import mock_process
from pictify_conformance.exit_codes import NO_VERDICT, RULE_BROKEN
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.journals import guard_of
from pictify_conformance.target import Target
from pictify_conformance.xdist_scheduler import AloneLast
from pictify_conformance.xdist_workers import Handed

ROOT = Path(__file__).parents[3]
PATIENCE = 120  # seconds; a run takes a few
COMMAND = [sys.executable, "-m", "pictify_conformance"]


def outcomes(folder: Path, *arguments: str) -> dict[str, tuple[str, list[str]]]:
    """Outcome and tests of each rule that a run judges."""
    line = [*COMMAND, "--area", "get", "--area", "delete", "--report-dir", str(folder), *arguments]
    subprocess.run(line, cwd=ROOT, capture_output=True, check=True)
    rules = json.loads((folder / "results.json").read_text(encoding="utf-8"))["rules"]
    return {
        rule["id"]: (rule["outcome"], rule["tests"])
        for rule in rules
        if rule["outcome"] != "disabled"
    }


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    """Every test runs once, in the same order of the report, however many processes share them."""
    assert outcomes(tmp_path / "two", "-n", "2") == outcomes(tmp_path / "one", "-n", "1")


def test_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-C in the middle removes what every process has made, and ends without a verdict."""
    with mock_process.running() as target:
        environment = {
            **os.environ,
            "PICTIFY_API_KEY": target.api_key,
            "PICTIFY_BASE_URL": target.base_url,
        }
        line = [
            *COMMAND,
            "-n",
            "2",
            "--area",
            "update",
            "--area",
            "create",
            "--report-dir",
            str(tmp_path),
        ]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(line, cwd=ROOT, env=environment, **streams) as process:  # type: ignore[call-overload]
            assert " tests: " in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            printed, told = process.communicate()
        headers = {"Authorization": f"Bearer {target.api_key}"}
        listed = httpx.get(f"{target.base_url}/experiments/api", headers=headers).json()
    assert (process.returncode, listed["total"]) == (3, 0), printed + told
    assert "interrupted" in told
    assert "could not be removed" not in printed


def killed(parent: int) -> int:
    """Kill one of the workers of a run, and return which."""
    child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
    os.kill(child, signal.SIGKILL)
    return child


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_killed_process_leaves_nothing_behind(tmp_path: Path) -> None:
    """What a process has made that is killed is removed, its tests are left to others, and there is no verdict."""
    server = ExperimentsServer()
    with serving(server) as url:
        environment = {
            **os.environ,
            "PICTIFY_API_KEY": "the-key-of-a-team",
            "PICTIFY_BASE_URL": url,
        }
        areas = ["--area", "update", "--area", "create", "--settle", "0.2", "--quick"]
        line = [*COMMAND, "-n", "2", *areas, "--report-dir", str(tmp_path)]
        made = server.has_made(10)
        with subprocess.Popen(
            line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert made.wait(PATIENCE)
            killed(process.pid)
            printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode in (NO_VERDICT, RULE_BROKEN), printed
    assert "a process of the suite ended before it had told all that it found" in printed
    assert "could not be removed" not in printed
    assert [
        row["slug"] for row in server.experiments.values() if str(row["slug"]).startswith("ct-")
    ] == []


def test_journal_tells_what_is_left(tmp_path: Path) -> None:
    """Another process owns what the journal names, even by the answer it has not seen, and a line that is cut off."""
    target = Target("http://server.test", "key")
    journal = tmp_path / "journal"
    guard = Guard(target.base_url, target.token, journal=journal)
    first, second, third = (f"{target.slug_prefix}{name}" for name in ("first", "second", "third"))
    for slug in (first, second, third):
        guard.note_sent({"slug": slug, "name": "n"})
    for slug in (first, second):
        guard.note_created({"slug": slug}, {"experiment": {"slug": slug, "uid": f"exp-{slug}"}})
    guard.note_removed(f"exp-{first}")
    journal.write_text(journal.read_text(encoding="ascii") + '["removed", "exp', encoding="ascii")
    after = guard_of(target, journal)
    assert after.left_uids() == guard.left_uids() == [f"exp-{second}"]
    assert after.left() == guard.left()
    assert after.owns({"slug": third})


def test_rate_is_shared() -> None:
    """All processes together keep to the rate."""
    handed = Handed(
        Target("http://server.test", "key", rate=10),
        frozenset(),
        1,
        shown=False,
        workers=4,
        folder="",
    )
    assert handed.judge().pace.rate == 2.5


class Node:
    """What the scheduler needs of a worker."""

    def __init__(self) -> None:
        self.gateway = SimpleNamespace(id="gw")
        self.sent: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, tests: list[int]) -> None:
        self.sent += tests

    def shutdown(self) -> None:
        self.shutting_down = True


def test_tests_that_need_the_account_run_last_and_alone() -> None:
    """Slow tests begin early; no test that runs alone is sent while another worker is there."""
    tests = ["quick", "alone", "other", "slow", "also alone", "last"]
    config: Any = SimpleNamespace(
        getoption=lambda _: None, getvalue=lambda _: ["popen"] * 2, rootpath=ROOT
    )
    config.option = SimpleNamespace(tx=["popen"] * 2)
    log: Any = SimpleNamespace(loadsched=lambda *_: None)
    scheduler = AloneLast(config, log, lambda: {"alone": {"alone", "also alone"}, "slow": {"slow"}})
    one, other = Node(), Node()
    for node in (one, other):
        scheduler.add_node(node)
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    assert [[tests[number] for number in node.sent] for node in (one, other)] == [
        ["slow", "quick"],
        ["other", "last"],
    ]
    for number in (2, 5):
        scheduler.mark_test_complete(other, number)
    scheduler.mark_test_complete(one, 3)
    assert (one.sent, one.shutting_down, other.shutting_down) == ([3, 0], False, True)
    assert not scheduler.tests_finished
    scheduler.remove_node(other)
    assert [tests[number] for number in one.sent[2:]] == ["alone", "also alone"]
    assert one.shutting_down
