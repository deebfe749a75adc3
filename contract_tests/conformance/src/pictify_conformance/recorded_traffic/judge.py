"""Where recorded traffic differs from the spec.

An answer is judged whatever was asked. A request is judged only if the server took it: one that it refused with a 4xx
does not differ from the spec, it is the spec at work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from pictify_conformance.recorded_traffic.har import Entry, Message, read_json
from pictify_conformance.recorded_traffic.openapi import Fault, OpenApi, Operation, Part

Place: TypeAlias = tuple[str, str, str]
"""What is called, what differs, and where the spec says otherwise."""

SCALARS = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__}


@dataclass
class Seen:
    """A difference and the entries that show it, of which the first is named."""

    first: str
    times: int = 1


@dataclass
class Findings:
    """All differences, and how many entries were judged and were not."""

    differences: dict[Place, Seen] = field(default_factory=dict)
    judged: int = 0
    refused: int = 0
    elsewhere: int = 0
    preflights: int = 0
    unrecorded: int = 0

    def add(self, place: Place, first: str) -> None:
        """Tell a difference once, and count it."""
        if place in self.differences:
            self.differences[place].times += 1
        else:
            self.differences[place] = Seen(first)


def judge(
    spec: OpenApi, entries: list[Entry], file: str, server: str | None, into: Findings
) -> None:
    """Judge each entry that is addressed to the server."""
    for entry in entries:
        path = path_on(server, entry)
        if path is None:
            into.elsewhere += 1
        elif entry.method == "OPTIONS":
            into.preflights += 1
        else:
            into.judged += 1
            into.refused += entry.was_refused
            into.unrecorded += (entry.request.body is None) + (entry.answer.body is None)
            called = f"{entry.method} {path} {entry.status}"
            for what, where, name in differences(spec, entry, path):
                into.add(
                    (f"{entry.method} {name} {entry.status}" if name else called, what, where),
                    f"{file} entry {entry.number}",
                )


def path_on(server: str | None, entry: Entry) -> str | None:
    """The path below the server's URL; None for another server."""
    if not entry.url.startswith(("http://", "https://")):
        return None
    if server is None:
        return entry.path
    base, sent = urlsplit(server.rstrip("/")), urlsplit(entry.url)
    there = (base.scheme, base.netloc) == (sent.scheme, sent.netloc) and entry.path.startswith(
        f"{base.path}/"
    )
    return entry.path[len(base.path) :] if there else None


def differences(spec: OpenApi, entry: Entry, path: str) -> Iterator[tuple[str, str, str]]:
    """What differs, where the spec says otherwise, and the spec's name of the path."""
    found = spec.path(path)
    operation = found and spec.operation(entry.method, found[0])
    if not found or not operation:
        if entry.status not in (404, 405):  # the server knows no more than the spec
            yield (
                ("the method is not in the spec" if found else "the path is not in the spec"),
                "#/paths",
                found[0] if found else "",
            )
        return
    for what, where in answer_differs(spec, entry, operation):
        yield f"answer: {what}", where, found[0]
    if not entry.was_refused:
        for what, where in request_differs(spec, entry, operation, found[1]):
            yield f"request: {what}", where, found[0]


# The answer


def answer_differs(spec: OpenApi, entry: Entry, operation: Operation) -> Iterator[tuple[str, str]]:
    stated, where = operation.part["responses"], f"{operation.pointer}/responses"
    name = next(
        (
            name
            for name in (str(entry.status), f"{entry.status // 100}XX", "default")
            if name in stated
        ),
        None,
    )
    if name is None:
        yield f"status {entry.status} is not in the spec", where
        return
    response, where = spec.followed(stated[name], f"{where}/{name}")
    for header, stands_for in response.get("headers", {}).items():
        part, there = spec.followed(stands_for, f"{where}/headers/{header}")
        if part.get("required") and header.lower() not in entry.answer.headers:
            yield f"header {header} is missing", there
    if entry.method != "HEAD" and "content" in response:
        yield from body_differs(spec, entry.answer, response["content"], f"{where}/content")


