"""The rules of the spec, and the schema rules of its operations."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pictify_conformance.spec.document import document, operations

Level: TypeAlias = Literal["documented", "assumed"]
"""The authority: a page of the docs, or only this spec."""

LEVELS: dict[str, Level] = {"documented": "documented", "strict": "assumed"}
"""The levels by their names on the command line and in reports. Strict includes documented."""
LEVEL_NAMES: dict[Level, str] = {level: name for name, level in LEVELS.items()}


@dataclass(frozen=True)
class Rule:
    """One promise of the API, stated in `x-rules`, or one schema rule."""

    id: str
    level: Level
    text: str
    operations: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        return self.id.partition(".")[0]

    def is_judged_at(self, level: Level) -> bool:
        """Return True if a run at this level judges the rule."""
        return self.level == "documented" or level == "assumed"


@functools.cache
def rules() -> dict[str, Rule]:
    """Return the rules by id: those of the spec, then two schema rules for each operation."""
    found = [_rule(entry) for entry in document()["x-rules"]]
    for _, _, operation in operations():
        found += [_rule(entry, operation["operationId"]) for entry in operation.get("x-rules", ())]
    for method, path, operation in operations():
        found += _schema_rules(f"{method} {path}", operation)
    return {rule.id: rule for rule in found}


def schema_rule(operation_id: str, level: Level) -> str:
    return f"schema.{operation_id}" if level == "documented" else f"schema.{operation_id}.assumed"


def _rule(entry: dict[str, Any], *operation_ids: str) -> Rule:
    return Rule(entry["id"], entry["level"], entry["text"], operation_ids, tuple(entry["source"]))


def _schema_rules(request: str, operation: dict[str, Any]) -> Iterator[Rule]:
    texts: dict[Level, str] = {
        "documented": f"`{request}` returns documented responses only. It refuses invalid input if "
        "the docs publish a 400.",
        "assumed": f"`{request}` accepts all valid input, refuses all invalid input, and returns "
        "only responses that the spec describes.",
    }
    identifier = operation["operationId"]
    for level, text in texts.items():
        name = schema_rule(identifier, level)
        yield Rule(name, level, text, (identifier,), tuple(operation["x-source"]))
