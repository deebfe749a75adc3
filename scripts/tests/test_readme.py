"""The README and the other pages name what exists."""

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


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_sessions_exist(page: Path) -> None:
    named = re.findall(r"nox (?:-s|--session) (\w+)", page.read_text(encoding="utf-8"))
    assert set(named) <= nox.registry.get().keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_named_folders_exist() -> None:
    section = README.partition("\n## Develop\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| \[?`([^`]+/)`", section, re.MULTILINE)
    assert len(named) > 3
    assert [name for name in named if not (ROOT / name).is_dir()] == []


def test_table_of_settings_has_every_option_and_variable() -> None:
    page = (ROOT / "contract_tests" / "conformance" / "README.md").read_text(encoding="utf-8")
    section = page.partition("\n## Options\n")[2].partition("\n## ")[0]
    printed = options.parser().format_help()
    names = set(re.findall(r"(--[\w-]+)", printed)) - {"--help", "--version"}
    assert set(re.findall(r"`(--[\w-]+)", section)) == names
    variables = set(re.findall(r"(PICTIFY_\w+)", printed))
    assert set(re.findall(r"`(PICTIFY_\w+)`", section)) == variables


def test_ci_runs_the_command_of_the_readme() -> None:
    ours = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert ours in README.splitlines()
    assert ours.endswith("nox -s tests")


def test_front_page_is_short() -> None:
    assert len(README.split()) < 900
