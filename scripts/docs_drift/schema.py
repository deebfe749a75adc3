"""One view of a schema, however it is written: references followed, alternatives and null put together.

It reads the spec and the fragments on pages alike, those of 3.0 and those in which a docs site unfolds parameters and
bodies (`schemaArray`, `requiredProperties`, `enum<string>`) included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pictify_conformance.spec.pointers import names

from .facts import BOUNDS
from .marked import Node, Word, written

ASSUMED = "assumed"
DEEPEST = 12  # members within members, where a schema holds itself
CHOICES = ("allOf", "anyOf", "oneOf", "schemaArray")
KEYWORDS = ("default", "pattern", "format", *BOUNDS)
TYPE = re.compile(r"(?:enum<)?(\w+)")


@dataclass(frozen=True)
class Mark:
    """A part of the spec that is marked as assumed."""

    name: str


@dataclass(frozen=True, eq=False)
class Shape:
    """What a value may be."""

    document: Node
    given: tuple[Node, ...]
    inherited: tuple[Mark, ...] = ()
    null_mark: Mark | None = None
    required_mark: Mark | None = None

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every schema that has a say, null apart."""
        return tuple(node for node in self._all if _types(node) != {"null"})

    @cached_property
    def _all(self) -> tuple[Node, ...]:
        return tuple(found for node in self.given for found in leaves(self.document, node))

    @cached_property
    def visited(self) -> tuple[Node, ...]:
        """Every schema on the way to them, where marks may stand."""
        return tuple(found for node in self.given for found in chain(self.document, node))

    @property
    def line(self) -> int:
        """Where it is given."""
        return self.given[0].line

    @property
    def pointer(self) -> str:
        """Where it is given, as a JSON Pointer."""
        return self.given[0].pointer

    @cached_property
    def types(self) -> set[str]:
        """The JSON types, null apart; none if any will do."""
        if any(not _types(node) and not node.get("properties") for node in self.nodes):
            return set()
        return {kind for node in self.nodes for kind in _types(node) or {"object"}} - {"null"}

    @property
    def nullable(self) -> bool:
        """Whether null will do."""
        return any("null" in _types(node) or _true(node.get("nullable")) for node in self._all)

    def keyword(self, name: str) -> Node | None:
        """The first statement of a keyword."""
        return next(
            (found for node in (*self.nodes, *self.visited) if (found := node.get(name))), None
        )

    @property
    def enum(self) -> tuple[str, ...]:
        """The words that will do; none if any will."""
        words: list[str] = []
        for node in self.nodes:
            listed = node.get("enum")
            const = node.get("const")
            words += (
                [Word(item.text, item.line) for item in listed.items if item.value is not None]
                if listed
                else []
            )
            words += [const.text] if const else []
        return tuple(dict.fromkeys(words))

    @cached_property
    def items(self) -> "Shape | None":
        """What an array holds."""
        found = tuple(item for node in self.nodes if (item := node.get("items")))
        return Shape(self.document, found, self.marks) if found else None

    @cached_property
    def members(self) -> "dict[str, Shape]":
        """The members of an object, or of the objects that an array holds."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name, member in (node.get("properties") or Node(None, 0)).members.items():
                found.setdefault(name, []).append(member)
        if not found and self.items:
            return self.items.members
        null, required = self.mark("null"), self.mark("required")
        return {
            name: Shape(self.document, tuple(nodes), self.marks, null, required)
            for name, nodes in found.items()
        }

    @cached_property
    def statements(self) -> dict[str, tuple[Any, int]]:
        """What is said and not said of a value, each with its line."""
        said: dict[str, Any] = {
            "type": frozenset(self.types),
            "nullable": self.nullable,
            "enum": self.enum or None,
        }
        places = {name: self.keyword(name) for name in (*said, *KEYWORDS)}
        for name in KEYWORDS:
            stated = places[name]
            said[name] = (
                stated.value if stated and not isinstance(stated.value, (dict, list)) else None
            )
        return {
            name: (value, at.line if (at := places[name]) else self.line)
            for name, value in said.items()
        }

    @property
    def open(self) -> bool:
        """Whether members may have any name."""
        return not self.members and not self.enum and self.types in (set(), {"object"})

    @property
    def required(self) -> set[str]:
        """The members that have to be there, in every alternative that has members."""
        lists = [
            {
                item.text
                for key in ("required", "requiredProperties")
                if (names := node.get(key))
                for item in names.items
            }
            for node in self.nodes
            if node.get("properties")
        ]
        if not lists and self.items:
            return self.items.required
        return set.intersection(*lists) if lists else set()

    def walk(self, path: str) -> "Shape | None":
        """The member that a dotted path leads to, through arrays too."""
        shape: Shape | None = self
        for name in path.split(".") if path else ():
            shape = shape.members.get(name) if shape else None
        return shape

    def parent(self, path: str) -> "Shape | None":
        """What holds the member that a dotted path leads to."""
        return self.walk(path.rpartition(".")[0])

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Marks that make all of it an assumption."""
        own = (Mark(mark_name(node.pointer)) for node in self.visited if _level(node) == ASSUMED)
        return (*self.inherited, *own)

    def mark(self, keyword: str) -> Mark | None:
        """The mark that makes a keyword an assumption."""
        for node in self.visited:
            level = node.get("x-level")
            if level and (stated := level.get(keyword)) and stated.value == ASSUMED:
                return Mark(f"{mark_name(node.pointer)}.{keyword}")
        return self.marks[0] if self.marks else None


