from __future__ import annotations

from typing import Any, TypeAlias

from ..types import from_keywords
from ..wire import MalformedError


def condition_tree_from_dict(src_dict: dict[str, Any]) -> ConditionTree:
    """Read the JSON object, by its `type`.

    Raises:
        ValueError: It is not what the API describes.
    """
    if not isinstance(src_dict, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise MalformedError(f"ConditionTree has to be an object, not {type(src_dict).__name__}")
    match src_dict.get("type"):
        case "group":
            return ConditionGroup.from_dict(src_dict)
        case "rule":
            return ConditionRule.from_dict(src_dict)
        case _:
            return src_dict


def condition_tree_from_keywords(members: dict[str, Any]) -> ConditionTree:
    """Make the model of a plain dict, by its `type`."""
    match members.get("type"):
        case "group":
            return from_keywords(ConditionGroup, members)
        case "rule":
            return from_keywords(ConditionRule, members)
        case _:
            return members


from .condition_group import ConditionGroup
from .condition_rule import ConditionRule

ConditionTree: TypeAlias = ConditionGroup | ConditionRule | dict[str, Any]
"""The conditions of a variant of a smart link: groups join rules by AND and OR, at most three
levels deep. The docs publish one open object. Telling them apart by `type` is assumed.

A plain dict is a kind that this version does not know, as it came.
"""
