"""The facts of a page held against the spec: every difference, and which of them are decided already."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import fragment
from .examples import json_types, leaves, placeholder
from .facts import BOUNDS, Endpoint, Fact
from .known import Known
from .marked import Node
from .rules import CHARACTERS, plain
from .schema import Mark, Shape, same
from .spec import Operation, Saying, Spec

LONGEST_SLUG = 200
SAMPLES = {"lowercase": "abc", "uppercase": "aBc", "digits": "a1c", "hyphens": "a-c", "underscores": "a_c", "dots": "a.c"}
WORDS = {
    "nullable": "null is allowed",
    "readOnly": "read only",
    "minimum": "at least", "maximum": "at most",
    "minLength": "characters at least", "maxLength": "characters at most",
    "minItems": "items at least", "maxItems": "items at most",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Where a page and the spec differ."""

    kind: str
    operation: str
    subject: str
    line: int
    page: str
    spec: str
    spec_line: int
    pointer: str
    known: str = ""


class Comparison:
    """Asks the spec for every fact of a page."""

    def __init__(self, spec: Spec, known: Known) -> None:
        self.spec, self.known = spec, known
        self.found: dict[tuple[str, ...], Difference] = {}
        self.compared = 0
        self.strange: dict[Endpoint, int] = {}

    def take(self, facts: list[Fact]) -> list[Difference]:
        """The differences, by line."""
        described = {fact.operation for fact in facts if fact.place not in ("endpoint",)}
        for fact in facts:
            if fact.operation and not self.spec.operation(fact.operation):
                self.unknown_operation(fact, described)
                continue
            self.compared += 1
            handler = self.handlers().get(fact.place, self.member)
            handler(fact)
        return sorted(self.found.values(), key=lambda difference: (difference.line, difference.subject))

    def handlers(self) -> dict[str, Callable[[Fact], None]]:
        return {
            "endpoint": self.endpoint, "overview": self.overview, "status": self.status, "auth": self.auth,
            "path": self.parameter, "query": self.parameter, "header": self.parameter, "cookie": self.parameter,
            "parameter": self.parameter, "media type": self.media_type, "response header": self.response_header,
            "example": self.example, "lifecycle": self.move, "editable": self.editable, "slug": self.slug,
            "words": self.words,
        }  # fmt: skip

    def differ(self, fact: Fact, kind: str, page: str, says: Any, saying: Saying) -> None:
        """Keep a difference, once, and with the reason if it is decided."""
        operation = self.spec.operation(fact.operation)
        name = operation.id if operation else ""
        reason = self.known.assumed(saying.mark) if saying.mark else self.known.decided(fact, name, says)
        subject = f"{fact.place} {fact.subject}".strip()
        difference = Difference(kind, name or str(fact.operation or ""), subject, fact.line, page, told(saying.value), saying.line, saying.pointer, reason)
        self.found.setdefault((kind, difference.operation, subject, fact.aspect, page), difference)

    # operations

    def unknown_operation(self, fact: Fact, described: set[Endpoint | None]) -> None:
        """An endpoint that the spec lacks is a difference if it belongs to this API."""
        endpoint = fact.operation
        assert endpoint
        if self.spec.related(endpoint):
            others = [own.method for own in self.spec.operations if self.spec.operation(Endpoint(own.method, endpoint.path)) and own.method != endpoint.method]
            there = f"{', '.join(dict.fromkeys(others))} only" if others else "no such path"
            key = ("endpoint", str(endpoint), "", "", "")
            self.found.setdefault(key, Difference("endpoint", str(endpoint), "endpoint", fact.line, str(endpoint), there, 0, "#/paths"))
        else:
            self.strange.setdefault(endpoint, fact.line)

    def endpoint(self, fact: Fact) -> None:
        """The parameters in a path may have been renamed."""
        operation = self.spec.operation(fact.operation)
        assert operation
        theirs, ours = (re.findall(r"\{(\w+)\}", endpoint.path) for endpoint in (fact.value, operation.endpoint))
        if fact.aspect in ("head", "fragment", "named") and len(theirs) == len(ours) and theirs != ours:
            self.differ(fact, "endpoint", str(fact.value), fact.value, Saying(str(operation.endpoint), operation.node.line, operation.node.pointer))

    def overview(self, fact: Fact) -> None:
        """A list of endpoints that has most of the operations should have all."""
        listed = [self.spec.operation(endpoint) for endpoint in fact.value]
        ours = [operation for operation in self.spec.operations.values() if not operation.deprecated]
        if len({operation for operation in listed if operation}) * 2 < len(ours):
            return
        for operation in ours:
            if operation not in listed:
                missing = fact._replace(subject=str(operation.endpoint))
                self.differ(missing, "endpoint", "not in the list of endpoints", [], Saying(str(operation.endpoint), operation.node.line, operation.node.pointer))

    def status(self, fact: Fact) -> None:
        """Statuses are those of the operation."""
        operation = self.spec.operation(fact.operation)
        assert operation
        place = operation.node.get("responses") or operation.node
        if fact.aspect == "members":
            for status, node in operation.responses.items():
                if status not in fact.value:
                    mark = operation.status_mark(status) or operation.content_mark(status)
                    self.differ(fact._replace(subject=status), "status", "not listed", None, Saying(status, node.line, node.pointer, mark))
        elif fact.subject not in operation.responses:
            self.differ(fact, "status", fact.subject, fact.subject, Saying(", ".join(operation.responses), place.line, place.pointer))

    def auth(self, fact: Fact) -> None:
        """Credentials by the header that carries them."""
        operation = self.spec.operation(fact.operation)
        assert operation
        security = operation.security or operation.node
        ours = {fragment.scheme_name(scheme) for _, scheme in operation.schemes()}
        optional = any(not alternative.members for alternative in security.items) or not security.items
        saying = Saying(", ".join(sorted(ours)) or "no credential", security.line, security.pointer)
        if fact.aspect == "members":
            if set(fact.value) != ours and "" not in fact.value:
                self.differ(fact, "security", ", ".join(fact.value) or "no credential", list(fact.value), saying)
        elif fact.subject.lower() not in {header.lower() for header in ours}:
            self.differ(fact, "security", fact.subject, fact.subject, saying)
        elif fact.aspect == "required" and fact.value == optional:
            self.differ(fact, "security", "required" if fact.value else "optional", fact.value, Saying("optional" if optional else "required", security.line, security.pointer))

    def media_type(self, fact: Fact) -> None:
        """The media types of a body."""
        operation = self.spec.operation(fact.operation)
        assert operation
        node = operation.request if fact.subject == "body" else operation.responses.get(fact.subject)
        content = node.get("content") if node else None
        ours = tuple(content.members) if content else ()
        mark = operation.status_mark(fact.subject)
        if node and set(ours) != set(fact.value):
            self.differ(fact, "media type", ", ".join(fact.value), list(fact.value), Saying(", ".join(ours), node.line, node.pointer, mark))

    def response_header(self, fact: Fact) -> None:
        """A header of a response."""
        operation = self.spec.operation(fact.operation)
        assert operation
        status, _, name = fact.subject.partition(" ")
        node = operation.responses.get(status)
        headers = node.get("headers") if node else None
        if node and name.lower() not in {header.lower() for header in (headers.members if headers else ())}:
            self.differ(fact, "header", name, name, Saying(", ".join(headers.members) if headers else "none", node.line, node.pointer))

    # parameters and members

    def parameter(self, fact: Fact) -> None:
        """A parameter by its place and name."""
        operation = self.spec.operation(fact.operation)
        assert operation
        if fact.aspect == "members":
            for (place, name), (node, shape) in operation.parameters.items():
                if place == fact.place and name not in fact.value:
                    self.differ(fact._replace(subject=name), "parameter", "not listed", None, Saying(name, node.line, node.pointer, first(shape.marks)))
            return
        places = [place for place, name in operation.parameters if name == fact.subject and fact.place in (place, "parameter")]
        if not places:
            if fact.place == "header":
                self.auth(fact)
            elif fact.aspect == "exists":
                place = operation.node.get("parameters") or operation.node
                self.differ(fact, "parameter", f"{fact.place} parameter {fact.subject}", fact.subject, Saying("no such parameter", place.line, place.pointer))
            return
        node, shape = operation.parameters[places[0], fact.subject]
        if fact.aspect == "required":
            ours = node.get("required")
            if bool(ours and ours.value) != fact.value:
                self.differ(fact, "required", yes(fact.value), fact.value, Saying(yes(not fact.value), node.line, node.pointer))
        else:
            self.aspect(fact, shape, "parameter")

    def member(self, fact: Fact) -> None:
        """A member of a body by its path."""
        operation = self.spec.operation(fact.operation)
        if not operation:
            return
        place = fact.place if fact.place != "response" else operation.success
        body = operation.shape(place)
        if body is None:
            if fact.aspect == "exists" and (fact.place == "body" or place in operation.responses):
                self.no_body(fact, operation, place)
            return
        if fact.aspect == "members":
            self.members(fact, body)
        elif (shape := body.walk(fact.subject)) is None:
            if fact.aspect == "exists":
                self.unknown_member(fact, body, operation)
        elif fact.aspect == "required":
            self.required(fact, body, shape)
        else:
            self.aspect(fact, shape, "member")

    def no_body(self, fact: Fact, operation: Operation, place: str) -> None:
        node = operation.responses.get(place, operation.node)
        if fact.place == "body" or not node.get("content"):
            self.differ(fact._replace(subject="", aspect="body"), "body", "a body", None, Saying("no body", node.line, node.pointer, operation.status_mark(place)))

    def members(self, fact: Fact, body: Shape) -> None:
        """What the spec has and a list of members lacks."""
        parent = body.walk(fact.subject)
        for name, shape in (parent.members if parent else {}).items():
            if name not in fact.value:
                subject = f"{fact.subject}.{name}".strip(".")
                mark = first(shape.marks) or (parent and first(parent.marks))
                self.differ(fact._replace(subject=subject), "member", "not listed", None, Saying(name, shape.line, shape.pointer, mark))

    def unknown_member(self, fact: Fact, body: Shape, operation: Operation) -> None:
        parent = body.parent(fact.subject)
        if parent is None or parent.open or self.read_only(fact, operation):
            return
        names = ", ".join(parent.members) or "no members"
        self.differ(fact, "member", fact.subject, fact.subject, Saying(f"no such member among {names}", parent.line, parent.pointer, first(parent.marks)))

    def read_only(self, fact: Fact, operation: Operation) -> bool:
        """Whether a member of a request is one that answers have, read only."""
        name = fact.subject.rpartition(".")[2]
        answers = (operation.response(operation.success), body) if (body := operation.body) else ()
        for path in ("experiment.", "experiments.", ""):
            for answer in answers:
                shape = answer.walk(f"{path}{fact.subject}") if answer else None
                if shape and (shape.keyword("readOnly") or Node(None, 0)).value is True:
                    return fact.place in ("body", "example") and bool(name)
        return False

    def required(self, fact: Fact, body: Shape, shape: Shape) -> None:
        parent = body.parent(fact.subject)
        name = fact.subject.rpartition(".")[2]
        ours = parent is not None and name in parent.required
        if ours != fact.value:
            mark = shape.required_mark or first(shape.marks)
            self.differ(fact, "required", yes(fact.value), fact.value, Saying(yes(ours), shape.line, shape.pointer, mark))

    def aspect(self, fact: Fact, shape: Shape, kind: str) -> None:
        """A keyword of a schema."""
        if fact.aspect == "exists":
            return
        ours = shape.statements.get(fact.aspect)
        if not ours or agree(fact.aspect, fact.value, ours[0]):
            return
        stated = shape.keyword(fact.aspect)
        words = fact.value or () if fact.aspect == "enum" else ()
        if added := [word for word in words if word not in (ours[0] or ())]:
            fact = fact._replace(line=added[0].line)
        mark = shape.mark({"nullable": "null"}.get(fact.aspect, fact.aspect)) or (shape.null_mark if fact.aspect == "nullable" else None)
        union = shape.mark("anyOf") or shape.mark("oneOf") if fact.aspect in ("type", "enum") else None
        saying = Saying(ours[0], ours[1] or shape.line, stated.pointer if stated else shape.pointer, mark or union)
        self.differ(fact, kind if fact.aspect == "exists" else fact.aspect, told(fact.value, fact.aspect), plainly(fact.value), saying)

    # examples

    def example(self, fact: Fact) -> None:
        """An example body, held against the schema that it fits best."""
        operation = self.spec.operation(fact.operation)
        node: Node = fact.value
        if not operation:
            return
        shape = self.shape_of(fact, operation, node)
        if shape is None:
            return
        for path, member in leaves(node):
            self.example_member(fact._replace(subject=path, line=member.line, aspect="exists"), shape, member, operation)

    def shape_of(self, fact: Fact, operation: Operation, node: Node) -> Shape | None:
        places = [fact.subject] if fact.subject and fact.subject != "2xx" else [operation.success, "body", *operation.responses]
        shapes = [shape for place in places if (shape := operation.shape(place))]
        names = set(node.members or (node.items[0].members if node.items else ()))
        return max(shapes, key=lambda shape: len(names & set(shape.members)), default=None) if names else None

    def example_member(self, fact: Fact, body: Shape, node: Node, operation: Operation) -> None:
        shape = body.walk(fact.subject)
        if shape is None:
            self.unknown_member(fact, body, operation)
            return
        if placeholder(node):
            return
        types = json_types(node)
        if types == {"null"}:
            if not shape.nullable and shape.types:
                self.differ(fact._replace(aspect="nullable"), "example", "null", None, Saying(told(shape.types), shape.line, shape.pointer, shape.null_mark))
            return
        if shape.types and not types & shape.types:
            self.differ(fact._replace(aspect="type"), "example", f"{node.text if not isinstance(node.value, (dict, list)) else told(types)}", None, Saying(told(frozenset(shape.types)), shape.line, shape.pointer, first(shape.marks)))
        elif shape.enum and isinstance(node.value, str) and node.value not in shape.enum:
            self.differ(fact._replace(aspect="enum"), "example", node.value, [node.value], Saying(shape.enum, shape.line, shape.pointer, first(shape.marks)))
        else:
            self.example_bounds(fact, shape, node)

    def example_bounds(self, fact: Fact, shape: Shape, node: Node) -> None:
        for name in ("minimum", "maximum", "maxLength", "pattern"):
            bound = shape.keyword(name)
            if bound and broken(name, bound.value, node.value):
                self.differ(fact._replace(aspect=name), "example", node.text, None, Saying(f"{WORDS.get(name, name)} {bound.text}", bound.line, bound.pointer, shape.mark(name)))

    # tables of the whole API

    def move(self, fact: Fact) -> None:
        """A move between statuses."""
        if fact.value not in self.spec.moves:
            node = self.spec.document.get("x-lifecycle")
            ends = [end for start, end in self.spec.moves if start == fact.value[0]]
            self.differ(fact, "lifecycle", fact.subject, list(fact.value), Saying(f"{fact.value[0]} → {' or '.join(ends) or 'nothing'}", node.line if node else 0, "#/x-lifecycle"))

    def editable(self, fact: Fact) -> None:
        """The fields that may be changed in a status."""
        ours = self.spec.editable.get(fact.subject)
        if ours is None:
            self.differ(fact, "editable fields", fact.subject, fact.subject, Saying(f"no such row; {', '.join(self.spec.editable)}", 0, "#/x-editable"))
            return
        body = next((own.body for own in self.spec.operations.values() if own.id == "updateExperiment"), None)
        everything = set(body.members) if body else set()
        left_out = {name[1:] for name in fact.value if name.startswith("-")}
        theirs = everything - left_out if "*" in fact.value else set(fact.value)
        assumed = self.spec.editable_assumed
        missing = sorted(set(ours.value) - theirs - assumed)
        added = sorted(theirs - set(ours.value))
        if missing or added:
            page = "; ".join([*(["also " + ", ".join(added)] if added else []), *(["not " + ", ".join(missing)] if missing else [])])
            self.differ(fact, "editable fields", f"{fact.subject}: {page}", list(fact.value), Saying(", ".join(ours.value), ours.line, ours.pointer))

    def slug(self, fact: Fact) -> None:
        """Length, characters and reserved words of a slug."""
        ours = self.spec.slug
        if fact.aspect == "range":
            lengths = [n for n in range(1, LONGEST_SLUG) if re.fullmatch(ours.value, "a" * n)]
            if lengths and fact.value != (lengths[0], lengths[-1]):
                self.differ(fact, "slug", "{} to {} characters".format(*fact.value), None, Saying(f"{lengths[0]} to {lengths[-1]} characters", ours.line, ours.pointer))
        elif fact.aspect == "kinds":
            kinds = {kind for kind in CHARACTERS if re.fullmatch(ours.value, SAMPLES[kind])}
            if extra := sorted(set(fact.value) - kinds):
                self.differ(fact, "slug", ", ".join(extra), None, Saying(", ".join(sorted(kinds)), ours.line, ours.pointer))
        elif fact.aspect == "words":
            self.reserved(fact)
        elif fact.value != ours.value:
            self.differ(fact, "slug", fact.value, None, ours)

    def reserved(self, fact: Fact) -> None:
        ours = self.spec.reserved
        added, missing = sorted(set(fact.value) - set(ours.value)), sorted(set(ours.value) - set(fact.value))
        if set(fact.value) & set(ours.value) and (added or missing):
            page = "; ".join([*(["also " + ", ".join(added)] if added else []), *(["not " + ", ".join(missing)] if missing else [])])
            self.differ(fact, "slug", f"reserved: {page}", None, Saying(", ".join(ours.value), ours.line, ours.pointer))

    def words(self, fact: Fact) -> None:
        """A list of words that is one of the spec's enumerations."""
        if fact.aspect != "members":
            return
        theirs = set(fact.value)
        best = max(self.spec.enums.values(), key=lambda shape: len(theirs & set(shape.enum)) / len(theirs | set(shape.enum)), default=None)
        if best and len(theirs & set(best.enum)) * 2 > len(theirs) and theirs != set(best.enum):
            self.differ(fact, "words", ", ".join(fact.value), list(fact.value), Saying(best.enum, best.line, best.pointer, first(best.marks)))


