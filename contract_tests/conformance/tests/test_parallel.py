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

from pictify_conformance import mock_process
from pictify_conformance.parallel import FORK, _Worker
from pictify_conformance.target import Target

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "pictify_conformance"]


def outcomes(folder: Path, *arguments: str) -> dict[str, tuple[str, list[str]]]:
    """Outcome and tests of each rule that a run judges."""
    line = [*COMMAND, "--area", "get", "--area", "delete", "--report-dir", str(folder), *arguments]
    subprocess.run(line, cwd=ROOT, capture_output=True, check=True)
    rules = json.loads((folder / "results.json").read_text(encoding="utf-8"))["rules"]
    return {rule["id"]: (rule["outcome"], rule["tests"]) for rule in rules if rule["outcome"] != "disabled"}


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    """Every test runs once, in the same order of the report, however many processes share them."""
    assert outcomes(tmp_path / "two", "-n", "2") == outcomes(tmp_path / "one", "-n", "1")


def test_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    """Ctrl-C in the middle removes what every process has made, and ends without a verdict."""
    with mock_process.running() as target:
        environment = {**os.environ, "PICTIFY_API_KEY": target.api_key, "PICTIFY_BASE_URL": target.base_url}
        line = [*COMMAND, "-n", "2", "--area", "update", "--area", "create", "--report-dir", str(tmp_path)]
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


def test_process_that_breaks_tells_it_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """An error of ours in a process is a problem of the run, which is reported as safely as the others."""

    def broken(**_: object) -> None:
        raise RuntimeError("secret-key")

    config: Any = SimpleNamespace(hook=SimpleNamespace(pytest_runtest_protocol=broken), stash={})
    state = SimpleNamespace(teardown_exact=lambda _: None)
    session: Any = SimpleNamespace(config=config, shouldstop=False, _setupstate=state)
    item: Any = SimpleNamespace(nodeid="a test", config=config)
    target = Target("http://server.test", "secret-key")
    told, tell = FORK.Pipe(duplex=False)
    worker = _Worker(SimpleNamespace(), session, [item], FORK.Value("i", 0), target)  # type: ignore[arg-type]
    process = FORK.Process(target=worker.run, args=(tell,))
    process.start()
    _, _, haul = told.recv()
    process.join()
    assert (process.exitcode, capfd.readouterr()) == (0, ("", ""))
    assert ["unexpected RuntimeError at parallel.py:" in problem for problem in haul.problems] == [True]
