"""OpenAPI on a page: the description of an operation that a docs site puts into the Markdown of its page."""

import re
from itertools import islice

from .facts import Endpoint, Findings
from .marked import Node
from .schema import Shape
from .spec import NOTHING, Operation, header_of, operations, tree

MOST = 5_000  # members of one body


def found_in(node: Node, info: str) -> Node | None:
    """The document that a block of YAML is, or can be made of one; nothing if it is none."""
    if node.get("paths") and node.members["paths"].get("method"):
        return _unfolded(node)
    if node.get("paths"):
        return node
    if any(name.startswith("/") for name in node.members):
        return Node({"paths": node}, node.line)
    named = re.search(r"\b(get|put|post|delete|patch)\s+(/\S+)", info, re.IGNORECASE)
    if named and (node.get("responses") or node.get("requestBody")):
        item = Node({named[1].lower(): node}, node.line)
        return Node({"paths": Node({named[2]: item}, node.line)}, node.line)
    return None


def _unfolded(node: Node) -> Node:
    """The usual form of a document whose operation is unfolded into request and response."""
    source = node.members["paths"]
    request, response = source.get("request") or NOTHING, source.get("response") or NOTHING
    parameters = [
        Node(
            {
                "name": Node(name, given.line),
                "in": Node(place, given.line),
                "required": _required(given),
                "schema": given.get("schema") or given,
            },
            given.line,
        )
        for place, group in (request.get("parameters") or NOTHING).members.items()
        for name, given in group.members.items()
    ]
    operation = {
        "parameters": Node(parameters, source.line),
        "responses": Node(
            {
                status: Node({"content": _content(given)}, given.line)
                for status, given in response.members.items()
            },
            response.line or source.line,
        ),
    }
    schemes: dict[str, Node] = {}
    if alternatives := request.get("security"):
        operation["security"] = Node(
            [_alternative(given, schemes) for given in alternatives.items], alternatives.line
        )
    body = request.get("body")
    if body and body.members:
        operation["requestBody"] = Node(
            {"content": _content(body), "required": Node(True, body.line)}, body.line
        )
    path, method = source.get("path") or NOTHING, source.get("method") or NOTHING
    item = Node({method.text: Node(operation, source.line)}, path.line or source.line)
    components = dict(
        (node.get("components") or NOTHING).members, securitySchemes=Node(schemes, source.line)
    )
    paths = Node({path.text: item}, path.line or source.line)
    return Node({"paths": paths, "components": Node(components, source.line)}, node.line)


def _alternative(given: Node, schemes: dict[str, Node]) -> Node:
    """Credentials that will do, in the usual form, with their definitions put aside."""
    headers = (given.at("parameters", "header") or NOTHING).members
    for header, stated in headers.items():
        schemes[header] = Node({**stated.members, "name": Node(header, stated.line)}, stated.line)
    return Node({header: Node([], given.line) for header in headers}, given.line)


def _required(given: Node) -> Node:
    schemas = given.get("schema") or given
    stated = next(
        (found for item in (schemas, *schemas.items) if (found := item.get("required"))), None
    )
    return stated or Node(False, given.line)


def _content(node: Node) -> Node:
    """Media types that hold alternatives of a schema."""
    media = {
        name: Node(_schema(given), given.line)
        for name, given in node.members.items()
        if "/" in name
    }
    return Node(dict(media), node.line)


def _schema(given: Node) -> dict[str, Node]:
    listed = given.get("schemaArray")
    return {"schema": Node({"anyOf": listed}, given.line)} if listed else {}


def read(document: Node, findings: Findings) -> list[Endpoint]:
    """State what a document says of its operations."""
    for endpoint, operation in operations(document).items():
        findings.add(operation.node.line, endpoint, "endpoint", str(endpoint), "fragment", endpoint)
        _parameters(operation, findings)
        if operation.request:
            _body(operation, "body", operation.body, operation.request, findings)
        statuses = operation.responses
        line = (operation.node.get("responses") or operation.node).line
        findings.add(line, endpoint, "status", "", "members", tuple(statuses))
        for status, node in statuses.items():
            findings.add(_line(operation, status), endpoint, "status", status, "exists", True)
            _body(operation, status, operation.response(status), node, findings)
            for name, header in (node.get("headers") or NOTHING).members.items():
                findings.add(
                    header.line, endpoint, "response header", f"{status} {name}", "exists", True
                )
        _security(operation, findings)
    return list(operations(document))


def _line(operation: Operation, status: str) -> int:
    return (operation.node.at("responses", status) or operation.node).line


def _parameters(operation: Operation, findings: Findings) -> None:
    endpoint = operation.endpoint
    for (place, name), (node, shape) in operation.parameters.items():
        required = node.get("required")
        findings.add(node.line, endpoint, place, name, "exists", True)
        findings.add(
            required.line if required else node.line,
            endpoint,
            place,
            name,
            "required",
            bool(required and required.value),
        )
        _keywords(endpoint, place, name, shape, findings)
    for place in ("path", "query"):
        names = tuple(name for where, name in operation.parameters if where == place)
        findings.add(operation.node.line, endpoint, place, "", "members", names)


def _body(
    operation: Operation, place: str, shape: Shape | None, node: Node, findings: Findings
) -> None:
    endpoint = operation.endpoint
    content = node.get("content")
    if content and content.members:
        first = next(iter(content.members.values()))
        findings.add(first.line, endpoint, "media type", place, "members", tuple(content.members))
    if not shape:
        return
    required = {"": shape.required}
    findings.add(shape.line, endpoint, place, "", "members", tuple(shape.members))
    _keywords(endpoint, place, "", shape, findings)
    for path, member in islice(tree(shape), MOST):
        if place == "body" and (member.keyword("readOnly") or NOTHING).value is True:
            continue
        parent, _, name = path.rpartition(".")
        findings.add(member.line, endpoint, place, path, "exists", True)
        findings.add(
            member.line, endpoint, place, path, "required", name in required.get(parent, set())
        )
        _keywords(endpoint, place, path, member, findings)
        required[path] = member.required
        if member.members:
            findings.add(member.line, endpoint, place, path, "members", tuple(member.members))


def _keywords(endpoint: Endpoint, place: str, name: str, shape: Shape, findings: Findings) -> None:
    for aspect, (value, line) in shape.statements.items():
        findings.add(line, endpoint, place, name, aspect, value)


def _security(operation: Operation, findings: Findings) -> None:
    stated = operation.security
    if stated is None:
        return
    headers = {header_of(scheme) for _, scheme in operation.schemes()}
    optional = not stated.items or any(not alternative.members for alternative in stated.items)
    for header in sorted(headers - {""}):
        findings.add(stated.line, operation.endpoint, "auth", header, "required", not optional)
    findings.add(
        stated.line, operation.endpoint, "auth", "", "members", tuple(sorted(headers - {""}))
    )
