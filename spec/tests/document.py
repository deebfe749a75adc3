"""Ways to walk through a loaded spec."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from pictify_conformance import spec
from pictify_conformance.spec import pointers

Document: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, ...]
Findings: TypeAlias = Iterator[str]
"""One line for each part of the spec that breaks a check."""
Check: TypeAlias = Callable[..., Findings]

ROOT = Path(__file__).parents[2]
# Below these names are values, not parts of the description.
DATA = {"example", "examples", "value", "default", "enum", "mapping"}
# Names that are left out of the short name of a place.
STRUCTURE = pointers.UNNAMED | {"responses", "headers", "application/json"}


def load() -> Document:
    """Return the spec as JSON data, in which no two places share an object."""
    text = (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")
    return dict(json.loads(json.dumps(yaml.safe_load(text))))


def by_id(document: Document) -> dict[str, dict[str, Any]]:
    """Return the operations by operationId."""
    return {
        operation.get("operationId", ""): operation for _, _, operation in spec.operations(document)
    }


def rules(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each rule after its request, such as `GET /s/{slug}/click`, or "" at the root."""
    for rule in document["x-rules"]:
        yield "", rule
    for method, path, operation in spec.operations(document):
        for rule in operation.get("x-rules", []):
            yield f"{method} {path}", rule


def resolved(document: Document, node: Any) -> Any:
    """Return the node, or the target of its $ref, or None if the target does not exist."""
    if isinstance(node, dict) and not pointers.exists(document, node.get("$ref", "")):
        return None
    return spec.resolved(node, document)


def nodes(node: Any, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every object of the description with its place."""
    if isinstance(node, dict):
        yield place, node
        for name, child in node.items():
            if name not in DATA or place[-1:] == ("properties",):
                yield from nodes(child, (*place, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from nodes(child, (*place, str(index)))


def schemas(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every schema with its place, at any depth."""
    for place, node in nodes(document):
        parent = place[-2:-1]
        if (
            is_named_schema(place)
            or place[-1:] in {("schema",), ("items",)}
            or parent in {("properties",), ("oneOf",), ("anyOf",), ("allOf",)}
        ):
            yield place, node


def is_named_schema(place: Place) -> bool:
    return place[:2] == ("components", "schemas") and len(place) == 3


def marks(document: Document) -> Iterator[str]:
    """Yield a short name, such as `ExperimentList.required`, of each part marked as assumed."""
    for _, pointer in pointers.marks(document):
        yield _short_name(document, tuple(pointers.names(pointer)))


def _short_name(document: Document, place: Place) -> str:
    if place[0] == "paths":
        _, path, method, *rest = place
        place = (document["paths"][path][method]["operationId"], *rest)
    parents = (name for name in place[:-1] if name not in STRUCTURE)
    return ".".join((*parents, place[-1]))


def text(place: Place) -> str:
    """Return a place as findings name it."""
    return "/".join(name.replace("/", "~1") for name in place)
