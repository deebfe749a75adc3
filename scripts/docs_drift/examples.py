"""Bodies that pages show as examples, member by member, without what is known to be a placeholder."""

import re
from collections.abc import Iterator

from .marked import Node, Unreadable, load_json

PLACEHOLDER = re.compile(
    r"<.*>|\[?\.{3}\]?|…|\{.*\}|\$\{?\w+\}?|YOUR[_-].*|your[_-].*|x{3,}|string|\*+", re.DOTALL
)
SAMPLE_NUMBER = 123
LARGEST = 2_000  # members of one example


def parse(code: str, line: int) -> tuple[Node, bool] | None:
    """An example and whether it is whole, if the code is one."""
    text = code.strip().strip("`").strip()
    lead = len(code[: len(code) - len(code.lstrip())].splitlines()[1:])
    if not re.match(r"[{\[]", text):
        return None
    try:
        node, whole = load_json(text, line + lead)
    except Unreadable:
        return None
    return (node, whole) if isinstance(node.value, (dict, list)) else None


def leaves(node: Node) -> Iterator[tuple[str, Node]]:
    """Every member by its dotted path, arrays passed through."""
    pending = [("", node, False)]
    for _ in range(LARGEST):
        if not pending:
            return
        path, current, named = pending.pop()
        if named:
            yield path, current
        pending += [
            (path, item, False)
            for item in reversed(current.items)
            if isinstance(item.value, (dict, list))
        ]
        members = reversed(current.members.items())
        pending += [(f"{path}.{name}" if path else name, member, True) for name, member in members]


def placeholder(node: Node) -> bool:
    """Whether a value is printed by a generator where it knows none."""
    if isinstance(node.value, str):
        return bool(PLACEHOLDER.fullmatch(node.value))
    return node.value == SAMPLE_NUMBER and not isinstance(node.value, bool)


def json_types(node: Node) -> set[str]:
    """The JSON types that a value has."""
    value = node.value
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return {"integer", "number"}
    names: dict[type, str] = {float: "number", str: "string", list: "array", dict: "object"}
    return {names[type(value)]}