def agree(aspect: str, theirs: Any, ours: Any) -> bool:
    """Whether page and spec say the same of an aspect."""
    if aspect == "type":
        return not theirs or not ours or bool(theirs & ours) and theirs <= ours | {"number"} & ({"number"} if "number" in ours else set())
    if aspect == "enum":
        return set(theirs or ()) == set(ours or ())
    if aspect == "nullable":
        return bool(theirs) == bool(ours)
    if aspect in BOUNDS and theirs is None and ours in (None, 0) and aspect.startswith("min"):
        return ours is None or False
    return same(theirs, ours)


def broken(name: str, bound: Any, value: Any) -> bool:
    """Whether a value of an example breaks a bound."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and isinstance(bound, (int, float))
    if name == "minimum":
        return number and value < bound
    if name == "maximum":
        return number and value > bound
    if not isinstance(value, str):
        return False
    return len(value) > bound if name == "maxLength" else not re.search(str(bound), value[:1000])


def told(value: Any, aspect: str = "") -> str:
    """A value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return yes(value) if aspect != "nullable" else ("null is allowed" if value else "null is not allowed")
    if isinstance(value, (set, frozenset, tuple, list)):
        return ", ".join(sorted(map(str, value)) if isinstance(value, (set, frozenset)) else map(str, value)) or "any"
    return str(value)


def plainly(value: Any) -> Any:
    """A value as known.yaml writes it."""
    return list(value) if isinstance(value, (tuple, frozenset)) else value


def yes(value: Any) -> str:
    """Required or not."""
    return "required" if value else "optional"


def first(marks: tuple[Mark, ...]) -> Mark | None:
    """The mark that comes first."""
    return marks[0] if marks else None


__all__ = ["Comparison", "Difference", "Iterator", "plain"]
