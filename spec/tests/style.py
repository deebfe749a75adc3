"""Checks of the form of the spec. Each takes the document and yields what breaks it."""

import re
from collections import Counter
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from pictify_conformance.spec import operations

from .document import (
    Document,
    Findings,
    Place,
    by_id,
    is_named_schema,
    nodes,
    resolved,
    rules,
    schemas,
    text,
)

AREAS = (
    "auth", "errors", "list", "create", "get", "update", "delete", "lifecycle", "quota", "events",
    "click", "pixel", "image", "targeting", "schedule", "bandit", "limits",
)  # fmt: skip
RULE_ID = re.compile(rf"({'|'.join(AREAS)})(\.[a-z0-9]+(-[a-z0-9]+)*)+")
DESCRIBED = {"properties", "parameters", "headers", "links", "responses", "securitySchemes"}
SENTENCE = r"[A-Z`](?:[^.]|\.(?! ))+\."
RULE_TEXT = re.compile(rf"{SENTENCE}( {SENTENCE})?")
HTML_TAG = re.compile("</?[a-z]", re.IGNORECASE)
# A text that begins like this, or has no subject of the API, needs another rule to be understood.
REFERS_ELSEWHERE = re.compile(
    r"(It|Its|They|Their|This|That|These|Those|Both|Such|So|The refusal|The answer)\b"
)
SUBJECT = re.compile(
    r"`|\b(experiment|variant|viewer|transition|schedule|condition|weights|events|auto-optimisation"
    r"|key|request|response|body|path|method|create)",
    re.IGNORECASE,
)


def check_openapi(document: Document) -> Findings:
    """The spec is valid OpenAPI 3.1."""
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def check_empty_members(document: Document) -> Findings:
    """No member is empty. YAML makes one of a comma in an unquoted text."""
    for place, node in nodes(document):
        for name, value in node.items():
            if value in (None, ""):
                yield f"{text((*place, name))} is empty"


def check_markup(document: Document) -> Findings:
    """No text has `<word>` outside of backticks, where Markdown reads it as HTML."""
    for place, node in nodes(document):
        for name, value in node.items():
            if isinstance(value, str) and HTML_TAG.search(re.sub("`[^`]*`", "", value)):
                yield f"{text((*place, name))} has HTML"


def check_operations(document: Document) -> Findings:
    """Every operation has an operationId, a summary, a description, security and sources."""
    required = {"operationId", "summary", "description", "security", "x-source"}
    for method, path, operation in operations(document):
        for name in required - operation.keys():
            yield f"{method} {path} has no {name}"


def check_descriptions(document: Document) -> Findings:
    """Every schema, property, parameter, header, link, response and security scheme has one.

    A reference needs none: the part that it leads to has a description.
    """
    for place, node in nodes(document):
        required = {"description", "x-source"} if is_named_schema(place) else set()
        if place[-2:-1] and place[-2] in DESCRIBED:
            required = {"description"}
        if "$ref" not in node:
            yield from (f"{text(place)} has no {name}" for name in required - node.keys())


def check_inline_types(document: Document) -> Findings:
    """Enums and objects with properties are named components."""
    for place, schema in schemas(document):
        if not is_named_schema(place):
            for word in {"enum", "properties"} & schema.keys():
                yield f"{text(place)} has {word} inline"


def check_sources(document: Document) -> Findings:
    """Every x-source is a list of codes from x-sources."""
    for place, node in nodes(document):
        for code in node.get("x-source", ["overview"]) or ["nothing"]:
            if code not in document["x-sources"]:
                yield f"{text(place)}: unknown source {code}"


def check_unused_codes(document: Document) -> Findings:
    """Every code of x-sources and x-assumptions supports a part or a rule of the spec."""
    used = {code for _, rule in rules(document) for code in rule.get("source", [])}
    used |= {code for _, node in nodes(document) for code in node.get("x-source", [])}
    for code in {**document["x-sources"], **document["x-assumptions"]}:
        if code not in used:
            yield f"{code} is not used"


def check_rules(document: Document) -> Findings:
    """A rule has an id that begins with its area, a level, sources, a text and nothing else."""
    for _, rule in rules(document):
        name = rule.get("id", "a rule without id")
        if rule.keys() != {"id", "level", "source", "text"}:
            yield f"{name} has the members {', '.join(rule)}"
        if not RULE_ID.fullmatch(name):
            yield f"{name} is not an area and words"


