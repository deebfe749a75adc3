"""The differences between recorded traffic and the spec.

Every response is judged. A request is only judged if it was not refused: a 4xx agrees with the spec
that the request is wrong.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

import jsonschema_rs

from pictify_conformance import spec
from pictify_conformance.recorded_traffic.har import Entry, Message, parse_json
from pictify_conformance.spec.document import path_patterns
from pictify_conformance.spec.pointers import escaped

Node: TypeAlias = Mapping[str, Any]
Difference: TypeAlias = tuple[str, str]
"""A message, and a pointer to the part of the spec that says otherwise."""

SCALARS = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__}
MASK = "it"  # stands for every value in a message, because a value may be a key


class Row(NamedTuple):
    """A difference, which the report shows once for all calls that have it."""

    call: str
    message: str
    pointer: str


@dataclass
class Findings:
    """All differences, and the numbers of entries that were judged and that were not."""

    differences: dict[Row, list[str]] = field(default_factory=dict)
    """The places in the files that show each difference."""
    judged: int = 0
    refused: int = 0
    elsewhere: int = 0
    preflights: int = 0
    unrecorded: int = 0


@dataclass(frozen=True)
class Operation:
    """The operation of an entry, and the parameters in its path."""

    path: str
    pointer: str
    node: Node
    in_path: Mapping[str, str]

    @property
    def parameters(self) -> dict[tuple[str, str], Node]:
        item = spec.document()["paths"][self.path]
        nodes = (*item.get("parameters", ()), *self.node.get("parameters", ()))
        return {(node["in"], node["name"]): node for node in map(spec.resolved, nodes)}


def judge(entries: list[Entry], file: str, server: str | None, findings: Findings) -> None:
    """Judge each entry that is addressed to the server, or to any if none is given."""
    for entry in entries:
        path = path_on(server, entry)
        if path is None:
            findings.elsewhere += 1
        elif entry.method == "OPTIONS":
            findings.preflights += 1
        else:
            findings.judged += 1
            findings.refused += entry.was_refused
            findings.unrecorded += (entry.request.body is None) + (entry.response.body is None)
            template, differences = _differences(entry, path)
            call = f"{entry.method} {template or path} {entry.status}"
            for message, pointer in differences:
                places = findings.differences.setdefault(Row(call, message, pointer), [])
                places.append(f"{file} entry {entry.number}")


def path_on(server: str | None, entry: Entry) -> str | None:
    """Return the path below the server's URL, or None for another server."""
    if not entry.url.startswith(("http://", "https://")):
        return None
    if server is None:
        return entry.path
    base, sent = urlsplit(server.rstrip("/")), urlsplit(entry.url)
    is_there = (base.scheme, base.netloc) == (sent.scheme, sent.netloc)
    is_below = entry.path.startswith(f"{base.path}/")
    return entry.path[len(base.path) :] if is_there and is_below else None


def _differences(entry: Entry, path: str) -> tuple[str | None, list[Difference]]:
    """Return the path in the spec, if it has it, and the differences."""
    template, in_path = _match(path)
    if template is None:
        missing, node = "the path is not in the spec", None
    else:
        item = spec.document()["paths"][template]
        node = item.get(entry.method.lower()) or (
            item.get("get") if entry.method == "HEAD" else None
        )
        missing = "the method is not in the spec"
    if template is None or node is None:
        is_known_as_missing = entry.status in (404, 405)
        return template, [] if is_known_as_missing else [(missing, "#/paths")]
    method = "get" if entry.method == "HEAD" else entry.method.lower()
    pointer = f"#/paths/{escaped(template)}/{method}"
    operation = Operation(template, pointer, node, in_path)
    found = [(f"answer: {message}", where) for message, where in _response(entry, operation)]
    if not entry.was_refused:
        found += [(f"request: {message}", where) for message, where in _request(entry, operation)]
    return template, found


def _match(path: str) -> tuple[str | None, dict[str, str]]:
    for template, pattern in path_patterns():
        if match := pattern.fullmatch(path):
            return template, {name: unquote(value) for name, value in match.groupdict().items()}
    return None, {}


def _followed(node: Any, pointer: str) -> tuple[Any, str]:
    """Return a node and its pointer, or those that its reference leads to."""
    return spec.resolved(node), node.get("$ref", pointer)


