"""The workflows and the action run what exists, with no more rights than they need."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nox.registry
import pytest
import yaml

import noxfile  # noqa: F401 - importing it registers the sessions
from audit_dependencies import DISTRIBUTIONS
from pictify_conformance import options

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "conformance" / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [ACTION, *WORKFLOWS]
# Actions whose commit was not compared with its tag, and the reason.
UNVERIFIED = {
    "pypa/gh-action-pypi-publish": (
        "the copy that we could read ends with v1.8.14, which is older than metadata 2.4"
    ),
}
every_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)


def load(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


def jobs_of(workflow: str) -> dict[str, Any]:
    return dict(load(ROOT / ".github" / "workflows" / f"{workflow}.yml")["jobs"])


def steps_of(file: Path) -> list[dict[str, Any]]:
    """Return the steps of every job of a workflow, or those of an action."""
    document = load(file)
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return [step for job in jobs for step in job["steps"]]


def commands_of(steps: list[dict[str, Any]]) -> list[str]:
    return [step["run"] for step in steps if "run" in step]


def used_actions(file: Path) -> list[str]:
    """Return every action of another repository that a file uses, with the comment beside it."""
    uses = re.findall(r"^[\s-]*uses:\s*(.+?)\s*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return [use for use in uses if not use.startswith("./")]


@every_file
def test_named_sessions_exist(file: Path) -> None:
    named = re.findall(r"-s (\w+)", file.read_text(encoding="utf-8"))
    assert set(named) <= nox.registry.get().keys()


@every_file
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    """The version stands beside it as a comment."""
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [use for use in used_actions(file) if not pinned.fullmatch(use)] == []


def test_an_action_is_the_same_commit_in_every_file() -> None:
    used = {use for file in FILES for use in used_actions(file)}
    names = {use.partition("@")[0] for use in used}
    assert len(used) == len(names)
    assert UNVERIFIED.keys() <= names


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(file: Path) -> None:
    """A job may ask for more. No checkout keeps the token."""
    assert load(file)["permissions"] == {"contents": "read"}
    uses = [step for step in steps_of(file) if "uses" in step]
    checkouts = [step for step in uses if step["uses"].startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@every_file
def test_commands_are_shell_without_expressions(file: Path) -> None:
    """A value in the text of a command is logged, and run by the shell."""
    for command in commands_of(steps_of(file)):
        assert "${{" not in command
        subprocess.run(["bash", "-n", "-c", command], check=True)


def run_step(step: dict[str, Any], folder: Path, **variables: str) -> None:
    """Run the commands of a step in a folder, as the runner does."""
    path = os.pathsep.join((str(folder / "tools"), os.environ["PATH"]))
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    environment = {**os.environ, "PATH": path, **variables}
    subprocess.run(command, cwd=folder, env=environment, check=True)


RECORDER = """#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >> calls
if [ "$2" = venv ]; then
    mkdir -p "$3/bin" && cp "$0" "$3/bin/pip" && cp "$0" "$3/bin/pictify-conformance"
