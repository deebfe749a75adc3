"""The OpenAPI document: its operations, what its references lead to, and which operation a request calls."""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pictify_conformance.spec.pointers import METHODS, names

PACKAGED = Path(__file__).with_name("openapi.yaml")
PATH = (
    PACKAGED if PACKAGED.exists() else Path(__file__).parents[5] / "spec" / "openapi.yaml"
)  # of a checkout


@functools.cache
def document() -> dict[str, Any]:
    """Return the whole spec."""
    with PATH.open(encoding="utf-8") as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return dict(yaml.load(file, Loader=loader))  # noqa: S506 - both are safe; the C one is ten times faster


def digest() -> str:
    """Return the sha256 of the spec's bytes."""
    return hashlib.sha256(PATH.read_bytes()).hexdigest()


def operations(root: Mapping[str, Any] | None = None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation, in the order of the document, which is the spec if none is given."""
    for path, item in (root or document())["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def resolve(reference: str, root: Mapping[str, Any] | None = None) -> Any:
    """Return what a local $ref points at, in the whole spec or in another document."""
    node: Any = root or document()
    for name in names(reference):
        node = node[name]
    return node


def resolved(node: Any, root: Mapping[str, Any] | None = None) -> Any:
    """Return the node itself, or what its $ref leads to."""
    while isinstance(node, dict) and "$ref" in node:
        node = resolve(node["$ref"], root)
    return node


def path_pattern(path: str) -> re.Pattern[str]:
    """Return what matches the paths of a template, with a group for each parameter."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


@functools.cache
def _routes() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    ordered = sorted(
        operations(), key=lambda entry: entry[1].count("{")
    )  # a literal path wins over a parameter
    return tuple(
        (method, path_pattern(path), operation["operationId"])
        for method, path, operation in ordered
    )


def operation_id(method: str, path: str) -> str | None:
    """Return the id of the operation that a request calls; HEAD and unknown routes call none."""
    for candidate, pattern, identifier in _routes():
        if candidate == method and pattern.fullmatch(path):
            return identifier
    return None
