"""What CI and the action run exists."""

import re
from pathlib import Path
from typing import Any

import nox.registry
import pytest
import yaml

import noxfile  # noqa: F401 - importing it registers the sessions
from contract_tests import options

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "conformance" / "action.yml"
FILES = [ACTION, *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]


def action() -> dict[str, Any]:
    """The action with which other teams judge their server."""
    return dict(yaml.safe_load(ACTION.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_named_sessions_exist(file: Path) -> None:
    """Every session that a workflow runs exists."""
    named = re.findall(r"-s (\w+)", file.read_text(encoding="utf-8"))
    assert set(named) <= nox.registry.get().keys()


def test_action_has_its_options() -> None:
    """Every option and every variable of the environment that the action sets is one of the suite."""
    [step] = [step for step in action()["runs"]["steps"] if "nox" in step.get("run", "")]
    told = options.parser().format_help()
    assert set(re.findall(r"--[a-z][\w-]+", step["run"].partition("-s conformance -- ")[2])) <= set(
        re.findall(r"(--[\w-]+)", told)
    )
    assert {name for name in step["env"] if name.startswith("PICTIFY_")} <= set(re.findall(r"PICTIFY_\w+", told))


def test_keys_stay_off_the_command_line() -> None:
    """No input of the action stands in a command, where a log would show it."""
    assert all("${{" not in step.get("run", "") for step in action()["runs"]["steps"])


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
