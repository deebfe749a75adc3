"""Ctrl-C: once ends the run and cleans up, twice ends the process."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hostile_servers.server import HostileServer, serving
from hostile_servers.foreign_experiments import OddUid
from hostile_servers.undeletable import DropsOneDelete, HoldsDeletes
from pictify_conformance import spec
from pictify_conformance.http.write_guard import SLUG
from pictify_conformance.interrupts import Interrupts
from pictify_conformance.judge import Judge
from pictify_conformance.target import Target

ROOT = Path(__file__).parents[3]
PATIENCE = 60  # seconds; a run that is interrupted takes a few
QUIET = [
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-o",
    "filterwarnings=ignore",
    "--import-mode=importlib",
]


def interrupted(
    server: HostileServer, folder: Path, moment: threading.Event, *options: str, again: bool = False
) -> tuple[int, str, str]:
    """Interrupt a run at this moment, and again as soon as it has said so; return exit code and output."""
    with serving(server) as url:
        target = [
            "--target",
            url,
            "--api-key",
            "the-key-of-a-team",
            "--settle",
            "0.2",
            "--report-dir",
            str(folder),
        ]
        line = [sys.executable, "-m", "pictify_conformance", *target, "--area", "create", *options]
        with subprocess.Popen(
            line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert moment.wait(PATIENCE)
                process.send_signal(signal.SIGINT)
                said = process.stderr.readline() if process.stderr else ""
                if again:
                    process.send_signal(signal.SIGINT)
                printed, told = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
    return process.returncode, printed, said + told


def expected_code(folder: Path) -> int:
    """Return 1 if a rule was found broken before the interrupt, else 3."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return 1 if results["summary"]["fail"] else 3


@pytest.mark.parametrize(("uid", "processes"), [("../../x", "1"), ("a\nb", "2")])
def test_interrupt_names_what_it_cannot_remove(uid: str, processes: str, tmp_path: Path) -> None:
    """One interrupt ends the run, though nothing can be removed, and all of that is named."""
    server = OddUid(uid)
    code, printed, told = interrupted(server, tmp_path, server.has_made(20), "-n", processes)
    assert (code, "interrupted" in told, "Traceback" in told) == (
        expected_code(tmp_path),
        True,
        False,
    ), told
    assert printed.count("could not be removed") == 1
    named = {
        line.partition(" ")[0]
        for line in (tmp_path / "left-behind.txt").read_text(encoding="utf-8").splitlines()
    }
    made = {str(row["slug"]) for row in server.experiments.values()} - {server.foreign["slug"]}
    assert {slug for slug in made if SLUG.fullmatch(slug)} <= named


def test_interrupt_cleans_up(tmp_path: Path) -> None:
    """One interrupt leaves nothing but what cannot be removed."""
    server = DropsOneDelete()
    code, printed, told = interrupted(server, tmp_path, server.has_made(5))
    assert (code, printed.count("could not be removed")) == (expected_code(tmp_path), 1), told
    assert [
        uid for uid, row in server.experiments.items() if str(row["slug"]).startswith("ct-")
    ] == ["exp_1"]


@pytest.mark.parametrize("processes", ["1", "2"])
def test_second_interrupt_ends_at_once(processes: str, tmp_path: Path) -> None:
    """A second interrupt, in the middle of a clean-up that takes for ever, ends the run and names what is left."""
    server = HoldsDeletes()
    code, _, told = interrupted(server, tmp_path, server.asked, "-n", processes, again=True)
    path = tmp_path / "left-behind.txt"
    assert (code, told.count("\n")) == (3, 2), told
    assert told.splitlines()[1].startswith(
        f"pictify-conformance: ended at once; {path} names the experiments that may be"
    )
    named = {line.split(" ")[1] for line in path.read_text(encoding="utf-8").splitlines()}
    assert named
    assert named <= set(server.experiments)


SWALLOWING = """
import os
import signal
import pytest

ran = []

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


def test_interrupt_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt that comes while cleaning up raises ends the run all the same."""
    monkeypatch.setenv("SECOND_TEST", "has not run")
    (tmp_path / "test_swallowing.py").write_text(SWALLOWING)
    judge = Judge(Target("http://server.test", "key"), spec.rules().values(), lambda *_: None)
    seen: list[str] = []
    with judge.interrupts.handled(lambda: seen.append("first"), lambda: seen.append("again")):
        ended = pytest.main([*QUIET, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    assert (ended, seen) == (pytest.ExitCode.INTERRUPTED, ["first"])
    assert os.environ["SECOND_TEST"] == "has not run"


def test_interrupt_is_held_back() -> None:
    """An interrupt in a block that holds it back is told at once and raised when asked for; a second is told, too."""
    interrupts, seen = Interrupts(), []
    with (
        interrupts.handled(lambda: seen.append("first"), lambda: seen.append("again")),
        interrupts.held_back(),
    ):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert seen == ["first", "again"]
    with pytest.raises(KeyboardInterrupt):
        interrupts.check()
