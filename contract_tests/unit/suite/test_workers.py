"""Judging in several processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from contract_tests import own_mock

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "contract_tests"]


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
    with own_mock.running() as target:
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
