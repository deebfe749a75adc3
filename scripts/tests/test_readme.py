"""The README names what exists."""

import re
from pathlib import Path

import nox.registry
import pytest

import noxfile  # noqa: F401 - importing it registers the sessions
from pictify_conformance import options

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    path
    for path in ROOT.glob("**/*.md")
    if not {".nox", ".venv", "mutants", "node_modules", "pages", "reports"} & set(path.parts)
]


def sessions() -> dict[str, str]:
    """Every session with the first line of its docstring."""
    return {
        name: str(session.__doc__).strip().partition("\n")[0]
        for name, session in nox.registry.get().items()
    }


def rows(heading: str) -> dict[str, str]:
    """The first two columns of the table under a heading."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE))


def test_sessions_are_those_of_the_noxfile() -> None:
    """The table of sessions is the noxfile's, in its words and order."""
    assert list(rows("Sessions").items()) == list(sessions().items())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_sessions_exist(page: Path) -> None:
    """Every session that a page tells to run exists."""
    named = re.findall(r"nox (?:-s|--session) (\w+)", page.read_text(encoding="utf-8"))
    assert set(named) <= sessions().keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_named_folders_exist() -> None:
    """The table of what is where names folders that exist."""
    section = README.partition("\n## What is where\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| \[?`([^`]+/)`", section, re.MULTILINE)
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def test_settings_are_those_of_the_command() -> None:
    """The table of settings has every option of the command, with its environment variable."""
    section = README.partition("\n## Judge a server\n")[2].partition("\n## ")[0]
    told = options.parser().format_help()
    assert set(re.findall(r"`(--[\w-]+)", section)) == set(re.findall(r"(--[\w-]+)", told)) - {
        "--help",
        "--version",
    }
    assert set(re.findall(r"`(PICTIFY_\w+)`", section)) == set(re.findall(r"(PICTIFY_\w+)", told))


def test_ci_runs_the_command_of_the_readme() -> None:
    """CI runs the very command that the README gives for all tests."""
    ours = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert ours in README.splitlines()
    assert ours.endswith("nox -s tests")
