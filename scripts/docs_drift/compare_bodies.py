"""Members of bodies, and the bodies that pages show as examples, held against the schemas of the spec."""

import re
from collections.abc import Iterator
from typing import Any

from .differences import Clash, first, saying, told
from .examples import json_types, leaves, placeholder
from .facts import Fact
from .marked import Node
from .schema import Mark, Shape, same
from .spec import Operation

BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "maxLength": "characters at most",
    "pattern": "the pattern",
}
ANSWERS = ("experiment.", "experiments.", "")  # where a member of a request is found in an answer


def member(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """A member of a body by its path."""
    place = operation.success if fact.place == "response" else fact.place
    body = operation.shape(place)
    if body is None:
        yield from _no_body(fact, operation, place)
    elif fact.aspect == "members":
        yield from _members(fact, body)
    elif (shape := body.walk(fact.subject)) is None:
        yield from _unknown(fact, body, operation)
    elif fact.aspect == "required":
        yield from _required(fact, body, shape)
    else:
        yield from aspect(fact, shape)


def aspect(fact: Fact, shape: Shape) -> Iterator[Clash]:
    """A keyword of a schema."""
    ours, line = shape.statements.get(fact.aspect, (None, 0))
    if fact.aspect not in shape.statements or agree(fact.aspect, fact.value, ours):
        return
    if fact.aspect == "enum" and (
        added := [word for word in fact.value or () if word not in (ours or ())]
    ):
        fact = fact._replace(line=added[0].line)
    stated = shape.keyword(fact.aspect)
    says = saying(ours, stated or shape, _mark(fact.aspect, shape))._replace(line=line)
    value = list(fact.value) if isinstance(fact.value, (tuple, frozenset)) else fact.value
    yield Clash(fact, fact.aspect, told(fact.value, fact.aspect), value, says)


def _mark(name: str, shape: Shape) -> Mark | None:
    """The mark that makes a keyword an assumption, or the union that it comes from."""
    if name == "nullable":
        return shape.mark("null") or shape.null_mark
    union = (shape.mark("anyOf") or shape.mark("oneOf")) if name in ("type", "enum") else None
    return shape.mark(name) or union


def agree(name: str, theirs: Any, ours: Any) -> bool:
    """Whether page and spec say the same of an aspect."""
    if name == "type":
        return not theirs or not ours or theirs <= ours
    if name == "enum":
        return set(theirs or ()) == set(ours or ())
    return bool(theirs) == bool(ours) if name == "nullable" else same(theirs, ours)


def _no_body(fact: Fact, operation: Operation, place: str) -> Iterator[Clash]:
    """A body where the spec has none; one of a status that it lacks is told as a status."""
    node = operation.node if fact.place == "body" else operation.responses.get(place)
    if fact.aspect == "exists" and node and not (fact.place != "body" and node.get("content")):
        whole = fact._replace(subject="", aspect="body")
        yield Clash(
            whole, "body", "a body", None, saying("no body", node, operation.status_mark(place))
        )


def _members(fact: Fact, body: Shape) -> Iterator[Clash]:
    """What the spec has and a list of members lacks."""
    parent = body.walk(fact.subject)
    for name, shape in (parent.members if parent else {}).items():
        if parent and name not in fact.value:
            missing = fact._replace(subject=f"{fact.subject}.{name}".strip("."))
            ours = saying(name, shape, first(shape.marks) or first(parent.marks))
            yield Clash(missing, "member", "not listed", None, ours)


def _unknown(fact: Fact, body: Shape, operation: Operation) -> Iterator[Clash]:
    """A member that the spec lacks, unless members may have any name or the page's is for answers only."""
    parent = body.parent(fact.subject)
    if fact.aspect == "exists" and parent and not parent.open and not _read_only(fact, operation):
        names = ", ".join(parent.members) or "no members"
        ours = saying(f"no such member among {names}", parent, first(parent.marks))
        yield Clash(fact, "member", fact.subject, fact.subject, ours)


def _read_only(fact: Fact, operation: Operation) -> bool:
    """Whether a member of a request is one that answers have, read only."""
    answer = operation.response(operation.success)
    if not answer or fact.place not in ("body", "example"):
        return False
    shapes = [shape for path in ANSWERS if (shape := answer.walk(f"{path}{fact.subject}"))]
    return any((stated := shape.keyword("readOnly")) and stated.value is True for shape in shapes)


def _required(fact: Fact, body: Shape, shape: Shape) -> Iterator[Clash]:
    parent = body.parent(fact.subject)
    ours = parent is not None and fact.subject.rpartition(".")[2] in parent.required
    if ours != fact.value:
        mark = shape.required_mark or first(shape.marks)
        yield Clash(fact, "required", told(fact.value), fact.value, saying(told(ours), shape, mark))


# examples


def example(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """An example body, held against the schema that it fits best."""
    node: Node = fact.value
    shape = _fitting(fact, operation, node)
    for path, value in leaves(node) if shape else ():
        yield from _example(
            fact._replace(subject=path, line=value.line, aspect="exists"), shape, value, operation
        )


def _fitting(fact: Fact, operation: Operation, node: Node) -> Shape | None:
    places = [fact.subject] if fact.subject else [operation.success, "body", *operation.responses]
    shapes = [shape for place in places if (shape := operation.shape(place))]
    names = set(node.members or (node.items[0].members if node.items else ()))
    return (
        max(shapes, key=lambda shape: len(names & set(shape.members)), default=None)
        if names
        else None
    )


def _example(fact: Fact, body: Shape | None, node: Node, operation: Operation) -> Iterator[Clash]:
    """A member of an example: that there is one, and its value."""
    assert body
    shape = body.walk(fact.subject)
    if shape is None:
        yield from _unknown(fact, body, operation)
    elif not placeholder(node):
        yield from _value(fact, shape, node)


def _value(fact: Fact, shape: Shape, node: Node) -> Iterator[Clash]:
    types = json_types(node)
    word = told(types) if isinstance(node.value, (dict, list)) else node.text
    if types == {"null"}:
        if shape.types and not shape.nullable:
            ours = saying(told(shape.types), shape, shape.null_mark)
            yield Clash(fact._replace(aspect="type"), "example", "null", None, ours)
    elif shape.types and not types & shape.types:
        yield Clash(
            fact._replace(aspect="type"),
            "example",
            word,
            None,
            saying(told(shape.types), shape, first(shape.marks)),
        )
    elif shape.enum and isinstance(node.value, str) and node.value not in shape.enum:
        yield Clash(
            fact._replace(aspect="enum"),
            "example",
            word,
            [word],
            saying(shape.enum, shape, first(shape.marks)),
        )
    else:
        for name, words in BOUNDS.items():
            bound = shape.keyword(name)
            if bound and _broken(name, bound.value, node.value):
                ours = saying(f"{words} {bound.text}", bound, shape.mark(name))
                yield Clash(fact._replace(aspect=name), "example", word, None, ours)


def _broken(name: str, bound: Any, value: Any) -> bool:
    """Whether a value of an example breaks a bound."""
    if isinstance(value, str):
        return (name == "maxLength" and len(value) > bound) or (
            name == "pattern" and not re.search(bound, value[:1000])
        )
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and (
        (name == "minimum" and value < bound) or (name == "maximum" and value > bound)
    )
