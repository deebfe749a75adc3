"""The differences between recorded traffic and the spec.

Every response is judged, except 304, which repeats a stored one. A request is only judged if it was
not refused: a 4xx agrees with the spec that the request is wrong.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

import jsonschema_rs

from pictify_conformance import spec
from pictify_conformance.recorded_traffic.har import REDACTED, Entry, Message, Recording, origin
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
    unreadable: list[str] = field(default_factory=list)
    judged: int = 0
    refused: int = 0
    elsewhere: int = 0
    preflights: int = 0
    redirected: int = 0
    unanswered: int = 0
    keyless: int = 0
    headerless: int = 0
    unrecorded: int = 0


class Unrecorded(Exception):
    """A body was not recorded whole, or cannot be judged: it is too deep, or not Unicode."""


@dataclass(frozen=True)
class Operation:
    """The operation of an entry, and the parameters in its path."""

    path: str
    pointer: str
    node: Node
    in_path: Mapping[str, str]

    @property
    def parameters(self) -> dict[tuple[str, str], tuple[Node, str]]:
        """The parameters of the path and the operation, with their places in the spec."""
        path = f"#/paths/{escaped(self.path)}"
        item = spec.document()["paths"][self.path]
        followed = [
            _followed(node, f"{where}/parameters/{index}")
            for holder, where in ((item, path), (self.node, self.pointer))
            for index, node in enumerate(holder.get("parameters", ()))
        ]
        return {(node["in"], node["name"]): (node, where) for node, where in followed}


def judge(recording: Recording, server: str | None, findings: Findings) -> None:
    """Judge each entry that is addressed to the server, or to any if none is given."""
    findings.unreadable += recording.unreadable
    redirects = {entry.redirect for entry in recording.entries}
    for entry in recording.entries:
        path = path_on(server, entry)
        if path is None:
            findings.elsewhere += 1
        elif entry.status <= 0:
            findings.unanswered += 1
        elif entry.method == "OPTIONS":
            findings.preflights += 1
        elif entry.url in redirects and _match(path)[0] is None:
            findings.redirected += 1
        else:
            findings.judged += 1
            findings.refused += entry.was_refused
            is_keyless = recording.keys_were_removed
            findings.headerless += not (entry.request.headers and entry.response.headers)
            template, differences = _differences(entry, path, findings, is_keyless=is_keyless)
            call = f"{entry.method} {template or path} {entry.status}"
            for message, pointer in differences:
                places = findings.differences.setdefault(Row(call, message, pointer), [])
                places.append(f"{recording.name} entry {entry.number}")


def path_on(server: str | None, entry: Entry) -> str | None:
    """Return the path below the server's URL, or None for another server."""
    if entry.origin[0] not in ("http", "https"):
        return None
    if server is None:
        return entry.path
    base = urlsplit(server).path.rstrip("/")
    is_there = origin(server) == entry.origin and entry.path.startswith(f"{base}/")
    return entry.path[len(base) :] if is_there else None


