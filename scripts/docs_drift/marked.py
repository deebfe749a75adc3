"""YAML and JSON with the line of every part, read in one pass that no nesting can overflow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

Scalar: TypeAlias = str | int | float | bool | None

DEEPEST = 100
CONSTANTS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
INTEGER = re.compile(r"[-+]?\d{1,18}")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]|//[^\n]*')
CLOSING = {"{": "}", "[": "]"}


class Word(str):
    """A word of a list, with the line it stands in."""

    line: int

    def __new__(cls, text: str, line: int) -> "Word":
        """Keep the line beside the text."""
        word = super().__new__(cls, text)
        word.line = line
        return word


class Unreadable(Exception):
    """Text that is no YAML or JSON, with the line where it stops being."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(slots=True, eq=False)
class Node:
    """A value, where it stands, and the JSON Pointer to it."""

    value: "dict[str, Node] | list[Node] | Scalar"
    line: int
    pointer: str = "#"

    def get(self, name: str) -> "Node | None":
        """A member of a mapping."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def at(self, *names: str) -> "Node | None":
        """What several names lead to."""
        node: Node | None = self
        for name in names:
            node = node and node.get(name)
        return node

    @property
    def members(self) -> "dict[str, Node]":
        """The members of a mapping; none of anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> "list[Node]":
        """The items of a list; none of anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def text(self) -> str:
        """A scalar as it would be written."""
        return written(self.value)

    def plain(self, depth: int = DEEPEST) -> Any:
        """The value without its lines."""
        if depth and isinstance(self.value, dict):
            return {name: member.plain(depth - 1) for name, member in self.value.items()}
        if depth and isinstance(self.value, list):
            return [item.plain(depth - 1) for item in self.value]
        return self.value


def written(value: Any) -> str:
    """A scalar as JSON writes it, but without quotes."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def load(text: str, line: int = 1) -> Node:
    """Read YAML whose first line is the given one of a page."""
    try:
        return _built(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), line)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "no YAML"
        raise Unreadable(line + (mark.line if mark else 0), str(reason)) from None
    except UnicodeEncodeError:
        raise Unreadable(line, "characters that are none") from None


def load_json(text: str, line: int = 1) -> tuple[Node, bool]:
    """Read JSON as pages print it, with comments, ellipses and trailing commas; and whether it was whole."""
    text = TOKEN.sub(
        lambda found: "" if found[0].startswith("//") else found[0], text.replace("\t", " ")
    )
    text = re.sub(r"\\u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?", "?", text)
    text = re.sub(r"(?m)(?<=[\s,\[{])(\.\.\.|…)(?=[\s,\]}]|$),?", "", text)
    try:
        return load(text, line), True
    except Unreadable:
        return load(closed(text), line), False


def closed(text: str) -> str:
    """JSON that was cut off, up to its last whole member, with the brackets that are missing."""
    still_open: list[str] = []
    end = 0
    for found in TOKEN.finditer(text):
        if found[0] in CLOSING:
            still_open.append(CLOSING[found[0]])
        elif still_open and found[0] == still_open[-1]:
            still_open.pop()
        else:
            continue
        end = found.end()
    rest = text[end:]
    return text[:end] + rest[: rest.rfind(",") + 1] + "".join(reversed(still_open))


def _built(events: Iterator[yaml.Event], first: int) -> Node:
    """Make the tree from the parser's events, of the first document only."""
    root = Node([], first)
    anchors: dict[str, Node] = {}
    stack: list[tuple[Node, list[Any]]] = [(root, [])]
    for event in events:
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            node = _placed(
                event, stack, anchors, first + (event.start_mark.line if event.start_mark else 0)
            )
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append((node, []))
                if len(stack) > DEEPEST:
                    raise Unreadable(node.line, "nested too deep")
    return root.items[0] if root.items else root


def _placed(event: yaml.NodeEvent, stack: list[Any], anchors: dict[str, Node], line: int) -> Node:
    """Put the node of an event into the collection that is being read."""
    owner: Node
    owner, key = stack[-1]
    if isinstance(owner.value, dict) and not key:
        if not isinstance(event, yaml.ScalarEvent):
            raise Unreadable(line, "a key that is no text")
        key.append((str(event.value), line))
        return owner
    name, start = key.pop() if key else (str(len(owner.items)), line)
    if isinstance(event, yaml.AliasEvent):
        node = anchors.get(event.anchor or "") or Node(None, start)
    else:
        pointer = (
            f"{owner.pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if len(stack) > 1
            else "#"
        )
        node = Node(_value(event), start, pointer)
        anchors[event.anchor or ""] = node
    if isinstance(owner.value, dict):
        owner.value[name] = node
    else:
        owner.items.append(node)
    return node


def _value(event: yaml.NodeEvent) -> Any:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    assert isinstance(event, yaml.ScalarEvent)
    return scalar(event.value) if event.implicit[0] else event.value


def scalar(text: str) -> Scalar:
    """What an unquoted word stands for."""
    if text.lower() in CONSTANTS:
        return CONSTANTS[text.lower()]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) and len(text) < 40 else text
