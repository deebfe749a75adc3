"""The OpenAPI document: its operations, its references, and the operation of a request."""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pictify_conformance.spec.pointers import METHODS, names

PACKAGED = Path(__file__).with_name("openapi.yaml")
CHECKOUT = Path(__file__).parents[5] / "spec" / "openapi.yaml"
PATH = PACKAGED if PACKAGED.exists() else CHECKOUT


@functools.cache
def document() -> dict[str, Any]:
    # Both loaders are safe; the C one is ten times faster.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with PATH.open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=loader))  # noqa: S506


def digest() -> str:
    return hashlib.sha256(PATH.read_bytes()).hexdigest()


def operations(root: Mapping[str, Any] | None = None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation of the spec or of another document, in its order."""
    for path, item in (root or document())["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def resolve(reference: str, root: Mapping[str, Any] | None = None) -> Any:
    """Return the target of a local $ref in the spec or in another document."""
    node: Any = root or document()
    for name in names(reference):
        node = node[name]
    return node


def resolved(node: Any, root: Mapping[str, Any] | None = None) -> Any:
    """Return the node itself, or the target of its $ref."""
    while isinstance(node, dict) and "$ref" in node:
        node = resolve(node["$ref"], root)
    return node


@functools.cache
def path_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each path with a pattern for it, in which each parameter is a named group.

    Paths without parameters come first: they win over those with.
    """
    return tuple(
        (path, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))))
        for path in sorted(document()["paths"], key=lambda path: path.count("{"))
    )


def operation_id(method: str, path: str) -> str | None:
    """Return the id of the operation that a request calls, or None for HEAD and unknown paths."""
    for template, pattern in path_patterns():
        item = document()["paths"][template]
        if method.lower() in item and pattern.fullmatch(path):
            return str(item[method.lower()]["operationId"])
    return None