def leaves(document: Node, node: Node, depth: int = DEEPEST) -> Iterator[Node]:
    """The schemas behind references and choices."""
    node = resolved(document, node)
    if not depth:
        return
    if isinstance(node.value, list):
        for item in node.items:
            yield from leaves(document, item, depth - 1)
        return
    chosen = [item for key in CHOICES if (choice := node.get(key)) for item in choice.items]
    for item in chosen:
        yield from leaves(document, item, depth - 1)
    if not chosen or node.get("type") or node.get("properties"):
        yield node


def chain(document: Node, node: Node, depth: int = DEEPEST) -> Iterator[Node]:
    """The schemas on the way to them."""
    if not depth:
        return
    yield node
    target = resolved(document, node)
    if target is not node:
        yield target
    choices = [item for key in CHOICES if (choice := target.get(key)) for item in choice.items]
    for item in choices if len(choices) < DEEPEST else ():
        yield from chain(document, item, depth - 1)


def resolved(document: Node, node: Node) -> Node:
    """What a reference leads to; an empty schema if it leads nowhere."""
    for _ in range(DEEPEST):
        reference = node.get("$ref")
        if not reference:
            return node
        node = document.at(*names(reference.text)) or Node({}, node.line, node.pointer)
    return Node({}, node.line, node.pointer)


def mark_name(pointer: str) -> str:
    """A part of the spec as spec/sources.md calls it: by component and member, or by place."""
    found = re.match(r"#/components/\w+/([^/]+)(.*)", pointer)
    return (
        (found[1] + found[2].replace("/properties/", ".").replace("/", ".")) if found else pointer
    )


def _level(node: Node) -> str:
    level = node.get("x-level")
    return level.text if level and not level.members else ""


def _types(node: Node) -> set[str]:
    stated = node.get("type")
    names = [item.text for item in stated.items] or [stated.text] if stated else []
    found = {match[1] for name in names if (match := TYPE.match(name))}
    return {"string" if kind in ("file", "enum") else kind for kind in found}


def _true(node: Node | None) -> bool:
    return node is not None and node.value is True


def same(one: object, other: object) -> bool:
    """Whether two scalars are the same value, however they are written."""
    return written(one).strip("\"'`") == written(other).strip("\"'`")
