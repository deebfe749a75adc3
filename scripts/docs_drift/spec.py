"""The spec, asked for what a page speaks about: each answer with its place, and whether it is assumed."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from .differences import Saying
from .facts import METHODS, Endpoint, Vocabulary
from .marked import Node, load
from .schema import ASSUMED, DEEPEST, Mark, Shape, mark_name, resolved

NOTHING = Node({}, 0)


class Operation:
    """An operation of an OpenAPI document."""

    def __init__(self, document: Node, endpoint: Endpoint, item: Node, node: Node) -> None:
        self.document, self.endpoint, self.node = document, endpoint, node
        self.shared = item.get("parameters")
        self._shapes: dict[str, Shape | None] = {}

    @property
    def id(self) -> str:
        """Its operationId, or else what it is called by."""
        name = self.node.get("operationId")
        return name.text if name else str(self.endpoint)

    @property
    def deprecated(self) -> bool:
        """Whether nobody has to have it any more."""
        stated = self.node.get("deprecated")
        return stated is not None and stated.value is True

    @cached_property
    def parameters(self) -> dict[tuple[str, str], tuple[Node, Shape]]:
        """The parameters by place and name, each with its schema."""
        found = {}
        for source in (self.shared, self.node.get("parameters")):
            for given in source.items if source else ():
                node = resolved(self.document, given)
                name, place = node.get("name"), node.get("in")
                if name and place:
                    schema = node.get("schema") or node
                    found[place.text, name.text] = node, Shape(self.document, (schema,))
        return found

    @cached_property
    def request(self) -> Node | None:
        """The request body."""
        given = self.node.get("requestBody")
        return resolved(self.document, given) if given else None

    @cached_property
    def body(self) -> Shape | None:
        """The schema of the request body."""
        return content(self.document, self.request)

    @cached_property
    def responses(self) -> dict[str, Node]:
        """The responses by status."""
        given = (self.node.get("responses") or NOTHING).members
        return {
            status: resolved(self.document, node)
            for status, node in given.items()
            if not status.startswith("x-")
        }

    def response(self, status: str) -> Shape | None:
        """The schema of a response."""
        if status not in self._shapes:
            self._shapes[status] = content(
                self.document, self.responses.get(status), self.status_mark(status)
            )
        return self._shapes[status]

    def status_mark(self, status: str) -> Mark | None:
        """The mark of a status that is assumed."""
        level = self.node.at("responses", "x-level", status)
        return Mark(f"{self.id}.{status}") if level and level.value == ASSUMED else None

    def content_mark(self, status: str) -> Mark | None:
        """The mark of a body that is assumed; a page need not show the status."""
        node = self.responses[status]
        level = node.at("x-level", "content")
        return (
            Mark(f"{mark_name(node.pointer)}.content") if level and level.value == ASSUMED else None
        )

    @property
    def success(self) -> str:
        """The first status that says that all went well."""
        return next((status for status in self.responses if status[:1] in "23"), "")

    def shape(self, place: str) -> Shape | None:
        """The schema of a body: that of the request, or of a status."""
        return self.body if place == "body" else self.response(place or self.success)

    @cached_property
    def security(self) -> Node | None:
        """Which credentials will do."""
        return self.node.get("security") or self.document.get("security")

    def schemes(self) -> Iterator[tuple[str, Node]]:
        """The schemes that it lists, with their definitions."""
        for alternative in self.security.items if self.security else ():
            for name in alternative.members:
                yield name, self.document.at("components", "securitySchemes", name) or NOTHING


def content(document: Node, node: Node | None, mark: Mark | None = None) -> Shape | None:
    """The schema of a body, of the media type that comes first."""
    media = next(iter((node.get("content") or NOTHING).members.values()), None) if node else None
    schema = media.get("schema") if media else None
    if not node or not schema:
        return None
    level = node.at("x-level", "content")
    assumed = (
        Mark(f"{mark_name(node.pointer)}.content") if level and level.value == ASSUMED else None
    )
    marks = tuple(one for one in (mark, assumed) if one)
    return Shape(document, (schema,), marks)


def operations(document: Node) -> dict[Endpoint, Operation]:
    """The operations of a document."""
    found = {}
    for path, item in (document.get("paths") or NOTHING).members.items():
        for method, node in item.members.items():
            if method.upper() in METHODS:
                endpoint = Endpoint(method.upper(), path)
                found[endpoint] = Operation(document, endpoint, item, node)
    return found


class Spec:
    """The spec and the tables in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = load(path.read_text(encoding="utf-8"))
        self.operations = operations(self.document)
        self._found: dict[Endpoint, Operation | None] = {}

    def operation(self, endpoint: Endpoint | None) -> Operation | None:
        """The operation of an endpoint, whatever its parameters are called or filled with."""
        if endpoint is not None and endpoint not in self._found:
            self._found[endpoint] = self._operation(endpoint)
        return self._found[endpoint] if endpoint else None

    def _operation(self, endpoint: Endpoint) -> Operation | None:
        if endpoint in self.operations:
            return self.operations[endpoint]
        fits = [
            own
            for own in self.operations
            if own.method == endpoint.method and alike(own.path, endpoint.path)
        ]
        return (
            self.operations[max(fits, key=lambda own: len(re.sub(r"\{\w+\}", "", own.path)))]
            if fits
            else None
        )

    def methods(self, path: str) -> list[str]:
        """The methods that a path has."""
        return [own.method for own in self.operations if alike(own.path, path)]

    def related(self, endpoint: Endpoint) -> bool:
        """Whether a path that the spec lacks would belong to this API, and not to another of the vendor's."""
        roots = {own.path.split("/")[1] for own in self.operations}
        segments = [
            part for part in endpoint.path.split("/") if part and not re.fullmatch(r"v\d+", part)
        ]
        return bool(segments) and (
            segments[0] in roots or any(len(root) > 1 and root in segments for root in roots)
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that help to part what a page glues together."""
        names: set[str] = {"Authorization"}
        words: set[str] = set()
        for operation in self.operations.values():
            for (_, name), (_, shape) in operation.parameters.items():
                names.add(name)
                words.update(shape.enum)
            for body in (operation.body, *map(operation.response, operation.responses)):
                for path, shape in tree(body) if body else ():
                    names.update((path, path.rpartition(".")[2]))
                    words.update(shape.enum)
            names.update(header_of(scheme) for _, scheme in operation.schemes())
        titles = {
            title.text for own in self.operations.values() if (title := own.node.get("summary"))
        }
        return Vocabulary(
            tuple(sorted({own.path for own in self.operations})),
            frozenset(names),
            frozenset(words),
            tuple(self.statuses),
            frozenset(name for names in self.editable.values() for name in names.value),
            frozenset(titles),
        )

    @cached_property
    def statuses(self) -> list[str]:
        """The statuses of an experiment, from the lifecycle."""
        table = self.document.get("x-lifecycle") or NOTHING
        found = [initial.text] if (initial := table.get("initial")) else []
        for move in (table.get("transitions") or NOTHING).members.values():
            found += [state.text for state in (move.get("from") or NOTHING).items]
            found += [move.members["to"].text] if move.get("to") else []
        return list(dict.fromkeys(found))

    @cached_property
    def moves(self) -> dict[tuple[str, str], Saying]:
        """Every move of the lifecycle, from and to."""
        moves = self.document.at("x-lifecycle", "transitions") or NOTHING
        return {
            (start.text, move.members["to"].text): Saying(True, move.line, move.pointer)
            for move in moves.members.values()
            for start in (move.get("from") or NOTHING).items
        }

    @cached_property
    def editable(self) -> Mapping[str, Saying]:
        """The fields that may be changed, by status; an assumed one is in the mark's name."""
        table = self.document.get("x-editable") or NOTHING
        return {
            status: Saying([item.text for item in node.items], node.line, node.pointer)
            for status, node in table.members.items()
            if status != "x-level"
        }

    @cached_property
    def editable_assumed(self) -> set[str]:
        """The fields of that table that no page lists."""
        return set((self.document.at("x-editable", "x-level") or NOTHING).members)

    @cached_property
    def changeable(self) -> set[str]:
        """The fields that an update may have."""
        updates = [own.body for own in self.operations.values() if own.id == "updateExperiment"]
        return set(updates[0].members) if updates and updates[0] else set()

    @cached_property
    def assumptions(self) -> dict[str, str]:
        """The assumptions by their codes."""
        return {code: node.text for code, node in self.part("x-assumptions").members.items()}

    def part(self, name: str) -> Node:
        """A part of the spec by its name."""
        return self.document.get(name) or NOTHING

    @cached_property
    def enums(self) -> dict[str, Shape]:
        """The enumerations that have a name."""
        schemas = (self.document.at("components", "schemas") or NOTHING).members
        return {
            name: Shape(self.document, (node,))
            for name, node in schemas.items()
            if node.get("enum")
        }

    @cached_property
    def slug(self) -> Saying:
        """The pattern of a slug."""
        for operation in self.operations.values():
            shape = operation.body and operation.body.walk("slug")
            if shape and (pattern := shape.keyword("pattern")):
                return Saying(pattern.text, pattern.line, pattern.pointer)
        return Saying(".*", 0, "")

    @cached_property
    def reserved(self) -> Saying:
        """The slugs that nobody may have, which only the prose of the spec tells."""
        prose = self.document.at("info", "description")
        for sentence in re.split(r"(?<=\.)\s", prose.text if prose else ""):
            if re.search(r"\breserved\b", sentence):
                assert prose
                return Saying(re.findall(r"`([\w-]+)`", sentence), prose.line, prose.pointer)
        return Saying([], 0, "")


def tree(
    shape: Shape, prefix: str = "", depth: int = DEEPEST, seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, Shape]]:
    """Every member by its dotted path; one that holds itself is followed once."""
    for name, member in shape.members.items():
        path = f"{prefix}{name}"
        yield path, member
        inner = member.items.nodes if member.items else member.nodes
        places = tuple(node.pointer for node in inner)
        if depth and not set(places) & set(seen):
            yield from tree(member, f"{path}.", depth - 1, seen + places)


def header_of(scheme: Node) -> str:
    """The header that carries a credential."""
    kind, name = scheme.get("type"), scheme.get("name")
    if kind and kind.text in ("http", "oauth2"):
        return "Authorization"
    return name.text if name else ""


def alike(own: str, other: str) -> bool:
    """Whether a path fits into a template, its parameters named differently or filled in."""
    pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(own))
    return bool(re.fullmatch(pattern, other))
