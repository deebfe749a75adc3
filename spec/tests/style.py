"""What the spec keeps to. Each check takes a loaded spec and yields one line for every place that breaks it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from openapi_spec_validator import OpenAPIV31SpecValidator

from .document import Document, by_id, nodes, operations, resolved, rules, schemas, text

Findings: TypeAlias = Iterator[str]
Check: TypeAlias = Callable[[Document], Findings]

AREAS = (
    "auth", "errors", "list", "create", "get", "update", "delete", "lifecycle", "quota", "events",
    "click", "pixel", "image", "targeting", "schedule", "bandit", "limits",
)  # fmt: skip
RULE_ID = re.compile(rf"({'|'.join(AREAS)})(\.[a-z0-9]+(-[a-z0-9]+)*)+")


def is_valid_openapi(document: Document) -> Findings:
    """The spec is OpenAPI 3.1."""
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def has_no_empty_member(document: Document) -> Findings:
    """No member is empty, as YAML makes one of a comma in an unquoted text."""
    for place, node in nodes(document):
        yield from (
            f"{text((*place, name))} is empty"
            for name, value in node.items()
            if value in (None, "")
        )


def describes_operations(document: Document) -> Findings:
    """Every operation has an operationId, a summary, a description, its security and its pages."""
    for method, path, operation in operations(document):
        for name in {
            "operationId",
            "summary",
            "description",
            "security",
            "x-source",
        } - operation.keys():
            yield f"{method} {path} has no {name}"


def describes_schemas(document: Document) -> Findings:
    """Every named schema has a description and its pages."""
    for name, schema in document["components"]["schemas"].items():
        yield from (
            f"{name} has no {member}" for member in {"description", "x-source"} - schema.keys()
        )


def describes_properties(document: Document) -> Findings:
    """Every property has a description or is a reference to a schema that has one."""
    for place, schema in schemas(document):
        if place[-2] == "properties" and not {"description", "$ref"} & schema.keys():
            yield f"{text(place)} has no description"


def describes_parts(document: Document) -> Findings:
    """Every parameter, header, link, response and security scheme has a description."""
    for kind in ("parameters", "headers", "links", "responses", "securitySchemes"):
        for name, part in document["components"].get(kind, {}).items():
            if "description" not in part:
                yield f"{kind}/{name} has no description"
    for identifier, operation in by_id(document).items():
        for parameter in operation.get("parameters", []):
            if "description" not in resolved(document, parameter):
                yield f"{identifier}: parameter {parameter['name']} has no description"


def names_its_types(document: Document) -> Findings:
    """Enums and objects with properties are named components."""
    for place, schema in schemas(document):
        if place[:2] == ("components", "schemas") and len(place) == 3:
            continue
        yield from (
            f"{text(place)} has {word} inline" for word in ("enum", "properties") if word in schema
        )


def knows_its_sources(document: Document) -> Findings:
    """Every x-source is a list of codes from x-sources."""
    for place, node in nodes(document):
        if "x-source" in node:
            codes = node["x-source"] or ["nothing"]
            yield from (
                f"{text(place)}: unknown source {code}"
                for code in codes
                if code not in document["x-sources"]
            )


def uses_every_code(document: Document) -> Findings:
    """Every page and every assumption that the spec lists supports a part or a rule of it."""
    used = {code for rule in rules(document) for code in rule.get("source", [])}
    used |= {code for _, node in nodes(document) for code in node.get("x-source", [])}
    yield from (
        f"{code} is used nowhere"
        for code in {**document["x-sources"], **document["x-assumptions"]}
        if code not in used
    )


def forms_rules(document: Document) -> Findings:
    """A rule has an id that begins with its area, a level, sources and one sentence of text, and nothing else."""
    for rule in rules(document):
        name = rule.get("id", "a rule without id")
        if rule.keys() != {"id", "level", "source", "text"}:
            yield f"{name} has the members {', '.join(rule)}"
        if not RULE_ID.fullmatch(name):
            yield f"{name} is no area and words"
        if not re.fullmatch(r"[A-Za-z0-9].+[^.]\.", rule.get("text", "")) or "should" in rule.get(
            "text", ""
        ):
            yield f"{name} does not state a fact"


def sources_rules(document: Document) -> Findings:
    """A documented rule rests on a page and on no assumption, an assumed one on an assumption."""
    assumptions = document["x-assumptions"].keys()
    pages = {code for code, where in document["x-sources"].items() if where.startswith("/")}
    for rule in rules(document):
        codes = set(rule.get("source", []))
        for code in codes - assumptions - document["x-sources"].keys():
            yield f"{rule['id']}: unknown source {code}"
        fits = {
            "assumed": bool(codes & assumptions),
            "documented": bool(codes & pages) and not codes & assumptions,
        }
        if not fits.get(rule.get("level", "none"), False):
            yield f"{rule['id']}: level {rule.get('level')} does not fit the sources {', '.join(sorted(codes))}"


def tells_rules_apart(document: Document) -> Findings:
    """No two rules have one id, no two operations have one operationId."""
    ids = Counter([rule.get("id") for rule in rules(document)])
    ids += Counter([operation.get("operationId") for _, _, operation in operations(document)])
    yield from (f"{name} stands {count} times" for name, count in ids.items() if count > 1)


def leads_somewhere(document: Document) -> Findings:
    """A link leads to an operation and fills in parameters that it has; from list and get it leads to reads."""
    for name, link, origin in _links(document):
        target = by_id(document).get(link.get("operationId", ""))
        if target is None:
            yield f"{name} leads to {link.get('operationId')}, which is no operation"
            continue
        yield from (
            f"{name} fills in {unknown}"
            for unknown in link.get("parameters", {}).keys() - _parameters(document, target)
        )
        if origin in _readers(document) and link["operationId"] not in _readers(document):
            yield f"{name} leads from {origin} to {link['operationId']}, which is no reading operation"


def _links(document: Document) -> Iterator[tuple[str, dict[str, Any], str]]:
    for identifier, operation in by_id(document).items():
        for response in operation["responses"].values():
            for name, link in resolved(document, response).get("links", {}).items():
                yield f"{identifier}: link {name}", resolved(document, link) or {}, identifier


def _parameters(document: Document, operation: dict[str, Any]) -> set[str]:
    shared = [
        item.get("parameters", [])
        for item in document["paths"].values()
        if operation in item.values()
    ]
    return {
        resolved(document, parameter)["name"]
        for group in (*shared, operation.get("parameters", []))
        for parameter in group
    }


def _readers(document: Document) -> set[str]:
    """What needs the API key and is read: the click link and the pixel are GET too, but count."""
    return {
        operation.get("operationId", "")
        for method, _, operation in operations(document)
        if method == "get" and operation.get("security")
    }


def marks_what_is_there(document: Document) -> Findings:
    """x-level is `assumed`, or names members of its object that are; `null` names the null of a schema's properties."""
    for place, node in nodes(document):
        level = node.get("x-level", "assumed")
        if level == "assumed":
            continue
        if not isinstance(level, dict) or not level or set(level.values()) != {"assumed"}:
            yield f"{text(place)}: {level} is no x-level"
        elif unknown := level.keys() - _markable(place, node):
            yield f"{text(place)} has no {', '.join(sorted(unknown))}"


def _markable(place: tuple[str, ...], node: dict[str, Any]) -> set[str]:
    if place == ("x-editable",):  # a table of fields: they, not the statuses, are marked
        return {field for status, fields in node.items() if status != "x-level" for field in fields}
    takes_null = any(_takes_null(schema) for schema in node.get("properties", {}).values())
    return node.keys() - {"x-level"} | ({"null"} if takes_null else set())


def _takes_null(schema: dict[str, Any]) -> bool:
    options = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    return "null" in schema.get("type", []) or {"type": "null"} in options


CHECKS: tuple[Check, ...] = (
    is_valid_openapi,
    has_no_empty_member,
    describes_operations,
    describes_schemas,
    describes_properties,
    describes_parts,
    names_its_types,
    knows_its_sources,
    uses_every_code,
    forms_rules,
    sources_rules,
    tells_rules_apart,
    leads_somewhere,
    marks_what_is_there,
)
