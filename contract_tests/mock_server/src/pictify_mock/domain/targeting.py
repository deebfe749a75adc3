"""Find the variant of a smart link whose conditions a visit meets."""

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pictify_mock.domain.conditions import is_empty
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.properties import readings
from pictify_mock.domain.visit import Visit

Comparison: TypeAlias = Callable[[Any, Any], bool]

NOT = "not_"
GROUPS = {"AND": all, "OR": any}

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def first_match(variants: Sequence[Variant], visit: Visit) -> Variant | None:
    """Return the first variant whose conditions hold, in the order of the array."""
    for variant in variants:
        tree = variant.conditions
        if tree is not None and not is_empty(tree) and holds(tree, visit):
            return variant
    return None


def holds(node: dict[str, Any], visit: Visit) -> bool:
    if node["type"] == "group":
        return GROUPS[node["operator"]](holds(child, visit) for child in node["children"])
    word = node["ruleOperator"]
    compare = COMPARISONS[word.removeprefix(NOT)]
    # Without a reading nothing fits, so only the negated comparisons hold.
    fits = any(compare(reading, node["value"]) for reading in readings(node, visit))
    return fits is not word.startswith(NOT)


def _any_of(compare: Comparison) -> Comparison:
    """Return a comparison that holds for an array if it holds for one of its values."""

    def any_of(reading: Any, value: Any) -> bool:
        values = value if isinstance(value, list) else (value,)
        return any(compare(reading, each) for each in values)

    return any_of


def _same(reading: Any, value: Any) -> bool:
    """Compare as numbers if one of them is a number, else as text."""
    if _is_number(reading) or _is_number(value):
        return _on_numbers(operator.eq)(reading, value)
    return _on_text(operator.eq)(reading, value)


def _on_text(test: Callable[[str, str], bool]) -> Comparison:
    def compare(reading: Any, value: Any) -> bool:
        left, right = _text(reading), _text(value)
        return left is not None and right is not None and test(left, right)

    return compare


def _on_numbers(test: Callable[[float, float], bool]) -> Comparison:
    def compare(reading: Any, value: Any) -> bool:
        left, right = _number(reading), _number(value)
        return left is not None and right is not None and test(left, right)

    return compare


def _text(value: Any) -> str | None:
    """Return the value as text without case, or None for arrays, objects and null."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).casefold() if isinstance(value, str | int | float) else None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value if _is_number(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


COMPARISONS: dict[str, Comparison] = {
    "equals": _any_of(_same),
    "contains": _any_of(_on_text(operator.contains)),
    "starts_with": _any_of(_on_text(str.startswith)),
    "ends_with": _any_of(_on_text(str.endswith)),
    "gt": _on_numbers(operator.gt),
    "lt": _on_numbers(operator.lt),
    "gte": _on_numbers(operator.ge),
    "lte": _on_numbers(operator.le),
}
