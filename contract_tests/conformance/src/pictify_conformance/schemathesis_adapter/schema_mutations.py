"""Breaks a valid body in one place at a time: once for every word, type and bound that its schema states."""

from collections.abc import Iterator
from typing import Any

from pictify_conformance import spec

WRONG: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "number": "7",
    "boolean": "true",
    "object": [],
    "array": {},
}


def broken(schema: dict[str, Any], body: Any, level: spec.Level) -> Iterator[Any]:
    """Bodies that differ from this valid one by a single breach of its schema, as it is at a level."""
    node = _resolved(schema, level)
    for wrong in _wrong(node, body):
        if wrong != body:
            yield wrong
    if isinstance(body, dict):
        for name in node.get("required", ()):
            yield {key: member for key, member in body.items() if key != name}
        for name, member in body.items():
            for wrong in broken(node.get("properties", {}).get(name, {}), member, level):
                yield {**body, name: wrong}
    if isinstance(body, list) and body:
        for wrong in broken(node.get("items", {}), body[-1], level):
            yield [*body[:-1], wrong]


def _resolved(schema: dict[str, Any], level: spec.Level) -> dict[str, Any]:
    """The schema itself, in place of a reference to it or of a choice between it and null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        return _resolved(choices[0], level)
    return dict(spec.resolved(schema, spec.view(level)))


def _wrong(node: dict[str, Any], value: Any) -> Iterator[Any]:
    kinds = node.get("type", [])
    kind = next(
        (kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"), None
    )
    if kind:
        yield WRONG[kind]
    if "enum" in node:
        yield from ("ct-no-such-word", str(node["enum"][0]).upper(), "")
    if kind == "integer":
        yield value + 0.5
    if "minimum" in node:
        yield node["minimum"] - 1
    if "maximum" in node:
        yield node["maximum"] + 1
    if "maxLength" in node:
        yield str(value).ljust(node["maxLength"] + 1, "x")
    if "pattern" in node:
        yield "Not? This!"
    if "minItems" in node:
        yield value[: node["minItems"] - 1]
