"""Validate cron expressions of five fields, and find their last time."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from cronsim import CronSim, CronSimError

FIELDS = {
    "minute": "0-59",
    "hour": "0-23",
    "day of the month": "1-31",
    "month": "1-12 or JAN-DEC",
    "day of the week": "0-7 or SUN-SAT",
}
EXAMPLE = "0 9 * * 1-5"
LONGEST = 256  # characters; a long list would cost time at every visit
# cronsim validates an expression only together with a moment to count from.
ANY_MOMENT = datetime(2026, 1, 1)
_PLAIN = re.compile(r"(?:\*|[0-9]+|[A-Za-z]{3})(?:[,/-](?:\*|[0-9]+|[A-Za-z]{3}))*")


def problem(expression: str) -> str | None:
    """Return what is wrong with the expression and how to mend it, or None."""
    if len(expression) > LONGEST:
        return f"is longer than {LONGEST} characters; shorten it"
    words = expression.split()
    if len(words) != len(FIELDS):
        return f"has {len(words)} instead of {len(FIELDS)} fields; write them like {EXAMPLE}"
    for index, (name, values) in enumerate(FIELDS.items()):
        word = words[index]
        # The library would also take L and #, which the docs do not mention.
        if not _PLAIN.fullmatch(word):
            kinds = "numbers, names, lists, ranges and steps"
            return f"has {word} as the {name}; use {kinds} only, such as {EXAMPLE}"
        if not _is_valid(["*"] * index + [word] + ["*"] * (len(FIELDS) - 1 - index)):
            split = "split a range that wraps around, such as 22-23,0-2"
            return f"has {word} as the {name}; use {values}, and {split}"
    if not _is_valid(words):
        return "never fires, since none of its months has such a day; choose another day"
    return None


def _is_valid(words: list[str]) -> bool:
    try:
        CronSim(" ".join(words), ANY_MOMENT)
    except CronSimError:
        return False
    return True


@lru_cache(1024)
def last_fire(expression: str, zone: tzinfo, minute: datetime) -> datetime | None:
    """Return the last time up to and including this minute, in UTC, or None."""
    end = (minute + timedelta(seconds=1)).astimezone(zone)
    before = next(CronSim(expression, end, reverse=True), None)
    if before is None:
        return None
    # In reverse, cronsim overlooks times of the hour that a clock change repeats. Forward it does
    # not, so go forward again from the time that it found.
    fired = before
    for fire in CronSim(expression, before):
        if fire.astimezone(UTC) > minute:
            break
        fired = fire
    return fired.astimezone(UTC)
