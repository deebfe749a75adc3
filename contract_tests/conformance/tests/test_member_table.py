"""The table of request members has every member and every published word of the spec."""

from collections.abc import Iterator
from typing import Any

from pictify_conformance.testing.member_table import (
    ROWS,
    WORDS,
    body_schema,
    members,
    row,
    update_row,
)
from pictify_conformance.testing.payloads import TYPES

NOT_IN_ROWS = {"slug"}  # the run gives it
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


def test_rows_have_every_published_word() -> None:
    sent = {text for type_ in TYPES for number in ROWS for text in leaves(row(type_, number))}
    for name in OF_CREATES:
        assert set(WORDS[name]) - sent == set(), name
