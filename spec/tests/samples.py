"""The examples of the spec, held against its schemas."""

from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema_rs

from .document import Document, by_id, nodes, resolved, schemas, text
from .style import Check, Findings


def shows_bodies(document: Document) -> Findings:
    """Every body of a request and of a response has an example."""
    for name, body in _bodies(document):
        if not {"example", "examples"} & body.keys():
            yield f"{name} has no example"


def validates_bodies(document: Document) -> Findings:
    """Every example of a body fits its schema and has no member that the schema lacks."""
    for name, body in _bodies(document):
        yield from _misfits(document, name, body.get("schema", {}), _examples(document, body))


def validates_parts(document: Document) -> Findings:
    """Every example of a schema, a parameter and a header fits the schema."""
    for place, schema in schemas(document):
        yield from _misfits(document, text(place), schema, enumerate(schema.get("examples", [])))
    for place, node in nodes(document):
        if "example" in node and "schema" in node:
            yield from _misfits(
                document, text(place), node["schema"], [("example", node["example"])]
            )


def _bodies(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for identifier, operation in by_id(document).items():
        parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for name, part in parts.items():
            content = {} if name == "x-level" else resolved(document, part).get("content", {})
            yield from (
                (f"{identifier} {name} {media_type}", body) for media_type, body in content.items()
            )


def _examples(document: Document, body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if "example" in body:
        yield "example", body["example"]
    for name, example in body.get("examples", {}).items():
        found = resolved(document, example)
        yield name, found["value"] if found else None


def _misfits(
    document: Document, where: str, schema: Any, examples: Iterable[tuple[Any, Any]]
) -> Findings:
    found = list(examples)
    if not found:
        return
    rooted = {
        **_closed(schema),
        "components": {"schemas": _closed(document["components"]["schemas"])},
    }
    validator = jsonschema_rs.Draft202012Validator(rooted, validate_formats=True)
    for name, value in found:
        yield from (
            f"{where}: example {name}: {error.message}" for error in validator.iter_errors(value)
        )


def _closed(node: Any) -> Any:
    """Schemas that refuse members which they do not name."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(child) for name, child in node.items()}
    is_object = node.get("type") == "object" and "properties" in node
    return {**closed, "additionalProperties": False} if is_object else closed


CHECKS: tuple[Check, ...] = (shows_bodies, validates_bodies, validates_parts)
