"""Breaks a valid body in one place at a time: each enum, type and bound that its schema states."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from pictify_conformance import spec

WRONG_TYPE: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "number": "7",
    "boolean": "true",
    "object": [],
    "array": {},
}
EACH_TYPE: dict[str, Any] = {
    "string": "ct-text",
    "integer": 7,
    "number": 7.5,
    "boolean": True,
    "object": {},
    "array": [],
}


def broken(
    schema: dict[str, Any],
    body: Any,
    level: spec.Level,
    wrong: Callable[[dict[str, Any], Any], Iterator[Any]],
) -> Iterator[Any]:
    """Yield bodies that differ from a valid one in a single violation of its schema."""
    schema = _resolved(schema, level)
    for value in wrong(schema, body):
        if value != body:
            yield value
    if isinstance(body, dict):
        for name in schema.get("required", ()):
            yield {key: member for key, member in body.items() if key != name}
            yield {**body, name: None}
        for name, member in body.items():
            for value in broken(schema.get("properties", {}).get(name, {}), member, level, wrong):
                yield {**body, name: value}
    if isinstance(body, list) and body:
        for value in broken(schema.get("items", {}), body[-1], level, wrong):
            yield [*body[:-1], value]


def _resolved(schema: dict[str, Any], level: spec.Level) -> dict[str, Any]:
    """Follow a reference, and a choice between one schema and null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        return _resolved(choices[0], level)
    return dict(spec.resolved(schema, spec.view(level)))


def _types(schema: dict[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else [each for each in types if each != "null"]


def wrong_types(schema: dict[str, Any], value: Any) -> Iterator[Any]:
    """Yield a value of each JSON type that the schema excludes, and words that it does not name."""
    types = set(_types(schema))
    allowed = types | ({"integer"} if "number" in types else set())
    if types:
        yield from (each for type_, each in EACH_TYPE.items() if type_ not in allowed)
    if types & {"integer", "number", "boolean"}:
        yield json.dumps(value)
    if types == {"string"}:
        yield [value]
    if types == {"array"}:
        yield [[] for _ in value]
    for word in schema.get("enum", [])[:1]:
        yield from (word.swapcase(), f"{word} ", "")
        yield from ("ct-no-such-word", word[:-1])


def wrong_values(schema: dict[str, Any], value: Any) -> Iterator[Any]:
    """Yield a value for each keyword of the schema that violates it."""
    types = _types(schema)
    for type_ in types[:1]:
        yield WRONG_TYPE[type_]
        if type_ == "integer":
            yield value + 0.5
    if "enum" in schema:
        yield from ("ct-no-such-word", str(schema["enum"][0]).upper(), "")
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if "maxLength" in schema:
        yield str(value).ljust(schema["maxLength"] + 1, "x")
    if "pattern" in schema:
        yield "Not? This!"
    if "minItems" in schema:
        yield value[: schema["minItems"] - 1]
