"""The GitHub action: its shell lines, run in the order of a workflow and from another folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conformance.tests.helpers import KEY
from pictify_mock import MockServer

ACTION = Path(__file__).parents[3] / ".github/actions/conformance"
STEPS = {
    step["name"]: step
    for step in yaml.safe_load((ACTION / "action.yml").read_bytes())["runs"]["steps"]
    if "name" in step
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A runner with an environment in which the suite is installed."""
    for folder in ("bin", "workspace", "pictify-conformance/bin"):
        (tmp_path / folder).mkdir(parents=True)
    is_package = 'for last; do :; done; test -f "$last/pyproject.toml"'
    run = f'#!/bin/sh\nexec "{sys.executable}" '
    for name, line in {
        "pictify-conformance/bin/python": f'{run}"$@"',
        "pictify-conformance/bin/pictify-conformance": f'{run}-m pictify_conformance "$@"',
        "pictify-conformance/bin/pip": f"#!/bin/sh\n{is_package}",
        "bin/python": "#!/bin/sh\nexit 0",
    }.items():
        (tmp_path / name).write_text(line + "\n")
        (tmp_path / name).chmod(0o755)
    return {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_WORKSPACE": str(tmp_path / "workspace"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "ACTION": str(ACTION),
        "PICTIFY_API_KEY": KEY,
        "LEVEL": "documented",
        "REPORT_DIR": "conformance",
    }


def step(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, but in a folder that is not the workspace."""
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        env=environment,
        cwd=environment["RUNNER_TEMP"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_action_judges_and_shows_the_verdict(environment: dict[str, str], tmp_path: Path) -> None:
    assert step("Install the suite", environment).returncode == 0
    with MockServer() as server:
        server.faults.add(method="GET", path="/experiments/api/*", status=410, times=100)
        environment |= {"PICTIFY_BASE_URL": server.url, "PICTIFY_API_KEY": server.api_key}
        environment["OPTIONS"] = "--rule get.unknown"
        judged = step("Judge the server", environment)
        assert judged.returncode == 1, judged.stderr
        baseline = tmp_path / "workspace/earlier.json"
        (tmp_path / "workspace/conformance/results.json").rename(baseline)
        environment["OPTIONS"] += " --baseline earlier.json"
        assert step("Judge the server", environment).returncode == 0
    shown = step("Show the verdict", environment)
    assert "::warning title=GET /experiments/api/{uid}::get.unknown%3A expected" in shown.stdout
    assert (tmp_path / "output").read_text() == "verdict=NOT WORSE\nfailed=1\npassed=0\n"
    assert "## Conformance: NOT WORSE" in (tmp_path / "summary.md").read_text()


def test_action_says_that_wrong_usage_has_no_verdict(environment: dict[str, str]) -> None:
    environment |= {"PICTIFY_BASE_URL": "http://127.0.0.1:1", "OPTIONS": "--no-such"}
    assert step("Judge the server", environment).returncode == 2
    shown = step("Show the verdict", environment)
    assert (shown.returncode, shown.stdout[:7]) == (0, "::error")
