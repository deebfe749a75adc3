"""Questions about plain JSON values that Python answers differently."""

from __future__ import annotations

from typing import Any


def deeper_than(value: Any, levels: int) -> bool:
    """Whether objects and arrays are nested in more than so many levels, the value itself being the first."""
    if not isinstance(value, dict | list):
        return False
    if levels == 0:
        return True
    return any(deeper_than(child, levels - 1) for child in (value.values() if isinstance(value, dict) else value))


def equal(left: Any, right: Any) -> bool:
    """Equality as JSON has it: 1 equals 1.0, and true equals neither."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)
