"""Whether a text is a cron expression of five fields that can ever fire."""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("day of week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)

_ITEM = re.compile(r"(?:\*|([0-9]{1,2}|[a-z]{3})(?:-([0-9]{1,2}|[a-z]{3}))?)(?:/([0-9]{1,2}))?")


def problem(expression: str) -> str | None:
    """What is wrong with the expression, or None."""
    words = expression.lower().split()
    if len(words) != len(_FIELDS):
        return f"has {len(words)} fields instead of {len(_FIELDS)}"
    for field, word in zip(_FIELDS, words, strict=True):
        if not all(_valid(field, item) for item in word.split(",")):
            return f"has a {field.name} that is not in {field.low}-{field.high}, a list, a range or a step"
    return _never(words)


def _valid(field: _Field, item: str) -> bool:
    match = _ITEM.fullmatch(item)
    if match is None:
        return False
    first, last, step = match.groups()
    low = _number(field, first or str(field.low))
    high = _number(field, last) if last else low
    return field.low <= low <= high <= field.high and step != "0" and step != "00"


def _number(field: _Field, text: str) -> int:
    return int(text) if text.isdigit() else field.names.get(text, -1)


def _never(words: list[str]) -> str | None:
    """A day of month that none of the months has, such as 31 in February."""
    _, _, days, months, weekdays = words
    if not weekdays.startswith("*") or "*" in months:
        return None
    bounds = [re.split("[-/]", item) for item in months.split(",")]
    if any(len(bound) > 1 for bound in bounds) or "*" in days:
        return None
    longest = max(_LONGEST[_number(_FIELDS[3], bound[0]) - 1] for bound in bounds)
    earliest = min(int(re.split("[-/]", item)[0]) for item in days.split(","))
    return f"never fires: no such month has a day {earliest}" if earliest > longest else None
