"""JSON Pointers into the spec."""

from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNNAMED = {"paths", "components", "schemas", "properties", "content", "schema"}
MISSING = object()


def names(pointer: str) -> list[str]:
    """Return the names in a pointer, unescaped."""
    escaped_names = pointer.removeprefix("#").split("/")[1:]
    return [name.replace("~1", "/").replace("~0", "~") for name in escaped_names]


def steps(document: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield each name of a pointer with its value, or with `MISSING` where there is none."""
    node = document
    for name in names(pointer):
        if isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            node = node.get(name, MISSING) if isinstance(node, Mapping) else MISSING
        yield name, node


def exists(document: Any, pointer: str) -> bool:
    return all(node is not MISSING for _, node in steps(document, pointer))


def is_assumed(document: Any, pointer: str) -> bool:
    """Return True if the target, or something around it, is marked as assumed."""
    level = level_of(document)
    for name, node in steps(document, pointer):
        if level == "assumed":
            return True
        level = level_of(node, level.get(name))
    return bool(level == "assumed")


def level_of(node: Any, inherited: Any = None) -> Any:
    """Return `assumed`, or the marks of a node's members: those that its parent has, or its own."""
    return inherited or (node.get("x-level") if isinstance(node, Mapping) else None) or {}


def marks(node: Any, pointer: str = "#") -> Iterator[tuple[str, str]]:
    """Yield the pointer of each object with marks, and that of each part that it marks."""
    if isinstance(node, list):
        for place, item in enumerate(node):
            yield from marks(item, f"{pointer}/{place}")
    elif isinstance(node, Mapping):
        yield from ((pointer, marked) for marked in _marked(node.get("x-level", {}), pointer))
        for name, value in node.items():
            yield from marks(value, f"{pointer}/{escaped(name)}")


def _marked(level: Any, pointer: str) -> Iterator[str]:
    if level == "assumed":
        yield pointer
    else:
        for name, inner in level.items():
            yield from _marked(inner, f"{pointer}/{escaped(name)}")


def escaped(name: Any) -> str:
    """Return a name as it stands in a pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def describe(document: Any, pointer: str) -> str:
    """Return a pointer in the words of HTTP: `GET /s/{slug}/click 302 headers Location`."""
    words: list[str] = []
    for name, node in steps(document, pointer):
        if name.isdigit() and isinstance(node, Mapping) and "name" in node:
            name = node["name"]
        if name in METHODS and words and words[-1].startswith("/"):
            words[-1] = f"{name.upper()} {words[-1]}"
        elif name not in UNNAMED:
            words.append(name)
    return " ".join(words)
