"""Checks of the tables of the spec against its operations, its schemas and the text for readers."""

import re
from collections.abc import Iterable
from typing import Any

from .document import Document, Findings, by_id

END = "archived"  # nothing leaves it, so no table has a row for it


def check_statuses(document: Document) -> Findings:
    """The lifecycle, the editable fields and the filter name each status, except the last."""
    schemas, lifecycle = document["components"]["schemas"], document["x-lifecycle"]
    known = set(schemas["ExperimentStatus"]["enum"])
    moves = lifecycle["transitions"].values()
    sources = {status for move in moves for status in move["from"]}
    targets = {move["to"] for move in moves}
    initial = {lifecycle["initial"]}
    filters = schemas["ExperimentStatusFilter"]["enum"]
    yield from _difference("statuses with a transition", sources | initial, known - {END})
    yield from _difference("statuses that are reached", targets | initial, known)
    yield from _difference("statuses of x-editable", _editable(document), known - {END})
    yield from _difference("statuses of the filter", filters, known - {END})


def check_transitions(document: Document) -> Findings:
    """Each transition is an operation that can return 409."""
    for identifier in document["x-lifecycle"]["transitions"]:
        if "409" not in by_id(document).get(identifier, {}).get("responses", {}):
            yield f"{identifier} is not an operation that returns 409"


def check_lifecycle_text(document: Document) -> Findings:
    """The table under "Lifecycle" has the transitions of x-lifecycle."""
    verbs, *rows = _table(document, "Lifecycle")
    shown = {
        (status, f"{verb}Experiment", target)
        for row in rows
        for status in _codes(row[0])
        for verb, cell in zip(verbs[1:], row[1:], strict=True)
        for target in _codes(cell)
    }
    expected = {
        (status, name, move["to"])
        for name, move in document["x-lifecycle"]["transitions"].items()
        for status in move["from"]
    }
    statuses = {status for row in rows for status in _codes(row[0])}
    yield from _difference("transitions in the text", shown, expected)
    yield from _difference("statuses in the text", statuses, _editable(document))


def check_editable_fields(document: Document) -> Findings:
    """x-editable has every field of an update, and marks those that the docs do not list."""
    schemas = document["components"]["schemas"]
    fields = schemas["UpdateExperimentRequest"]["properties"]
    members = {f"goalConfig.{name}" for name in schemas["GoalConfigInput"]["properties"]}
    for status, editable in _editable(document).items():
        for unknown in set(editable) - fields.keys() - members:
            yield f"{unknown} of {status} is not a field"
        if status in ("draft", "paused"):
            yield from _difference(f"fields of {status}", editable, fields)
    assumed = [name for name, schema in fields.items() if schema.get("x-level") == "assumed"]
    yield from _difference("assumed fields", document["x-editable"].get("x-level", ()), assumed)


def check_editable_text(document: Document) -> Findings:
    """The table under "What may be edited when" has the fields of x-editable."""
    fields = document["components"]["schemas"]["UpdateExperimentRequest"]["properties"]
    shown: dict[str, Iterable[str]] = {}
    for statuses, cell in _table(document, "What may be edited when")[1:]:
        named = set(_codes(cell))
        if cell.startswith("all but"):
            named = fields.keys() - named
        shown.update(dict.fromkeys(_codes(statuses), named))
    yield from _difference("statuses in the text", shown, _editable(document))
    for status, editable in _editable(document).items():
        yield from _difference(f"fields of {status} in the text", shown.get(status, ()), editable)


def check_problems(document: Document) -> Findings:
    """x-problems has the status, the cause and the remedy of every problem in the examples."""
    problems = document["x-problems"]
    for name, example in document["components"]["examples"].items():
        value = example.get("value")
        if isinstance(value, dict) and {"type", "title", "status"} <= value.keys():
            code = value["type"].rpartition("/")[2]
            if problems.get(code, {}).get("status") != value["status"]:
                yield f"example {name}: {code} with {value['status']} is not in x-problems"
    for code, problem in problems.items():
        if problem.keys() != {"status", "cause", "remedy"}:
            yield f"{code} has the members {', '.join(problem)}"


def _editable(document: Document) -> dict[str, list[str]]:
    return {
        status: fields for status, fields in document["x-editable"].items() if status != "x-level"
    }


def _difference(name: str, actual: Iterable[Any], expected: Iterable[Any]) -> Findings:
    if set(actual) != set(expected):
        yield f"{name}: {sorted(actual)}, not {sorted(expected)}"


def _table(document: Document, heading: str) -> list[list[str]]:
    """Return the head and the rows of the table under a heading of info.description."""
    section = document["info"]["description"].partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    return [row for row in rows if set(row[0]) != {"-"}] or [[""]]


def _codes(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)