def _differences(
    entry: Entry, path: str, findings: Findings, *, is_keyless: bool
) -> tuple[str | None, list[Difference]]:
    """Return the path in the spec, if it has it, and the differences."""
    template, in_path = _match(path)
    method = "get" if entry.method == "HEAD" else entry.method.lower()
    item = spec.document()["paths"].get(template, {})
    if method not in item:
        is_known_as_missing = entry.status in (404, 405)
        what, where = (
            ("method", f"#/paths/{escaped(template)}") if template else ("path", "#/paths")
        )
        missing = (f"the {what} is not in the spec", where)
        return template, [] if is_known_as_missing else [missing]
    pointer = f"#/paths/{escaped(template)}/{method}"
    operation = Operation(str(template), pointer, item[method], in_path)
    found: list[Difference] = []
    sides = [("answer", _response(entry, operation))]
    if not entry.was_refused:
        sides.append(("request", _request(entry, operation)))
        if is_keyless or _lacks_key(entry, operation) is None:
            findings.keyless += bool(entry.request.headers and _required_keys(operation))
        elif _lacks_key(entry, operation):
            names = " or ".join(" and ".join(keys) for keys in _required_keys(operation))
            message = f"request: it was answered without its key ({names})"
            found.append((message, f"{pointer}/security"))
    for side, differences in sides:
        try:
            for message, where in differences:
                found.append((f"{side}: {message}", where))
        except Unrecorded:
            findings.unrecorded += 1
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
    if entry.status == 304:
        return
    known, pointer = operation.node["responses"], f"{operation.pointer}/responses"
    ranges = (str(entry.status), f"{entry.status // 100}XX", "default")
    status = next((status for status in ranges if status in known), None)
    if status is None:
        yield f"status {entry.status} is not in the spec", pointer
        return
    response, pointer = _followed(known[status], f"{pointer}/{status}")
    for name, node in response.get("headers", {}).items() if entry.response.headers else ():
        header, where = _followed(node, f"{pointer}/headers/{name}")
        if header.get("required") and name.lower() not in entry.response.headers:
            yield f"header {name} is missing", f"{where}/required"
    if entry.method != "HEAD" and "content" in response:
        yield from _body(entry.response, response["content"], f"{pointer}/content")


def _request(entry: Entry, operation: Operation) -> Iterator[Difference]:
    yield from _parameters(entry, operation)
    body = spec.resolved(operation.node.get("requestBody", {}))
    pointer = f"{operation.pointer}/requestBody"
    if entry.request.body == "" and body.get("required"):
        yield "the body is missing", f"{pointer}/required"
    elif entry.request.body != "" and body:
        yield from _body(entry.request, body["content"], f"{pointer}/content")


def _body(message: Message, content: Node, pointer: str) -> Iterator[Difference]:
    if message.body is None:
        raise Unrecorded
    if message.media_type not in content:
        if message.media_type or message.headers:
            yield f"media type {message.media_type or 'none'} is not in the spec", pointer
        return
    value: Any = message.body
    if message.is_json:
        try:
            value = json.loads(message.body.removeprefix("\ufeff"))
        except json.JSONDecodeError:
            yield "the body is not JSON", pointer
            return
        except (ValueError, RecursionError):  # a number of 5,000 digits, 1,000 levels
            raise Unrecorded from None
    elif not message.media_type.startswith("text/"):
        return
    schema = content[message.media_type].get("schema", {})
    where = f"{pointer}/{escaped(message.media_type)}/schema"
    try:
        yield from list(_violations(schema, where, value, "the body"))
    except ValueError:  # the validator knows 255 levels, and no lone surrogates
        raise Unrecorded from None


def _required_keys(operation: Operation) -> list[Node]:
    """Return the alternatives of an operation that cannot be called without a key."""
    required = operation.node.get("security", spec.document().get("security", []))
    return list(required) if all(required) else []


def _lacks_key(entry: Entry, operation: Operation) -> bool | None:
    """Return True if the request has no key that it needs, and None if that is unknown."""
    required = _required_keys(operation)
    if not required or any(all(_has_key(entry, name) for name in names) for names in required):
        return False
    authorization = entry.request.headers.get("authorization")
    is_redacted = authorization is not None and REDACTED.fullmatch(authorization)
    return None if is_redacted or not entry.request.headers else True


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
            parameter, where = known[place, name]
            value, whole = _scalar(parameter["schema"], text), f"{place} parameter {name}"
            yield from _violations(parameter["schema"], f"{where}/schema", value, whole)
        else:
            yield f"query parameter {name} is not in the spec", pointer
    present = dict(sent).keys() | {("header", header) for header in entry.request.headers}
    for (place, name), (parameter, where) in known.items():
        key = name.lower() if place == "header" else name
        is_unknown = place == "header" and not entry.request.headers
        if parameter.get("required") and (place, key) not in present and not is_unknown:
            yield f"{place} parameter {name} is missing", f"{where}/required"


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
