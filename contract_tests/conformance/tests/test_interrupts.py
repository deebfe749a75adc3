"""Ctrl-C: once ends the run and cleans up, twice ends the process."""

import os
import signal
import threading
from pathlib import Path

import pytest

from conformance.tests.helpers import KEY, QUIET_PYTEST, SECONDS, SuiteRun, suite_process
from hostile_servers.foreign_experiments import OddUid
from hostile_servers.server import HostileServer, serving
from hostile_servers.undeletable import DropsOneDelete, HoldsDeletes
from pictify_conformance import spec
from pictify_conformance.http.write_guard import SLUG
from pictify_conformance.interrupts import Interrupts
from pictify_conformance.judge import Judge
from pictify_conformance.target import Target


def interrupted_run(
    server: HostileServer,
    folder: Path,
    moment: threading.Event,
    processes: str = "1",
    *,
    again: bool = False,
) -> SuiteRun:
    """Interrupt a run at this moment, and `again` once it has printed a line."""
    with (
        serving(server) as url,
        suite_process(url, folder, "--area", "create", "-n", processes) as process,
    ):
        assert moment.wait(SECONDS)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        first_line = process.stderr.readline()
        if again:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    return SuiteRun(process.returncode, out, first_line + err, folder)


def assert_interrupted(run: SuiteRun) -> None:
    """Assert that the run says so, and ends with 1 if a rule was found broken before, else 3."""
    assert run.code == (1 if run.results["summary"]["fail"] else 3), run.err
    assert "interrupted" in run.err
    assert "Traceback" not in run.err
    assert run.out.count("could not be removed") == 1


@pytest.mark.parametrize(("uid", "processes"), [("../../x", "1"), ("a\nb", "2")])
def test_interrupted_run_names_what_it_cannot_remove(
    uid: str, processes: str, tmp_path: Path
) -> None:
    server = OddUid(uid)
    run = interrupted_run(server, tmp_path, server.has_made(20), processes)
    assert_interrupted(run)
    named = {line.partition(" ")[0] for line in run.left_behind}
    made = {str(row["slug"]) for row in server.experiments.values()} - {server.foreign["slug"]}
    assert {slug for slug in made if SLUG.fullmatch(slug)} <= named


@pytest.mark.parametrize("processes", ["1", "2"])
def test_interrupted_run_removes_what_it_can(processes: str, tmp_path: Path) -> None:
    server = DropsOneDelete()
    assert_interrupted(interrupted_run(server, tmp_path, server.has_made(5), processes))
    own = [uid for uid, row in server.experiments.items() if str(row["slug"]).startswith("ct-")]
    assert own == ["exp_1"]


@pytest.mark.parametrize("processes", ["1", "2"])
def test_second_interrupt_ends_an_endless_clean_up(processes: str, tmp_path: Path) -> None:
    server = HoldsDeletes()
    run = interrupted_run(server, tmp_path, server.asked, processes, again=True)
    assert (run.code, run.err.count("\n")) == (3, 2), run.err
    path = tmp_path / "left-behind.txt"
    message = f"pictify-conformance: ended at once; {path} names the experiments that may be"
    assert run.err.splitlines()[1].startswith(message)
    named = {line.split(" ")[1] for line in run.left_behind}
    assert named
    assert named <= set(server.experiments)


SWALLOWING = """
import os
import signal
import pytest

@pytest.fixture
def broken():
    yield
    raise ValueError("cleaning up went wrong")

@pytest.fixture
def interrupted(broken):
    yield
    os.kill(os.getpid(), signal.SIGINT)
    raise ValueError("cleaning up went wrong")

@pytest.mark.rule("get.unknown")
def test_first(interrupted):
    pass

@pytest.mark.rule("get.unknown")
def test_second():
    os.environ["SECOND_TEST"] = "ran"
"""


def test_interrupt_during_an_error_of_a_fixture_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_TEST", "has not run")
    (tmp_path / "test_swallowing.py").write_text(SWALLOWING)
    judge = Judge(Target("http://server.test", KEY), spec.rules().values(), lambda *_: None)
    calls: list[str] = []
    with judge.interrupts.handled(lambda: calls.append("first"), lambda: calls.append("again")):
        ended = pytest.main([*QUIET_PYTEST, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    assert (ended, calls) == (pytest.ExitCode.INTERRUPTED, ["first"])
    assert os.environ["SECOND_TEST"] == "has not run"


def test_held_back_interrupt_is_raised_when_checked() -> None:
    interrupts, calls = Interrupts(), []
    with (
        interrupts.handled(lambda: calls.append("first"), lambda: calls.append("again")),
        interrupts.held_back(),
    ):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert calls == ["first", "again"]
    with pytest.raises(KeyboardInterrupt):
        interrupts.check()
