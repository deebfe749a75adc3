"""The spec in one form, so that two ways to write the same API do not differ."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pictify_conformance import spec
from pictify_conformance.spec.pointers import METHODS

Node: TypeAlias = dict[str, Any]

SUBSCHEMAS = {"items", "not", "additionalProperties", "propertyNames", "contains", "if", "then"}
SUBSCHEMAS |= {"else", "unevaluatedItems", "unevaluatedProperties"}
SCHEMA_MAPS = {"properties", "patternProperties", "dependentSchemas", "$defs", "schemas"}
COMBINATORS = ("oneOf", "anyOf", "allOf")
VALUES = {"example", "examples", "default", "enum", "const", "value"}
ANNOTATIONS = {"title", "description", "deprecated", "default", "example", "examples", "$comment"}
SAME_AS_ABSENT: Mapping[str, tuple[Any, ...]] = {
    **dict.fromkeys(("deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems"), (False,)),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), (0,)),
    "additionalProperties": (True, {}),
    "required": (False, []),
}


def normal_form(document: Mapping[str, Any]) -> Node:
    """Return the document with sorted sets, with one spelling of null, and without defaults."""
    found: Node = _normal(document)
    for path in found["paths"].values():
        shared = path.pop("parameters", [])
        for method in path.keys() & set(METHODS):
            own = path[method].get("parameters", [])
            parameters = {_identity(each, document): each for each in (*shared, *own)}
            if parameters:
                path[method]["parameters"] = [parameters[key] for key in sorted(parameters)]
    return found


def _identity(parameter: Node, document: Mapping[str, Any]) -> tuple[str, str]:
    target = spec.resolved(parameter, document)
    return target["in"], target["name"]


def _normal(node: Any) -> Any:
    """Return a part of the document that is not a schema, but may have schemas in it."""
    if isinstance(node, list):
        return [_normal(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    found: Node = {}
    for name, value in node.items():
        if name == "schema":
            found[name] = _schema(value)
        elif name == "schemas":
            found[name] = {key: _schema(each) for key, each in value.items()}
        else:
            is_value = name in VALUES or str(name).startswith("x-")
            found[name] = value if is_value else _normal(value)
    return _without_defaults(found)


def _without_defaults(node: Node) -> Node:
    return {
        name: value
        for name, value in node.items()
        if not any(
            type(value) is type(default) and value == default
            for default in SAME_AS_ABSENT.get(name, ())
        )
    }


def _schema(node: Any) -> Any:
    if not isinstance(node, Mapping):
        return node
    found: Node = {}
    for name, value in node.items():
        if name in SUBSCHEMAS:
            found[name] = _schema(value)
        elif name in SCHEMA_MAPS:
            found[name] = {key: _schema(each) for key, each in value.items()}
        elif name in COMBINATORS:
            found[name] = sorted(map(_schema, value), key=_constraints)
        else:
            found[name] = value
    found = _with_one_null(_without_lone_combinator(found))
    if "const" in found and "enum" not in found:
        found["enum"] = [found.pop("const")]
    for name in ("enum", "required", "type"):
        if isinstance(found.get(name), list):
            found[name] = _as_set(found[name])
    if isinstance(found.get("type"), list) and len(found["type"]) == 1:
        [found["type"]] = found["type"]
    return _without_defaults(found)


def _without_lone_combinator(schema: Node) -> Node:
    """Put the only alternative in the place of its combinator, if the schema has no other part."""
    for name in COMBINATORS:
        rest = schema.keys() - {name}
        if len(schema.get(name, ())) == 1 and rest <= ANNOTATIONS and "x-level" not in rest:
            [only] = schema[name]
            if isinstance(only, dict):
                return {**only, **{key: schema[key] for key in rest}}
    return schema


def _with_one_null(schema: Node) -> Node:
    """Write null as a type: for `nullable`, and for an alternative that is only null."""
    for name in ("oneOf", "anyOf"):
        others = [each for each in schema.get(name, ()) if each != {"type": "null"}]
        is_null = len(others) == len(schema.get(name, ())) - 1
        rest = schema.keys() - {name}
        has_other_type = len(others) == 1 and "null" not in others[0].get("type", "null")
        if is_null and has_other_type and rest <= ANNOTATIONS:
            schema = {**others[0], **{key: schema[key] for key in rest}, "nullable": True}
            if "enum" in schema:
                schema["enum"] = [*schema["enum"], None]
    if "type" in schema and schema.get("nullable") is True:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema = {**schema, "type": [*types, "null"]}
        del schema["nullable"]
    return schema


def _constraints(schema: Any) -> str:
    """Return what orders alternatives: not their words, which may change alone."""
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
        return json.dumps(kept, sort_keys=True, default=str)
    return json.dumps(schema)


def _as_set(values: Iterable[Any]) -> list[Any]:
    texts = {json.dumps(value, sort_keys=True, default=str): value for value in values}
    return [texts[text] for text in sorted(texts)]
