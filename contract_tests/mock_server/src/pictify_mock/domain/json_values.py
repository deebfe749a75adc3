"""Depth, equality and integers of JSON values."""

from typing import Any

CONTAINERS = (dict, list)
SMALLEST, LARGEST = -(2**63), 2**63 - 1  # larger integers fail in many languages


def deeper_than(value: Any, levels: int) -> bool:
    """Return True if the value has more levels of objects and arrays, itself included."""
    # Level by level: a call for each value would take half a second for a mebibyte of small ones.
    level = [value] if isinstance(value, CONTAINERS) else []
    for _ in range(levels):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, CONTAINERS)
        ]
        if not level:
            return False
    return bool(level)


def equal(left: Any, right: Any) -> bool:
    """Compare as JSON does: 1 equals 1.0, and true equals neither."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)