fi
"""


def test_action_installs_the_suite_of_its_checkout_and_runs_it(tmp_path: Path) -> None:
    python = tmp_path / "tools" / "python"
    python.parent.mkdir()
    python.write_text(RECORDER)
    python.chmod(0o755)
    install, judge, _ = (step for step in steps_of(ACTION) if "run" in step)
    runner = {"RUNNER_TEMP": str(tmp_path), "GITHUB_WORKSPACE": str(tmp_path)}
    run_step(install, tmp_path, ACTION=str(ACTION.parent), **runner)
    inputs = {"LEVEL": "strict", "OPTIONS": "--quick --rate 5", "REPORT_DIR": "reports"}
    run_step(judge, tmp_path, **inputs, **runner)
    _, pip, suite = (tmp_path / "calls").read_text().splitlines()
    assert Path(pip.split()[-1]).resolve() == ROOT / "contract_tests" / "conformance"
    name, *arguments = suite.split()
    assert name == "pictify-conformance"
    chosen = options.parser().parse_args(arguments)
    assert (chosen.level, chosen.quick, chosen.rate) == ("strict", True, 5)
    assert chosen.report_dir == tmp_path / "reports"
    variables = {name for name in judge["env"] if name.startswith("PICTIFY_")}
    assert variables <= set(re.findall(r"PICTIFY_\w+", options.parser().format_help()))


def test_ci_judges_the_mock_on_windows_and_macos() -> None:
    systems = jobs_of("ci")["systems"]
    names = {name.partition("-")[0] for name in systems["strategy"]["matrix"]["system"]}
    assert names == {"windows", "macos"}
    install, version, judge = commands_of(systems["steps"])
    assert set(re.findall(r"\./(\S+)", install)) == set(DISTRIBUTIONS) - {"generated"}
    assert (version, judge) == ("pictify-mock --version", "pictify-conformance --quick")


def test_release_checks_tests_and_builds_before_it_publishes() -> None:
    jobs = jobs_of("release")
    assert commands_of(jobs["build"]["steps"])[-3:] == [
        'nox -s release -- --tag "$GITHUB_REF_NAME"',
        ".ci/run",
        "nox -s build",
    ]
    assert jobs["publish"]["needs"] == "build"


def test_only_the_publishing_job_may_prove_its_identity() -> None:
    jobs = jobs_of("release")
    publish = jobs["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert "permissions" not in jobs["build"]
    assert publish["environment"] == {"name": "pypi-${{ matrix.package }}"}
    assert not [step for step in publish["steps"] if "password" in step.get("with", {})]


def test_release_publishes_wheel_and_sdist_of_every_distribution(
    dist: Path, tmp_path: Path
) -> None:
    publish = jobs_of("release")["publish"]
    [take] = [step for step in publish["steps"] if "run" in step]
    published: list[str] = []
    for package in publish["strategy"]["matrix"]["package"]:
        folder = tmp_path / package
        shutil.copytree(dist, folder / "all")
        run_step(take, folder, PACKAGE=package)
        found = [path.name for path in (folder / "dist").iterdir()]
        assert len(found) == 2
        published += found
    assert sorted(published) == sorted(path.name for path in dist.iterdir())


def test_pages_and_nightly_give_the_action_its_inputs() -> None:
    pages = [ROOT / "README.md", ROOT / "spec" / "docs" / "judging.md"]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == len(pages)
    in_pages = [step for block in blocks for step in yaml.safe_load(block)]
    steps = jobs_of("nightly")["conformance"]["steps"]
    [in_nightly] = [step for step in steps if "conformance" in step.get("uses", "")]
    inputs = load(ACTION)["inputs"]
    required = {name for name, declared in inputs.items() if declared.get("required")}
    for step in *in_pages, in_nightly:
        assert required <= step["with"].keys() <= inputs.keys()
        assert str(ACTION.parent.relative_to(ROOT)) in step["uses"]


def test_nightly_runs_and_joins_every_shard() -> None:
    jobs = jobs_of("nightly")
    matrix = jobs["campaigns"]["strategy"]["matrix"]
    split = int(jobs["campaigns"]["env"]["SHARD"].partition("/")[2])
    assert matrix["shard"] == list(range(1, split + 1))
    assert jobs["join"]["strategy"]["matrix"]["campaign"] == matrix["campaign"]
    assert set(matrix["campaign"]) <= nox.registry.get().keys()


def test_dependabot_updates_everything_once_a_week() -> None:
    updates = load(ROOT / ".github" / "dependabot.yml")["updates"]
    actions = [path.parent.relative_to(ROOT) for path in ROOT.glob(".github/**/action.yml")]
    covered = {
        (update["package-ecosystem"], folder)
        for update in updates
        for folder in update.get("directories") or [update["directory"]]
    }
    assert covered == {
        *(("github-actions", folder) for folder in ("/", *(f"/{path}" for path in actions))),
        *(("pip", folder) for folder in ("/", *(f"/{path}" for path in DISTRIBUTIONS))),
        ("npm", "/scripts"),
    }
    for update in updates:
        assert update["schedule"] == {"interval": "weekly"}
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]
