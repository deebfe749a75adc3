"""The README is the front page on PyPI: what it says is so."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pictify_mock import MockServer
from pictify_mock.cli import build_parser
from pictify_mock.control import handlers

FIXTURE = type(pytest.fixture(lambda: None))
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def rows(heading: str, first_cell: str) -> list[list[str]]:
    """The cells of the table below this heading whose header starts so."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition(f"\n| {first_cell} |")[2].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def test_what_it_invents() -> None:
    """The table is the data that `GET /_mock/health` answers with, row by row."""
    invented = [[row["subject"], row["here"]] for row in handlers.undocumented_behaviour()]
    assert rows("Undocumented behaviour", "subject") == invented


def test_options() -> None:
    """Every option of the command is in the table, but those that explain themselves."""
    known = {
        name
        for action in build_parser()._actions
        for name in action.option_strings
        if name.startswith("--")
    }
    assert {row[0].strip("`").split()[0] for row in rows("Options", "option")} == known - {
        "--help",
        "--version",
    }


def test_arguments() -> None:
    """Every argument of MockServer is in the table."""
    named = {
        name for row in rows("In process", "argument") for name in re.findall(r"`(\w+)`", row[0])
    }
    assert named == set(MockServer.__init__.__annotations__) - {"return"}


def test_methods() -> None:
    """Every method of MockServer, its clock and its faults is in the table."""
    named = {
        name for row in rows("In process", "method") for name in re.findall(r"`([\w.]+)\(", row[0])
    }
    server = MockServer()
    parts = {"": server, "clock.": server.clock, "faults.": server.faults}
    offered = {
        f"{part}{name}"
        for part, owner in parts.items()
        for name in vars(type(owner))
        if not name.startswith("_")
    }
    assert named == offered


def test_fixtures() -> None:
    """Every fixture is in the table."""
    (entry,) = (each for each in entry_points(group="pytest11") if each.name == "pictify_mock")
    offered = {name for name, value in vars(entry.load()).items() if isinstance(value, FIXTURE)}
    assert {
        name for row in rows("In pytest", "fixture") for name in re.findall(r"`(\w+)`", row[0])
    } == offered


def test_no_link_leads_into_a_clone() -> None:
    """On PyPI there is no folder that a link could be relative to."""
    assert [
        link
        for link in re.findall(r"\]\((.*?)\)", README)
        if not link.startswith(("https://", "#"))
    ] == []
