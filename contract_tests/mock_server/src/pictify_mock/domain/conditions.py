"""The condition tree of a smart-link variant: groups of rules, at most three groups deep.

A tree is stored as the JSON it came in, with the one comparison key `ruleOperator`.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pictify_mock.domain.errors import MOST_FIELD_ERRORS, FieldError

MAX_DEPTH = 3
URL_PARAM = "url.param"
GROUP_OPERATORS = ("AND", "OR")
RULE_OPERATORS = (
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "gt",
    "lt",
    "gte",
    "lte",
)


def faults(tree: Any, pointer: str) -> list[FieldError]:
    # A tree of a mebibyte could have a fault in each of its nodes: stop at the most that are sent.
    return list(islice(_node_faults(tree, pointer, 1), MOST_FIELD_ERRORS))


def normal(tree: Any) -> Any:
    """Return a tree without faults as it is stored: known keys only, with `ruleOperator`."""
    if tree["type"] == "group":
        children = [normal(child) for child in tree["children"]]
        return {"type": "group", "operator": tree["operator"], "children": children}
    rule = {
        "type": "rule",
        "property": tree["property"],
        "ruleOperator": comparison(tree),
        "value": tree["value"],
    }
    if tree.get("paramName") is not None:
        rule["paramName"] = tree["paramName"]
    return rule


def is_empty(tree: dict[str, Any]) -> bool:
    """Return True for a root without children, which the dashboard sends for no condition."""
    return tree.get("children") == []


def comparison(rule: dict[str, Any]) -> Any:
    # The docs call this key `ruleOperator` on one page and `operator` on another.
    named = rule.get("ruleOperator")
    return rule.get("operator") if named is None else named


def _node_faults(node: Any, pointer: str, depth: int) -> Iterator[FieldError]:
    if not isinstance(node, dict):
        yield FieldError(pointer, "is not an object; write a group or a rule", "invalid_type")
    elif node.get("type") == "group":
        yield from _group_faults(node, pointer, depth)
    elif node.get("type") == "rule":
        yield from _rule_faults(node, pointer)
    else:
        code = _word_code(node.get("type"))
        yield FieldError(f"{pointer}/type", "tells a group from a rule; write group or rule", code)


def _group_faults(group: dict[str, Any], pointer: str, depth: int) -> Iterator[FieldError]:
    if depth > MAX_DEPTH:
        message = f"is nested too deeply; groups may be {MAX_DEPTH} levels deep, the root included"
        yield FieldError(pointer, message, "out_of_range")
        return
    yield from _word_faults(f"{pointer}/operator", group.get("operator"), GROUP_OPERATORS)
    children = group.get("children")
    if depth == 1 and is_empty(group):
        return
    if not isinstance(children, list) or not children:
        message = "is not a list with at least one rule or group; add one"
        yield FieldError(f"{pointer}/children", message, _list_code(group, children))
        return
    for index, child in enumerate(children):
        yield from _node_faults(child, f"{pointer}/children/{index}", depth + 1)


def _rule_faults(rule: dict[str, Any], pointer: str) -> Iterator[FieldError]:
    if not isinstance(rule.get("property"), str):
        message = "is not a string; name what the rule looks at"
        yield FieldError(f"{pointer}/property", message, _code(rule, "property"))
    yield from _word_faults(f"{pointer}/ruleOperator", comparison(rule), RULE_OPERATORS)
    if "value" not in rule:
        message = "is missing; say what the rule compares with"
        yield FieldError(f"{pointer}/value", message, "required")
    name = rule.get("paramName")
    if not isinstance(name, str | None):
        message = "is not a string; name the query parameter"
        yield FieldError(f"{pointer}/paramName", message, "invalid_type")
    elif rule.get("property") == URL_PARAM and not name:
        message = f"is missing; {URL_PARAM} needs the name of a query parameter, such as utm_source"
        yield FieldError(f"{pointer}/paramName", message, "required")


def _word_faults(pointer: str, word: Any, words: tuple[str, ...]) -> Iterator[FieldError]:
    if word not in words:
        message = f"is not an operator; use one of {', '.join(words)}"
        yield FieldError(pointer, message, _word_code(word))


def _word_code(word: Any) -> str:
    if word is None:
        return "required"
    return "invalid_value" if isinstance(word, str) else "invalid_type"


def _code(node: dict[str, Any], key: str) -> str:
    return "invalid_type" if key in node else "required"


def _list_code(group: dict[str, Any], children: Any) -> str:
    return "out_of_range" if children == [] else _code(group, "children")
