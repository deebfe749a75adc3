"""The rules run by plain pytest, from a project of somebody else."""

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.tests.helpers import KEY
from hostile_servers.foreign_experiments import OddUid
from hostile_servers.server import serving

PLUGIN = ["--pyargs", "pictify_conformance.rules", "-p", "pictify_conformance.pytest_plugin"]
SETTINGS = """
[tool.pytest.ini_options]
addopts = [
    "--strict-config", "--strict-markers", "--import-mode=importlib", "-p", "no:cacheprovider",
    "--doctest-modules", "-x"
]
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


@pytest.fixture(autouse=True)
def _no_settings_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def run_pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    """Return exit code and output of pytest in a folder."""
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("processes", ["0", "2"])
def test_rules_run_whatever_the_project_sets(tmp_path: Path, processes: str) -> None:
    """They judge the mock, show the verdict, and write no reports."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    folder = tmp_path / "below"
    folder.mkdir()
    chosen = ["--quick", "-k", "test_unknown or test_rule_mutations_are_refused", "-n", processes]
    code, output = run_pytest(folder, *PLUGIN, *chosen)
    assert (code, " passed" in output, "Warning" in output) == (0, True, False), output
    [headline] = [line for line in output.splitlines() if "CONFORMING" in line]
    assert headline.startswith("CONFORMING: all "), output
    assert not [*tmp_path.rglob("report*"), *tmp_path.rglob("results*")]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_broken_rule_is_1_and_the_key_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    monkeypatch.setenv("PICTIFY_API_KEY", KEY)
    with serving(OddUid("../../x")) as url:
        options = ["--target", url, "--settle", "0.2", "--quick", "--report-dir", "written"]
        rules = ["--rule", "create.echo", "-n", processes]
        code, output = run_pytest(tmp_path, *PLUGIN, *options, *rules)
    assert (code, "NOT CONFORMING: " in output, KEY in output) == (1, True, False), output
    written = {path.name for path in (tmp_path / "written").iterdir()}
    assert written >= {"results.json", "report.html"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "nonsense", "--api-key", "k"], "'nonsense' is not an http or https URL"),
        (["--target", "http://127.0.0.1:1", "--api-key", "k"], "does not answer"),
        (["--rate", "0"], "not a number above 0"),
    ],
)
def test_wrong_usage_is_that_of_pytest(tmp_path: Path, arguments: list[str], message: str) -> None:
    code, output = run_pytest(tmp_path, *PLUGIN, *arguments)
    assert (code, message in output, "Traceback" in output) == (4, True, False), output


def test_help_of_pytest_lists_the_options_only_with_the_plugin(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, *PLUGIN, "--help")
    assert code == 0
    for option in ("--target", "--api-key", "--read-only", "--time-limit", "--report-dir"):
        assert f"  {option}" in output
    assert "--second-api-key" not in run_pytest(tmp_path, "--help")[1]
