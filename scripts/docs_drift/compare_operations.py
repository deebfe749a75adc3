"""Endpoints, parameters, statuses, credentials and headers of an operation, held against the spec."""

import re
from collections.abc import Iterator

from .compare_bodies import aspect
from .differences import Clash, first, saying, told
from .facts import Fact
from .marked import Node
from .schema import Shape
from .spec import Operation, header_of


def endpoint(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """The parameters in a path may have been renamed; a sample fills them in."""
    theirs, ours = (re.findall(r"\{(\w+)\}", one.path) for one in (fact.value, operation.endpoint))
    if fact.aspect != "sample" and len(theirs) == len(ours) and theirs != ours:
        yield Clash(
            fact,
            "endpoint",
            str(fact.value),
            fact.value,
            saying(str(operation.endpoint), operation.node),
        )


def status(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """Statuses are those of the operation."""
    if fact.aspect != "members":
        if fact.subject not in operation.responses:
            place = operation.node.get("responses") or operation.node
            listed = saying(", ".join(operation.responses), place)
            yield Clash(fact, "status", fact.subject, fact.subject, listed)
        return
    for code, node in operation.responses.items():
        if code not in fact.value:
            mark = operation.status_mark(code) or operation.content_mark(code)
            yield Clash(
                fact._replace(subject=code), "status", "not listed", None, saying(code, node, mark)
            )


def auth(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """Credentials by the header that carries them."""
    security = operation.security or operation.node
    ours = {header_of(scheme) for _, scheme in operation.schemes()}
    listed = saying(", ".join(sorted(ours)) or "no credential", security)
    required = bool(security.items) and all(alternative.members for alternative in security.items)
    if fact.aspect == "members":
        if set(fact.value) != ours and "" not in fact.value:
            yield Clash(
                fact, "security", ", ".join(fact.value) or "no credential", list(fact.value), listed
            )
    elif fact.subject.lower() not in {header.lower() for header in ours}:
        yield Clash(fact, "security", fact.subject, fact.subject, listed)
    elif fact.aspect == "required" and fact.value != required:
        yield Clash(
            fact, "security", told(fact.value), fact.value, saying(told(required), security)
        )


def media_type(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """The media types of a body."""
    node = operation.request if fact.subject == "body" else operation.responses.get(fact.subject)
    content = (node.get("content") if node else None) or Node({}, 0)
    if node and set(content.members) != set(fact.value):
        ours = saying(
            ", ".join(content.members) or "no body", node, operation.status_mark(fact.subject)
        )
        yield Clash(fact, "media type", ", ".join(fact.value), list(fact.value), ours)


def response_header(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """A header of a response."""
    code, _, name = fact.subject.partition(" ")
    node = operation.responses.get(code)
    headers = (node.get("headers") if node else None) or Node({}, 0)
    if node and name.lower() not in {header.lower() for header in headers.members}:
        yield Clash(
            fact, "header", name, name, saying(", ".join(headers.members) or "no header", node)
        )


def parameter(fact: Fact, operation: Operation) -> Iterator[Clash]:
    """A parameter by its place and name."""
    if fact.aspect == "members":
        yield from _missing(fact, operation)
        return
    fitting = [
        found
        for (place, name), found in operation.parameters.items()
        if name == fact.subject and fact.place in (place, "parameter")
    ]
    if fitting:
        yield from _described(fact, *fitting[0])
    elif fact.place == "header":
        yield from auth(fact, operation)
    elif fact.aspect == "exists":
        place = operation.node.get("parameters") or operation.node
        page = f"{fact.place} parameter {fact.subject}"
        yield Clash(fact, "parameter", page, fact.subject, saying("no such parameter", place))


def _missing(fact: Fact, operation: Operation) -> Iterator[Clash]:
    for (place, name), (node, shape) in operation.parameters.items():
        if place == fact.place and name not in fact.value:
            ours = saying(name, node, first(shape.marks))
            yield Clash(fact._replace(subject=name), "parameter", "not listed", None, ours)


def _described(fact: Fact, node: Node, shape: Shape) -> Iterator[Clash]:
    if fact.aspect != "required":
        yield from aspect(fact, shape)
        return
    stated = node.get("required")
    required = bool(stated and stated.value)
    if required != fact.value:
        yield Clash(fact, "required", told(fact.value), fact.value, saying(told(required), node))
