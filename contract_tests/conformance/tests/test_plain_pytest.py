"""The rules run by plain pytest, from a project of somebody else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostile_servers.server import serving
from hostile_servers.foreign_experiments import OddUid

PLUGIN = ["--pyargs", "pictify_conformance.rules", "-p", "pictify_conformance.pytest_plugin"]
HOSTILE = """
[tool.pytest.ini_options]
addopts = "--strict-config --strict-markers --import-mode=importlib -p no:cacheprovider --doctest-modules -x"
filterwarnings = ["error"]
python_files = ["check_*.py"]
python_functions = ["check_*"]
xfail_strict = true
"""
CONFTEST = """
from hypothesis import settings
settings.register_profile("theirs", max_examples=1000, deadline=1)
settings.load_profile("theirs")
"""


def plain(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and output of pytest, called in a folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PICTIFY_", "PYTEST_"))
    }
    line = [sys.executable, "-m", "pytest", *PLUGIN, *arguments]
    ended = subprocess.run(
        line, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose own settings for pytest suit nobody else."""
    (tmp_path / "pyproject.toml").write_text(HOSTILE)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "below").mkdir()
    return tmp_path


@pytest.mark.parametrize("processes", ["0", "2"])
def test_rules_run_in_any_project(project: Path, processes: str) -> None:
    """Chosen tests judge the mock, whatever the project asks of pytest, and show the verdict. They write no reports."""
    code, printed = plain(project / "below", "-k", "weights", "-n", processes)
    assert (code, " passed" in printed, "Warning" in printed) == (0, True, False), printed
    [headline] = [line for line in printed.splitlines() if "CONFORMING" in line]
    assert headline.startswith("CONFORMING: all "), printed
    assert not [*project.rglob("report*"), *project.rglob("results*")]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_broken_rule_is_the_verdict(tmp_path: Path, processes: str) -> None:
    """A server that breaks rules is told as such, by pytest's exit code too, and nothing of it shows the key."""
    with serving(OddUid("../../x")) as url:
        options = [
            "--target",
            url,
            "--settle",
            "0.2",
            "--rule",
            "get.unknown",
            "--rule",
            "create.echo",
        ]
        reports = ["--report-dir", "written"]
        code, printed = plain(
            tmp_path, *options, *reports, "-n", processes, PICTIFY_API_KEY="the-key-of-a-team"
        )
    assert (code, "NOT CONFORMING: " in printed, "the-key-of-a-team" in printed) == (
        1,
        True,
        False,
    ), printed
    assert {path.name for path in (tmp_path / "written").iterdir()} >= {
        "results.json",
        "report.html",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target", "nonsense", "--api-key", "k"], "'nonsense' is no http or https URL"),
        (["--target", "http://127.0.0.1:1"], "a target needs an API key"),
        (["--target", "http://127.0.0.1:1", "--api-key", "k"], "does not answer"),
        (["--rule", "create.nothing"], "no rule 'create.nothing'"),
        (["--rate", "0"], "no number above 0"),
    ],
)
def test_wrong_usage_is_that_of_pytest(tmp_path: Path, arguments: list[str], told: str) -> None:
    """Options that make no sense end as wrong usage does in pytest, before any test."""
    code, printed = plain(tmp_path, *arguments)
    assert (code, told in printed, "Traceback" in printed) == (4, True, False), printed


def test_options_are_those_of_the_command(tmp_path: Path) -> None:
    """The help of pytest lists the options of the command, and starts no server for it."""
    code, printed = plain(tmp_path, "--help")
    assert code == 0
    for option in ("--target", "--api-key", "--read-only", "--time-limit", "--report-dir"):
        assert f"  {option}" in printed


def test_pytest_does_not_know_the_suite_until_asked(tmp_path: Path) -> None:
    """Without -p the options of the suite are in nobody's way."""
    line = [sys.executable, "-m", "pytest", "--help"]
    printed = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "--second-api-key" not in printed
