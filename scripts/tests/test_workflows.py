"""What CI and the action run exists."""

import re
from pathlib import Path
from typing import Any

import nox.registry
import pytest
import yaml

import noxfile  # noqa: F401 - importing it registers the sessions
from pictify_conformance import options

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "conformance" / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [ACTION, *WORKFLOWS]
UNVERIFIED: dict[str, str] = {}  # a use that names a tag, and why its commit could not be read


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
    loose = {use for use in used_actions(file) if not pinned.fullmatch(use)}
    assert loose <= UNVERIFIED.keys()


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


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_commands_hold_no_expression(file: Path) -> None:
    """Values reach a command by its environment: in its text, a log shows and a shell runs them."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    commands = [step.get("run", "") for job in jobs for step in job["steps"]]
    assert not [command for command in commands if "${{" in command]


def test_action_has_its_options() -> None:
    """Every option and every variable of the environment that the action sets is one of the suite."""
    [step] = [step for step in action()["runs"]["steps"] if "nox" in step.get("run", "")]
    told = options.parser().format_help()
    assert set(re.findall(r"--[a-z][\w-]+", step["run"].partition("-s conformance -- ")[2])) <= set(
        re.findall(r"(--[\w-]+)", told)
    )
    assert {name for name in step["env"] if name.startswith("PICTIFY_")} <= set(re.findall(r"PICTIFY_\w+", told))


def test_readme_gives_the_action_what_it_takes() -> None:
    """The workflow in the README gives the action inputs that it has, and all that it needs."""
    block = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block
    [step] = yaml.safe_load(block[1])
    needed = {name for name, declared in action()["inputs"].items() if declared.get("required")}
    assert needed <= step["with"].keys() <= action()["inputs"].keys()
    assert str(ACTION.parent.relative_to(ROOT)) in step["uses"]


def test_nightly_gives_the_action_what_it_takes() -> None:
    """The nightly run gives the action inputs that it has."""
    nightly = yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
    [step] = [step for step in nightly["jobs"]["conformance"]["steps"] if "conformance" in step.get("uses", "")]
    assert step["with"].keys() <= action()["inputs"].keys()


def test_updates_cover_everything() -> None:
    """Actions, Python packages and npm tools get one pull request each, once a week."""
    file = ROOT / ".github" / "dependabot.yml"
    updates = yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]
    folders = {(update["package-ecosystem"], place) for update in updates for place in places(update)}
    actions = [file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob(".github/**/action.yml")]
    assert folders == {
        ("github-actions", "/"),
        *(("github-actions", f"/{folder}") for folder in actions),
        ("pip", "/"),
        ("pip", "/generated"),
        ("npm", "/scripts"),
    }
    assert all(update["schedule"] == {"interval": "weekly"} for update in updates)
    for update in updates:
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]


def places(update: dict[str, Any]) -> list[str]:
    """Return the folders that an entry of dependabot.yml covers."""
    return update.get("directories") or [update["directory"]]
