"""Checks of the examples of the spec against its schemas."""

from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema_rs

from .document import Document, Findings, by_id, nodes, resolved, schemas, text


def check_bodies_have_examples(document: Document) -> Findings:
    """Every body of a request and of a response has an example."""
    for name, body in _bodies(document):
        if not body.get("examples"):
            yield f"{name} has no example"


def check_body_examples(document: Document) -> Findings:
    """Every example of a body fits its schema and has no member that the schema lacks."""
    for name, body in _bodies(document):
        examples = {
            key: resolved(document, example) for key, example in body.get("examples", {}).items()
        }
        values = [(key, example and example["value"]) for key, example in examples.items()]
        yield from _misfits(document, name, body["schema"], values)


def check_part_examples(document: Document) -> Findings:
    """Every example of a schema, a parameter and a header fits the schema."""
    for place, schema in schemas(document):
        yield from _misfits(document, text(place), schema, enumerate(schema.get("examples", [])))
    for place, node in nodes(document):
        if "example" in node and "schema" in node:
            values = [("example", node["example"])]
            yield from _misfits(document, text(place), node["schema"], values)


def _bodies(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for identifier, operation in by_id(document).items():
        parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for name, part in parts.items():
            for media_type, body in resolved(document, part).get("content", {}).items():
                yield f"{identifier} {name} {media_type}", body


def _misfits(
    document: Document, where: str, schema: Any, examples: Iterable[tuple[Any, Any]]
) -> Findings:
    cases = list(examples)
    if not cases:
        return
    root = _closed(schema)
    root["components"] = {"schemas": _closed(document["components"]["schemas"])}
    validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
    for name, value in cases:
        for error in validator.iter_errors(value):
            yield f"{where}: example {name}: {error.message}"


def _closed(node: Any) -> Any:
    """Return the schemas with `additionalProperties: false` in every object with properties."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(child) for name, child in node.items()}
    if node.get("type") == "object" and "properties" in node:
        closed["additionalProperties"] = False
    return closed
