"""Ways around a loaded spec: its operations, rules, schemas and marks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from pictify_conformance import spec
from pictify_conformance.spec import pointers

Document: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, ...]

ROOT = Path(__file__).parents[2]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
DATA = {
    "example",
    "examples",
    "value",
    "default",
    "enum",
    "mapping",
}  # what stands below is no part of the description
STRUCTURE = {
    "components",
    "paths",
    "schemas",
    "properties",
    "responses",
    "headers",
    "content",
    "application/json",
    "schema",
}


def load(path: Path = ROOT / "spec" / "openapi.yaml") -> Document:
    """The spec, with its YAML aliases written out."""
    return dict(json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))))


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation."""
    for path, item in document["paths"].items():
        yield from (
            (method, path, operation) for method, operation in item.items() if method in METHODS
        )


def by_id(document: Document) -> dict[str, dict[str, Any]]:
    """Operations by operationId."""
    return {operation.get("operationId", ""): operation for _, _, operation in operations(document)}


def rules(document: Document) -> list[dict[str, Any]]:
    """The rules at the root, then those of each operation."""
    return [
        *document["x-rules"],
        *(rule for operation in by_id(document).values() for rule in operation.get("x-rules", [])),
    ]


def resolved(document: Document, node: Any) -> Any:
    """The node itself, or what its $ref points at; None where that is missing."""
    is_dangling = (
        isinstance(node, dict) and "$ref" in node and not pointers.exists(document, node["$ref"])
    )
    return None if is_dangling else spec.resolved(node, document)


def nodes(node: Any, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every object of the description with its place; example data is left out."""
    if isinstance(node, dict):
        yield place, node
        for name, child in node.items():
            if name not in DATA or place[-1:] == ("properties",):
                yield from nodes(child, (*place, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from nodes(child, (*place, str(index)))


def schemas(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every schema, however deep, with its place."""
    for place, node in nodes(document):
        parent = place[-2:-1]
        is_named = place[:2] == ("components", "schemas") and len(place) == 3
        if (
            is_named
            or place[-1:] in {("schema",), ("items",)}
            or parent in {("properties",), ("oneOf",), ("anyOf",), ("allOf",)}
        ):
            yield place, node


def marks(document: Document) -> Iterator[str]:
    """Every part that is marked as assumed, by a short name such as `ExperimentList.required`."""
    for place, node in nodes(document):
        if "x-level" not in node:
            continue
        if node["x-level"] == "assumed":
            yield short(document, place)
        else:
            yield from (short(document, (*place, name)) for name in node["x-level"])


def short(document: Document, place: Place) -> str:
    """A place without the words that every place has, and with operationId in place of path and method."""
    kept = list(place)
    if place[0] == "paths":
        kept = [document["paths"][place[1]][place[2]]["operationId"], *place[3:]]
    return ".".join(
        name
        for position, name in enumerate(kept, 1)
        if position == len(kept) or name not in STRUCTURE
    )


def text(place: Place) -> str:
    """A place as findings name it."""
    return "/".join(name.replace("/", "~1") for name in place)
