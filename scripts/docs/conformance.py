"""conformance.html: what a run of the suite said, rule by rule, and what its tests do. Times are left out."""

import ast
import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jinja2

from docs.description import Description

RULES = Path(__file__).parents[2] / "contract_tests" / "conformance" / "src"
OUTCOMES = ("pass", "fail", "error", "skip", "disabled")
TONES = {0: "pass", 1: "fail", 3: "error"}
"""The class of the heading, by the exit code of the run."""
HERE = {"127.0.0.1", "localhost", "::1"}
SCHEMA_ROW = {
    "documented": "Generated requests to this operation, and every answer to them, fit what the pages say.",
    "assumed": "Generated requests to this operation, and every answer to them, fit the whole description.",
}


class NoResults(Exception):
    """The file holds no result of a run."""


class Test(NamedTuple):
    """A test, what it does, and with how many values it ran."""

    name: str
    does: str
    cases: int


class Judged(NamedTuple):
    """A rule and what became of it."""

    id: str
    level: str
    text: str
    outcome: str
    reason: str
    tests: list[Test]


@dataclass
class Group:
    """The rules of an operation, or of an area that spans several."""

    title: str
    anchor: str
    rules: list[Judged] = field(default_factory=list)


def read(path: Path) -> dict[str, Any]:
    """The results in a file."""
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        if results["schema_version"] != 1 or not isinstance(results["rules"], list):
            raise ValueError
        if "exit_code" not in results:
            raise ValueError("it is of an older suite; run it again")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoResults(
            f"{path} is no results.json of a conformance run: {error or 'another version'}"
        ) from None
    return dict(results)


def page(description: Description, results: dict[str, Any]) -> str:
    """The page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("conformance.html.j2").render(
        results=results,
        tone=TONES[results["exit_code"]],
        target=_server(results["target"]),
        counts={outcome: results["summary"][outcome] for outcome in OUTCOMES},
        groups=_groups(description, results),
        version=description.document["info"]["version"],
    )


def _server(target: str) -> str:
    """The server by its address, unless that is a port of this machine, another one each time."""
    return (
        "a server on this machine, such as our mock"
        if urlsplit(target).hostname in HERE
        else target
    )


def _groups(description: Description, results: dict[str, Any]) -> list[Group]:
    operations = {operation.id: operation for operation in description.operations}
    texts = {rule.id: rule.text for rule in description.common_rules}
    texts |= {rule.id: rule.text for operation in operations.values() for rule in operation.rules}
    groups: dict[str, Group] = {}
    for raw in results["rules"]:
        operation = operations.get(next(iter(raw["operations"]), ""))
        key = operation.id if operation else raw["area"]
        title = (
            f"{operation.method.upper()} {operation.path}"
            if operation
            else f"{key}, all operations"
        )
        text = texts.get(raw["id"]) or SCHEMA_ROW[raw["level"]]
        reason = (
            f"{raw['reason']} (blocked by {raw['blocked_by']})"
            if raw["blocked_by"]
            else raw["reason"]
        )
        judged = Judged(raw["id"], raw["level"], text, raw["outcome"], reason, _tests(raw["tests"]))
        groups.setdefault(key, Group(title, key.lower())).rules.append(judged)
    return list(groups.values())


def _tests(ids: list[str]) -> list[Test]:
    """The tests by name, those with many values once."""
    cases: dict[str, int] = {}
    for name in (re.sub(r"\[.*\]$", "", each, flags=re.DOTALL) for each in ids):
        cases[name] = cases.get(name, 0) + 1
    return [Test(name.rpartition("/")[2], _sentence(name), count) for name, count in cases.items()]


def _sentence(test: str) -> str:
    """The docstring of a test, with spaces for its line breaks."""
    file, _, function = test.partition("::")
    return _docstrings(RULES / file).get(function.rpartition("::")[2], "")


@functools.cache
def _docstrings(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name: " ".join((ast.get_docstring(node) or "").split()) for node in functions}
