"""The lifecycle and the editable fields: the spec's tables, its operations and the text that people read."""

import re
from collections.abc import Iterable
from typing import Any

from .document import Document, by_id
from .style import Check, Findings

END = "archived"  # nothing leaves it, so no table has a row for it


def names_statuses(document: Document) -> Findings:
    """The lifecycle and the editable fields name every status but the last, and no other."""
    known = set(_schemas(document)["ExperimentStatus"]["enum"])
    moves = _moves(document).values()
    sources = {document["x-lifecycle"]["initial"]} | {
        status for move in moves for status in move["from"]
    }
    reached = {document["x-lifecycle"]["initial"]} | {move["to"] for move in moves}
    yield from _difference("the statuses that are left", sources, known - {END})
    yield from _difference("the statuses that are reached", reached, known)
    yield from _difference("the statuses of x-editable", _editable(document).keys(), known - {END})
    yield from _difference(
        "the statuses to filter by",
        set(_schemas(document)["ExperimentStatusFilter"]["enum"]),
        known - {END},
    )


def moves_by_operations(document: Document) -> Findings:
    """Each move is an operation that can answer 409."""
    for identifier in _moves(document):
        if "409" not in by_id(document).get(identifier, {}).get("responses", {}):
            yield f"{identifier} is no operation that answers 409"


def explains_the_lifecycle(document: Document) -> Findings:
    """The table under "Lifecycle" tells the moves of x-lifecycle."""
    verbs, *rows = _table(document, "Lifecycle")
    told = {
        (_codes(row[0])[0], f"{verb}Experiment", *_codes(cell))
        for row in rows
        for verb, cell in zip(verbs[1:], row[1:], strict=True)
        if _codes(cell)
    }
    real = {
        (status, name, move["to"])
        for name, move in _moves(document).items()
        for status in move["from"]
    }
    yield from _difference("the moves that the text tells", told, real)
    yield from _difference(
        "the rows of the text",
        {code for row in rows for code in _codes(row[0])},
        _editable(document),
    )


def edits_what_update_takes(document: Document) -> Findings:
    """x-editable lists every field that an update takes, and marks those that no page lists."""
    taken = _schemas(document)["UpdateExperimentRequest"]["properties"]
    goal = _schemas(document)["GoalConfigInput"]["properties"]
    for status, fields in _editable(document).items():
        unknown = set(fields) - taken.keys() - {f"goalConfig.{name}" for name in goal}
        yield from (f"{field} of {status} is no field" for field in unknown)
    for status in ("draft", "paused"):
        yield from _difference(
            f"the fields of {status}", set(_editable(document)[status]), taken.keys()
        )
    assumed = {name for name, schema in taken.items() if schema.get("x-level") == "assumed"}
    yield from _difference(
        "the assumed fields of x-editable",
        document["x-editable"].get("x-level", {}).keys(),
        assumed,
    )


def explains_the_fields(document: Document) -> Findings:
    """The table under "What may be edited when" tells the fields of x-editable."""
    told: dict[str, Iterable[str]] = {}
    for statuses, cell in _table(document, "What may be edited when")[1:]:
        named = set(_codes(cell))
        if cell.startswith("all but"):
            named = _schemas(document)["UpdateExperimentRequest"]["properties"].keys() - named
        told.update(dict.fromkeys(_codes(statuses), named))
    yield from _difference("the statuses that the text tells", told, _editable(document))
    for status, fields in _editable(document).items():
        yield from _difference(
            f"the fields of {status} that the text tells", told.get(status, ()), fields
        )


def tells_its_problems(document: Document) -> Findings:
    """x-problems has every problem that an example shows, with its status, and says why it comes and what helps."""
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


def has_places_for_tables(document: Document) -> Findings:
    """The text has a place for what is drawn from each table of the spec."""
    text = document["info"]["description"]
    yield from (
        f"no place for {name}"
        for name in ("x-lifecycle", "x-problems")
        if text.count(f"<!-- {name} -->") != 1
    )


def _schemas(document: Document) -> dict[str, Any]:
    return dict(document["components"]["schemas"])


def _moves(document: Document) -> dict[str, Any]:
    return dict(document["x-lifecycle"]["transitions"])


def _editable(document: Document) -> dict[str, list[str]]:
    return {
        status: fields for status, fields in document["x-editable"].items() if status != "x-level"
    }


def _difference(what: str, actual: Iterable[Any], expected: Iterable[Any]) -> Findings:
    if set(actual) != set(expected):
        yield f"{what}: {sorted(actual)}, not {sorted(expected)}"


def _table(document: Document, heading: str) -> list[list[str]]:
    """The head and the rows of the table under a heading of info.description."""
    section = document["info"]["description"].partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    return [row for row in rows if set(row[0]) != {"-"}] or [[""]]


def _codes(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)


CHECKS: tuple[Check, ...] = (
    names_statuses,
    moves_by_operations,
    explains_the_lifecycle,
    edits_what_update_takes,
    explains_the_fields,
    tells_its_problems,
    has_places_for_tables,
)
