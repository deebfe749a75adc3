"""The rules of the spec, and the schema rows of its operations."""

import functools
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
    """One promise of the API, stated in `x-rules`, or one schema row."""

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
    """Return the rules by id: those of the spec, then two schema rows for each operation."""
    found = [_rule(entry) for entry in document()["x-rules"]]
    for _, _, operation in operations():
        found += [_rule(entry, operation["operationId"]) for entry in operation.get("x-rules", ())]
    for _, _, operation in operations():
        found += _schema_rules(operation["operationId"], tuple(operation["x-source"]))
    return {rule.id: rule for rule in found}


def schema_rule(operation_id: str, level: Level) -> str:
    return f"schema.{operation_id}" if level == "documented" else f"schema.{operation_id}.assumed"


def _rule(entry: dict[str, Any], *operation_ids: str) -> Rule:
    return Rule(entry["id"], entry["level"], entry["text"], operation_ids, tuple(entry["source"]))


def _schema_rules(operation_id: str, source: tuple[str, ...]) -> list[Rule]:
    documented = f"Every answer of {operation_id} has a published form, and broken input is refused where 400 is published."
    assumed = f"{operation_id} takes all valid input, refuses all broken input, and answers as the spec says."
    return [
        Rule(
            schema_rule(operation_id, "documented"),
            "documented",
            documented,
            (operation_id,),
            source,
        ),
        Rule(schema_rule(operation_id, "assumed"), "assumed", assumed, (operation_id,), source),
    ]
