"""The table of request members has every member and every published word of the spec."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pictify_conformance import spec
from pictify_conformance.schemathesis_adapter.schema_mutations import (
    broken,
    wrong_types,
    wrong_values,
)
from pictify_conformance.testing.member_table import (
    EVENT_IDENTITY,
    ROWS,
    WORDS,
    body_schema,
    event_values,
    first_rows,
    members,
    row,
    update_row,
    whole_event,
)
from pictify_conformance.testing.payloads import TYPES, Json

MOST_REQUESTS = 600  # of an operation in a run at the documented level
NOT_IN_ROWS = {"slug"}  # the run gives it
EVENT = dict.fromkeys(EVENT_IDENTITY, "ct") | whole_event()
VALID: dict[str, list[Json]] = {
    "create": [{"name": "ct", "slug": "ct", **fields} for fields in first_rows()],
    "update": [{"name": "ct", "slug": "ct", **fields} for fields in first_rows()],
    "complete": [{"winnerVariantId": "ct"}],
    "events": [EVENT],
}
OF_CREATES = ["ExperimentType", "GoalType", "BanditAlgorithm", "OutputFormat"]
OF_CREATES += ["GroupOperator", "RuleOperator", "RecurrenceType"]


def paths(value: Any, path: str = "") -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        yield from paths(item, path)
    for name, each in value.items() if isinstance(value, dict) else ():
        yield f"{path}{name}"
        yield from paths(each, f"{path}{name}.")


def leaves(value: Any) -> Iterator[str]:
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list)):
        for each in children:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


def test_rows_have_every_member() -> None:
    for operation, make in (("create", row), ("update", update_row)):
        sent = {path for type_ in TYPES for number in ROWS for path in paths(make(type_, number))}
        documented = members(body_schema(operation)).keys()
        assert documented - sent - NOT_IN_ROWS == set(), operation


def test_an_event_has_every_member_and_word() -> None:
    sent = [fields.popitem() for fields in event_values()]
    documented = members(body_schema("events")).keys()
    assert documented - {name for name, _ in sent} == set(EVENT_IDENTITY)
    for name in ("EventChannel", "EventDevice", "EventSource"):
        assert set(WORDS[name]) - {value for _, value in sent if isinstance(value, str)} == set()


def changed(before: Any, after: Any) -> str:
    """Return the path of the first member that differs."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return next(filter(None, map(changed, before, after)), "")
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name not in after or value != after[name]:
                return f"{name}.{changed(value, after.get(name))}".rstrip(".")
    return ""


def requests(operation: str, level: spec.Level) -> Counter[str]:
    """Return by member how many requests break it: a column of the table, and what it costs."""
    schema = body_schema(operation, level)
    return Counter(
        changed(valid, body)
        for valid in VALID[operation]
        for wrong in (wrong_values, wrong_types)
        for body in broken(schema, valid, level, wrong)
    )


@pytest.mark.parametrize("operation", VALID)
def test_every_member_is_broken(operation: str) -> None:
    documented, assumed = requests(operation, "documented"), requests(operation, "assumed")
    for member in documented | assumed:  # pytest -rP shows the table
        print(f"{operation} {member}: {documented[member]} documented, {assumed[member]} assumed")
    assert members(body_schema(operation)).keys() - documented.keys() == set()
    assert documented.total() < MOST_REQUESTS


def test_rows_have_every_published_word() -> None:
    sent = {text for type_ in TYPES for number in ROWS for text in leaves(row(type_, number))}
    for name in OF_CREATES:
        assert set(WORDS[name]) - sent == set(), name
