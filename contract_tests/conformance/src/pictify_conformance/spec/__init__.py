"""The spec as the suite reads it: its rules, its tables, and its two views, one for each level."""

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

Level: TypeAlias = Literal["documented", "assumed"]
"""Who says so: a page of the docs, or this spec alone. A run at the assumed level judges documented rules, too."""

LEVELS: dict[str, Level] = {"documented": "documented", "strict": "assumed"}
"""The levels of a run, by the names that they have on the command line and in reports."""
LEVEL_NAMES: dict[Level, str] = {level: name for name, level in LEVELS.items()}

PACKAGED = Path(__file__).with_name("openapi.yaml")
PATH = PACKAGED if PACKAGED.exists() else Path(__file__).parents[5] / "spec" / "openapi.yaml"  # of a checkout
ASSUMED = "assumed"
ERROR_MEDIA_TYPES = ("application/json", "application/problem+json")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Rule:
    """One promise of the API, as `x-rules` states it, or one schema row."""

    id: str
    level: Level
    text: str
    operations: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The first word of the id."""
        return self.id.partition(".")[0]

    def is_judged_at(self, level: Level) -> bool:
        """Return True if a run at this level judges the rule."""
        return self.level == "documented" or level == "assumed"


@functools.cache
def document() -> dict[str, Any]:
    """The whole spec."""
    with PATH.open(encoding="utf-8") as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return dict(yaml.load(file, Loader=loader))  # noqa: S506 - both are safe; the C one is ten times faster


def digest() -> str:
    """The sha256 of the spec's bytes."""
    return hashlib.sha256(PATH.read_bytes()).hexdigest()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation, in the spec's order."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


@functools.cache
def rules() -> dict[str, Rule]:
    """Every rule by its id: those of the spec in its order, then two schema rows for each operation."""
    found = [_rule(entry) for entry in document()["x-rules"]]
    for _, _, operation in operations():
        found += [_rule(entry, operation["operationId"]) for entry in operation.get("x-rules", ())]
    for _, _, operation in operations():
        found += _schema_rules(operation["operationId"], tuple(operation["x-source"]))
    return {rule.id: rule for rule in found}


def schema_rule(operation_id: str, level: Level) -> str:
    """The id of an operation's schema row."""
    return f"schema.{operation_id}" if level == "documented" else f"schema.{operation_id}.assumed"


def _rule(entry: dict[str, Any], *operation_ids: str) -> Rule:
    return Rule(entry["id"], entry["level"], entry["text"], operation_ids, tuple(entry["source"]))


def _schema_rules(operation_id: str, source: tuple[str, ...]) -> list[Rule]:
    documented = (
        f"Every answer of {operation_id} has a published form, and broken input is refused where 400 is published."
    )
    assumed = f"{operation_id} takes all valid input, refuses all broken input, and answers as the spec says."
    return [
        Rule(schema_rule(operation_id, "documented"), "documented", documented, (operation_id,), source),
        Rule(schema_rule(operation_id, "assumed"), "assumed", assumed, (operation_id,), source),
    ]


@functools.cache
def view(level: Level) -> dict[str, Any]:
    """The spec without its extensions and, at the documented level, without what is assumed."""
    if level == "assumed":
        return dict(_without_extensions(document()))
    published = dict(_without_extensions(_published(document())))
    _accept_any_error_body(published)
    return published


def _without_extensions(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_extensions(value) for key, value in node.items() if not str(key).startswith("x-")}
    if isinstance(node, list):
        return [_without_extensions(item) for item in node]
    return node


def _published(node: Any) -> Any:
    """What is left of a node when everything marked as assumed is taken out."""
    if isinstance(node, list):
        return [_published(item) for item in node if not _is_assumed(item)]
    if not isinstance(node, dict):
        return node
    marked = node.get("x-level", {})
    return {
        key: _published(value)
        for key, value in node.items()
        if key not in marked and (key == "x-level" or not _is_assumed(value))
    }


def _is_assumed(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    if "$ref" in node:
        return _is_assumed(resolve(node["$ref"]))
    return bool(node.get("x-level") == ASSUMED)


def resolve(reference: str, root: dict[str, Any] | None = None) -> Any:
    """What a local $ref points at, in the whole spec or in one of its views."""
    node: Any = root or document()
    for name in reference.removeprefix("#/").split("/"):
        node = node[name.replace("~1", "/").replace("~0", "~")]
    return node


def _accept_any_error_body(spec: dict[str, Any]) -> None:
    """Pages name JSON for errors and nothing that all editions agree on inside it."""
    responses = [spec["components"]["responses"].values()]
    responses += [operation["responses"].values() for item in spec["paths"].values() for operation in _operations(item)]
    for response in (response for group in responses for response in group):
        for body in response.get("content", {}).values():
            if "schema" not in body:
                response["content"] = {media_type: {} for media_type in ERROR_MEDIA_TYPES}
                break


def _operations(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (operation for method, operation in item.items() if method in METHODS)


@functools.cache
def _routes() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    ordered = sorted(operations(), key=lambda entry: entry[1].count("{"))  # a literal path wins over a parameter
    return tuple(
        (method, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), operation["operationId"])
        for method, path, operation in ordered
    )


def operation_id(method: str, path: str) -> str | None:
    """Which operation a request calls; HEAD and unknown routes call none."""
    for candidate, pattern, identifier in _routes():
        if candidate == method and pattern.fullmatch(path):
            return identifier
    return None