def check_rule_texts(document: Document) -> Findings:
    """The text of a rule can be read alone: it names its operation, or a thing of the API."""
    for request, rule in rules(document):
        words = rule.get("text", "")
        if not RULE_TEXT.fullmatch(words) or "should" in words:
            yield f"{rule['id']} does not state a fact in one or two sentences"
        if REFERS_ELSEWHERE.match(words):
            yield f"{rule['id']} begins with a reference to another rule"
        if request not in words or not SUBJECT.search(words):
            yield f"{rule['id']} does not name {request or 'a thing of the API'}"


def check_rule_sources(document: Document) -> Findings:
    """A documented rule rests on a page and no assumption, an assumed one on an assumption."""
    assumptions = document["x-assumptions"].keys()
    pages = {code for code, where in document["x-sources"].items() if where.startswith("/")}
    for _, rule in rules(document):
        codes = set(rule.get("source", []))
        for code in codes - assumptions - document["x-sources"].keys():
            yield f"{rule['id']}: unknown source {code}"
        expected = {
            "assumed": bool(codes & assumptions),
            "documented": bool(codes & pages) and not codes & assumptions,
        }
        if not expected.get(rule["level"]):
            yield f"{rule['id']}: {rule['level']} does not fit {', '.join(sorted(codes))}"


def check_unique_ids(document: Document) -> Findings:
    """No two rules have the same id, no two operations the same operationId."""
    ids = Counter(rule.get("id") for _, rule in rules(document))
    ids.update(operation.get("operationId") for _, _, operation in operations(document))
    yield from (f"{name} occurs {count} times" for name, count in ids.items() if count > 1)


def check_links(document: Document) -> Findings:
    """A link leads to an operation and sets parameters that it has. Reads link to reads only.

    The conformance suite follows links, also in a run that may only read.
    """
    by_identifier = by_id(document)
    readers = {
        operation["operationId"]
        for method, _, operation in operations(document)
        if method == "GET" and operation.get("security") and "operationId" in operation
    }
    for origin, operation in by_identifier.items():
        for response in operation["responses"].values():
            for name, reference in resolved(document, response).get("links", {}).items():
                link = resolved(document, reference)
                where, target = f"{origin}: link {name}", link["operationId"]
                if target not in by_identifier:
                    yield f"{where} leads to {target}, which is not an operation"
                    continue
                if origin in readers and target not in readers:
                    yield f"{where} leads from a read to {target}, which is not a read"
                if not isinstance(link.get("requestBody", ""), str):
                    yield f"{where} has a requestBody that openapi-generator refuses"
                known = _parameters(document, by_identifier[target])
                for unknown in link.get("parameters", {}).keys() - known:
                    yield f"{where} sets {unknown}"


def _parameters(document: Document, operation: dict[str, Any]) -> set[str]:
    path = next(item for item in document["paths"].values() if operation in item.values())
    parameters = [*path.get("parameters", []), *operation.get("parameters", [])]
    return {resolved(document, parameter)["name"] for parameter in parameters}


def check_marks(document: Document) -> Findings:
    """x-level is `assumed`, or maps members of its object to the level of each.

    The member `null` stands for the null that the properties of a schema accept.
    """
    for place, node in nodes(document):
        yield from _misplaced(place, node, node.get("x-level", "assumed"))
        if place[-1:] == ("responses",) and "x-level" in node:
            yield f"{text(place)} has x-level, which many tools read as a status"


def _misplaced(place: Place, node: Any, level: Any) -> Findings:
    if level == "assumed":
        return
    if not isinstance(level, dict) or not level or not isinstance(node, dict):
        yield f"{text(place)}: {level} is not a valid x-level"
        return
    for name, inner in level.items():
        if name in _markable(place, node):
            yield from _misplaced((*place, name), node.get(name), inner)
        else:
            yield f"{text(place)} has no {name}"


def _markable(place: Place, node: dict[str, Any]) -> set[str]:
    if place == ("x-editable",):  # a table by status, of which the fields are marked
        return {field for status, fields in node.items() if status != "x-level" for field in fields}
    accepts_null = any(_accepts_null(schema) for schema in node.get("properties", {}).values())
    return node.keys() - {"x-level"} | ({"null"} if accepts_null else set())


def _accepts_null(schema: dict[str, Any]) -> bool:
    options = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    return "null" in schema.get("type", []) or {"type": "null"} in options