def body_differs(
    spec: OpenApi, message: Message, content: Part, where: str
) -> Iterator[tuple[str, str]]:
    """A body that is not of a stated media type, not JSON or not what its schema says."""
    if message.body is None:
        return
    stated = content.get(message.media_type)
    if stated is None:
        yield f"media type {message.media_type or 'none'} is not in the spec", where
        return
    value: Any = message.body
    if message.is_json:
        value = read_json(message.body)
        if value is None and message.body.strip() != "null":
            yield "the body is not JSON", where
            return
    elif not message.media_type.startswith("text/"):
        return
    pointer = f"{where}/{message.media_type.replace('/', '~1')}/schema"
    yield from told(spec.check(stated.get("schema", {}), pointer, value), "the body")


def told(faults: Iterator[Fault], whole: str) -> Iterator[tuple[str, str]]:
    for fault in faults:
        yield f"{fault.inside or whole}: {fault.message}", fault.pointer


# The request


def request_differs(
    spec: OpenApi, entry: Entry, operation: Operation, in_path: dict[str, str]
) -> Iterator[tuple[str, str]]:
    yield from key_differs(spec, entry, operation)
    yield from parameters_differ(spec, entry, operation, in_path)
    body = spec.resolve(operation.part.get("requestBody", {}))
    if entry.request.body == "" and body.get("required"):
        yield "the body is missing", f"{operation.pointer}/requestBody"
    elif entry.request.body and body:
        yield from body_differs(
            spec, entry.request, body["content"], f"{operation.pointer}/requestBody/content"
        )


def key_differs(spec: OpenApi, entry: Entry, operation: Operation) -> Iterator[tuple[str, str]]:
    """A request that was answered without any of the keys that the operation asks for."""
    ways = operation.part.get("security", spec.document.get("security", []))
    if ways and not any(all(has_key(spec, entry, name) for name in way) for way in ways):
        names = " or ".join(" and ".join(way) for way in ways)
        yield f"it was answered without its key ({names})", f"{operation.pointer}/security"


def has_key(spec: OpenApi, entry: Entry, name: str) -> bool:
    scheme = spec.resolve(spec.document["components"]["securitySchemes"][name])
    if scheme["type"] == "http":
        sent = entry.request.headers.get("authorization", "").split(" ")
        return sent[0].lower() == scheme["scheme"].lower() and len(sent) > 1
    if scheme.get("in") == "query":
        return scheme["name"] in dict(entry.query)
    return scheme["name"].lower() in entry.request.headers


def parameters_differ(
    spec: OpenApi, entry: Entry, operation: Operation, in_path: dict[str, str]
) -> Iterator[tuple[str, str]]:
    stated = {(part["in"], part["name"]): part for part in operation.parameters}
    sent = [
        *((("path", name), value) for name, value in in_path.items()),
        *((("query", name), value) for name, value in entry.query),
    ]
    for (place, name), text in sent:
        part, where = stated.get((place, name)), f"{operation.pointer}/parameters/{name}"
        if part is None:
            yield f"query parameter {name} is not in the spec", f"{operation.pointer}/parameters"
        else:
            yield from told(
                spec.check(part["schema"], where, scalar(spec, part["schema"], text)),
                f"{place} parameter {name}",
            )
    for place, name in stated:
        there = dict(sent).keys() | {("header", header) for header in entry.request.headers}
        if (
            stated[place, name].get("required")
            and (place, name if place != "header" else name.lower()) not in there
        ):
            yield f"{place} parameter {name} is missing", f"{operation.pointer}/parameters/{name}"


def scalar(spec: OpenApi, schema: Part, text: str) -> Any:
    """A parameter as the value that it spells; one that spells none stays a text, which its schema refuses."""
    read: Any = SCALARS.get(spec.resolve(schema).get("type"), str)
    try:
        return read(text)
    except (ValueError, KeyError):
        return text
