"""The tables of the README are complete; it is the front page on PyPI."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pictify_mock import MockServer
from pictify_mock.cli import build_parser
from pictify_mock.control import handlers
from pictify_mock.domain.errors import REFUSALS

FIXTURE = type(pytest.fixture(lambda: None))
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def rows(heading: str, first_cell: str) -> list[list[str]]:
    """Return the rows of the table below the heading that has this first cell in its header."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition(f"\n| {first_cell} |")[2].partition("\n\n")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]


def names_in(table: list[list[str]], pattern: str) -> set[str]:
    """Return the names that the first cells of a table hold."""
    return {name for row in table for name in re.findall(pattern, row[0])}


def test_the_table_of_undocumented_behaviour_is_that_of_health() -> None:
    invented = [[row["subject"], row["here"]] for row in handlers.undocumented_behaviour()]
    assert rows("Undocumented behaviour", "subject") == invented


def test_the_table_of_error_codes_is_complete() -> None:
    listed = {
        code: int(status)
        for status, codes in rows("Error codes", "status")
        for code in re.findall(r"[a-z-]+", codes)
    }
    assert listed == {code: status for code, (status, _) in REFUSALS.items()}


def test_every_option_is_in_the_table() -> None:
    options = set(re.findall(r"--[a-z-]+", build_parser().format_help()))
    named = {row[0].strip("`").split()[0] for row in rows("Options", "option")}
    assert named == options - {"--help", "--version"}


def test_every_argument_of_mock_server_is_in_the_table() -> None:
    named = names_in(rows("In process", "argument"), r"`(\w+)`")
    assert named == set(MockServer.__init__.__annotations__) - {"return"}


def test_every_method_of_mock_server_is_in_the_table() -> None:
    """Those of its clock and its faults too."""
    server = MockServer()
    owners = {"": server, "clock.": server.clock, "faults.": server.faults}
    public = {
        f"{prefix}{name}"
        for prefix, owner in owners.items()
        for name in vars(type(owner))
        if not name.startswith("_")
    }
    assert names_in(rows("In process", "method"), r"`([\w.]+)\(") == public


def test_every_fixture_is_in_the_table() -> None:
    (entry,) = entry_points(group="pytest11", name="pictify_mock")
    fixtures = {name for name, value in vars(entry.load()).items() if isinstance(value, FIXTURE)}
    assert names_in(rows("In pytest", "fixture"), r"`(\w+)`") == fixtures


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_example_of_curl_works() -> None:
    """All of them, one after the other on one server."""
    examples = re.findall(r"^curl .*", README, re.MULTILINE)
    with MockServer() as server:
        place = server.url.removeprefix("http://")
        for example in examples:
            command = shlex.split(example.replace("localhost:8080", place))
            subprocess.run(
                [*command, "--fail", "--silent", "--show-error", "--noproxy", "*"],
                check=True,
                capture_output=True,
            )
        assert server.requests() == []  # the last one is a reset
    assert len(examples) == 10


def test_every_link_is_absolute() -> None:
    """PyPI has no folder that a link could be relative to."""
    links = re.findall(r"\]\((.*?)\)", README)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