def _response(entry: Entry, operation: Operation) -> Iterator[Difference]:
    known, pointer = operation.node["responses"], f"{operation.pointer}/responses"
    ranges = (str(entry.status), f"{entry.status // 100}XX", "default")
    status = next((status for status in ranges if status in known), None)
    if status is None:
        yield f"status {entry.status} is not in the spec", pointer
        return
    response, pointer = _followed(known[status], f"{pointer}/{status}")
    for name, node in response.get("headers", {}).items():
        header, where = _followed(node, f"{pointer}/headers/{name}")
        if header.get("required") and name.lower() not in entry.response.headers:
            yield f"header {name} is missing", where
    if entry.method != "HEAD" and "content" in response:
        yield from _body(entry.response, response["content"], f"{pointer}/content")


def _request(entry: Entry, operation: Operation) -> Iterator[Difference]:
    yield from _key(entry, operation)
    yield from _parameters(entry, operation)
    body = spec.resolved(operation.node.get("requestBody", {}))
    pointer = f"{operation.pointer}/requestBody"
    if entry.request.body == "" and body.get("required"):
        yield "the body is missing", pointer
    elif entry.request.body and body:
        yield from _body(entry.request, body["content"], f"{pointer}/content")


def _body(message: Message, content: Node, pointer: str) -> Iterator[Difference]:
    if message.body is None:
        return
    if message.media_type not in content:
        yield f"media type {message.media_type or 'none'} is not in the spec", pointer
        return
    value: Any = message.body
    if message.is_json:
        value = parse_json(message.body)
        if value is None and message.body.strip() != "null":
            yield "the body is not JSON", pointer
            return
    elif not message.media_type.startswith("text/"):
        return
    schema = content[message.media_type].get("schema", {})
    where = f"{pointer}/{escaped(message.media_type)}/schema"
    yield from _violations(schema, where, value, "the body")


def _key(entry: Entry, operation: Operation) -> Iterator[Difference]:
    """Yield a difference if the request has none of the keys that the operation requires."""
    required = operation.node.get("security", spec.document().get("security", []))
    if required and not any(all(_has_key(entry, name) for name in names) for names in required):
        names = " or ".join(" and ".join(names) for names in required)
        yield f"it was answered without its key ({names})", f"{operation.pointer}/security"


def _has_key(entry: Entry, name: str) -> bool:
    scheme = spec.document()["components"]["securitySchemes"][name]
    if scheme["type"] == "http":
        prefix, separator, _ = entry.request.headers.get("authorization", "").partition(" ")
        return prefix.lower() == scheme["scheme"].lower() and bool(separator)
    if scheme["in"] == "query":
        return scheme["name"] in dict(entry.query)
    return scheme["name"].lower() in entry.request.headers


def _parameters(entry: Entry, operation: Operation) -> Iterator[Difference]:
    known, pointer = operation.parameters, f"{operation.pointer}/parameters"
    sent = [(("path", name), value) for name, value in operation.in_path.items()]
    sent += [(("query", name), value) for name, value in entry.query]
    for (place, name), text in sent:
        if (place, name) in known:
            schema = known[place, name]["schema"]
            value, whole = _scalar(schema, text), f"{place} parameter {name}"
            yield from _violations(schema, f"{pointer}/{name}", value, whole)
        else:
            yield f"query parameter {name} is not in the spec", pointer
    present = dict(sent).keys() | {("header", header) for header in entry.request.headers}
    for (place, name), parameter in known.items():
        key = name.lower() if place == "header" else name
        if parameter.get("required") and (place, key) not in present:
            yield f"{place} parameter {name} is missing", f"{pointer}/{name}"


def _scalar(schema: Any, text: str) -> Any:
    """Return a parameter as its type, or as text if it is not valid, which its schema refuses."""
    convert: Any = SCALARS.get(spec.resolved(schema).get("type"), str)
    try:
        return convert(text)
    except (ValueError, KeyError):
        return text


def _violations(schema: Any, pointer: str, value: Any, whole: str) -> Iterator[Difference]:
    for error in map(_closest, _validator(json.dumps(schema, default=str)).iter_errors(value)):
        steps = [str(step) for step in error.schema_path]
        inside = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
        )
        # The path begins with components after a reference, and else with allOf/0.
        is_referred = steps[:1] == ["components"]
        where = "/".join(["#", *steps] if is_referred else [pointer, *steps[2:]])
        yield f"{inside.removeprefix('.') or whole}: {error.message}", where


@functools.cache
def _validator(schema: str) -> Any:
    schemas = spec.document()["components"]["schemas"]
    whole = {"allOf": [json.loads(schema)], "components": {"schemas": schemas}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, mask=MASK)


def _closest(error: Any) -> Any:
    """Return the violation of the alternative that the value comes closest to."""
    while branches := [branch for branch in getattr(error.kind, "context", ()) if branch]:
        error = min(branches, key=len)[0]
    return error
