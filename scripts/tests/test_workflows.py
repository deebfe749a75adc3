"""What CI and the action run exists."""

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
UNVERIFIED = {  # an action whose commit was not compared with its tag, and why
    "pypa/gh-action-pypi-publish": "the copy that we could read ends with v1.8.14, which is older than metadata 2.4",
}


def action() -> dict[str, Any]:
    """The action with which other teams judge their server."""
    return dict(yaml.safe_load(ACTION.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_named_sessions_exist(file: Path) -> None:
    """Every session that a workflow runs exists."""
    named = re.findall(r"-s (\w+)", file.read_text(encoding="utf-8"))
    assert set(named) <= nox.registry.get().keys()


def used_actions(file: Path) -> list[str]:
    """Return every action of another repository that a file uses, with the comment beside it."""
    uses = re.findall(r"^[\s-]*uses:\s*(.+?)\s*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return [use for use in uses if not use.startswith("./")]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_actions_are_pinned(file: Path) -> None:
    """Every action of another repository is a commit with its version as a comment."""
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [use for use in used_actions(file) if not pinned.fullmatch(use)] == []


def test_unverified_actions_are_used() -> None:
    """The list of actions whose commit has to be looked at names no other."""
    assert UNVERIFIED.keys() <= {
        use.partition("@")[0] for file in FILES for use in used_actions(file)
    }


def test_one_commit_per_action() -> None:
    """An action is the same commit wherever it is used."""
    used = {use for file in FILES for use in used_actions(file)}
    assert len(used) == len({use.partition("@")[0] for use in used})


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_read_only(file: Path) -> None:
    """A workflow may read the repository, a job may ask for more, no checkout keeps the token."""
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def steps_of(file: Path) -> list[dict[str, Any]]:
    """Return the steps of every job of a workflow, or those of an action."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_commands_hold_no_expression(file: Path) -> None:
    """Values reach a command by its environment: in its text, a log shows and a shell runs them."""
    assert not [step for step in steps_of(file) if "${{" in step.get("run", "")]


def run_step(step: dict[str, Any], folder: Path, **variables: str) -> None:
    """Run the commands of a step in a folder, as the runner does."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(folder / "tools"), os.environ["PATH"])),
        **variables,
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    subprocess.run(command, cwd=folder, env=environment, check=True)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_commands_can_be_parsed(file: Path) -> None:
    """Bash can read the commands of every step."""
    for step in steps_of(file):
        subprocess.run(["bash", "-n", "-c", step.get("run", "")], check=True)


RECORDER = """#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >> calls
if [ "$2" = venv ]; then
    mkdir -p "$3/bin" && cp "$0" "$3/bin/pip" && cp "$0" "$3/bin/pictify-conformance"
fi
"""


def test_action_installs_the_suite_and_runs_it(tmp_path: Path) -> None:
    """The action installs the distribution of its own checkout and runs its command, with options that it has."""
    python = tmp_path / "tools" / "python"
    python.parent.mkdir()
    python.write_text(RECORDER)
    python.chmod(0o755)
    install, judge = (step for step in action()["runs"]["steps"] if "run" in step)
    run_step(install, tmp_path, ACTION=str(ACTION.parent), RUNNER_TEMP=str(tmp_path))
    given = {
        "LEVEL": "strict",
        "OPTIONS": "--quick --rate 5",
        "GITHUB_WORKSPACE": "/w",
        "REPORT_DIR": "reports",
    }
    run_step(judge, tmp_path, RUNNER_TEMP=str(tmp_path), **given)
    _, pip, suite = (tmp_path / "calls").read_text().splitlines()
    assert Path(pip.split()[-1]).resolve() == ROOT / "contract_tests" / "conformance"
    name, *arguments = suite.split()
    assert name == "pictify-conformance"
    chosen = options.parser().parse_args(arguments)
    assert (chosen.level, chosen.quick, chosen.rate, chosen.report_dir) == (
        "strict",
        True,
        5,
        Path("/w/reports"),
    )
    variables = {name for name in judge["env"] if name.startswith("PICTIFY_")}
    assert variables <= set(re.findall(r"PICTIFY_\w+", options.parser().format_help()))


def test_other_systems_judge_the_mock() -> None:
    """CI installs the mock and the suite on Windows and macOS, and lets the one judge the other."""
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    systems = ci["jobs"]["systems"]
    assert {name.partition("-")[0] for name in systems["strategy"]["matrix"]["system"]} == {
        "windows",
        "macos",
    }
    install, version, judge = (step["run"] for step in systems["steps"] if "run" in step)
    assert set(re.findall(r"\./(\S+)", install)) == set(DISTRIBUTIONS) - {"generated"}
    assert (version, judge) == ("pictify-mock --version", "pictify-conformance --quick")


def release() -> dict[str, Any]:
    """The jobs of the workflow that publishes."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["jobs"])


def test_release_tests_before_it_publishes() -> None:
    """What is published was checked against the tag, tested and built in one job, in this order."""
    commands = [step["run"] for step in release()["build"]["steps"] if "run" in step]
    assert commands[-3:] == [
        'nox -s release -- --tag "$GITHUB_REF_NAME"',
        ".ci/run",
        "nox -s build",
    ]
    assert release()["publish"]["needs"] == "build"


def test_only_publishing_may_prove_who_it_is() -> None:
    """The job that publishes may ask for an identity and nothing else, once for each distribution."""
    publish = release()["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert "permissions" not in release()["build"]
    assert publish["environment"] == {"name": "pypi-${{ matrix.package }}"}
    assert not [step for step in publish["steps"] if "password" in step.get("with", {})]


def test_release_publishes_every_distribution(dist: Path, tmp_path: Path) -> None:
    """Each job of the release takes the wheel and the sdist of one distribution, and together they take all."""
    published: list[str] = []
    [take] = [step for step in release()["publish"]["steps"] if "run" in step]
    for package in release()["publish"]["strategy"]["matrix"]["package"]:
        folder = tmp_path / package
        shutil.copytree(dist, folder / "all")
        run_step(take, folder, PACKAGE=package)
        found = [path.name for path in (folder / "dist").iterdir()]
        assert len(found) == 2
        published += found
    assert sorted(published) == sorted(path.name for path in dist.iterdir())


def test_readme_gives_the_action_what_it_takes() -> None:
    """The workflow in the README gives the action inputs that it has, and all that it needs."""
    block = re.search(
        r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert block
    [step] = yaml.safe_load(block[1])
    needed = {name for name, declared in action()["inputs"].items() if declared.get("required")}
    assert needed <= step["with"].keys() <= action()["inputs"].keys()
    assert str(ACTION.parent.relative_to(ROOT)) in step["uses"]


def test_nightly_gives_the_action_what_it_takes() -> None:
    """The nightly run gives the action inputs that it has."""
    nightly = yaml.safe_load(
        (ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8")
    )
    [step] = [
        step
        for step in nightly["jobs"]["conformance"]["steps"]
        if "conformance" in step.get("uses", "")
    ]
    assert step["with"].keys() <= action()["inputs"].keys()


def test_nightly_runs_every_shard() -> None:
    """The shards of each campaign are those of one split, and each campaign is a session that is joined."""
    jobs = yaml.safe_load(
        (ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8")
    )["jobs"]
    matrix = jobs["campaigns"]["strategy"]["matrix"]
    split = int(jobs["campaigns"]["env"]["SHARD"].partition("/")[2])
    assert matrix["shard"] == list(range(1, split + 1))
    assert jobs["join"]["strategy"]["matrix"]["campaign"] == matrix["campaign"]
    assert set(matrix["campaign"]) <= nox.registry.get().keys()


def test_updates_cover_everything() -> None:
    """Actions, Python packages and npm tools get one pull request each, once a week."""
    file = ROOT / ".github" / "dependabot.yml"
    updates = yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]
    folders = {
        (update["package-ecosystem"], place) for update in updates for place in places(update)
    }
    actions = [
        file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob(".github/**/action.yml")
    ]
    assert folders == {
        ("github-actions", "/"),
        *(("github-actions", f"/{folder}") for folder in actions),
        ("pip", "/"),
        *(("pip", f"/{folder}") for folder in DISTRIBUTIONS),
        ("npm", "/scripts"),
    }
    assert all(update["schedule"] == {"interval": "weekly"} for update in updates)
    for update in updates:
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]


def places(update: dict[str, Any]) -> list[str]:
    """Return the folders that an entry of dependabot.yml covers."""
    return update.get("directories") or [update["directory"]]
