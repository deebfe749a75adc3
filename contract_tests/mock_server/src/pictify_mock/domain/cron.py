"""Cron expressions of five fields: which of them can ever fire, and when one did."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from cronsim import CronSim, CronSimError

FIELDS = 5
LONGEST = 256  # characters; the library's work on a list grows with its entries, at every visit
ANY_MOMENT = datetime(
    2026, 1, 1
)  # cronsim judges an expression when it is given a moment to count from
_PLAIN = re.compile(r"(?:\*|[0-9]+|[A-Za-z]{3})(?:[,/-](?:\*|[0-9]+|[A-Za-z]{3}))*")


def problem(expression: str) -> str | None:
    """What is wrong with the expression, or None. The library also takes six fields, L and #; the API does not."""
    if len(expression) > LONGEST:
        return f"is longer than {LONGEST} characters"
    words = expression.split()
    if len(words) != FIELDS:
        return f"has {len(words)} fields instead of {FIELDS}"
    if not all(_PLAIN.fullmatch(word) for word in words):
        return "has a field that is more than numbers, names, lists, ranges and steps"
    try:
        CronSim(" ".join(words), ANY_MOMENT)
    except CronSimError as error:
        return f"is no cron expression that ever fires ({error})"
    except ValueError:  # Python reads no number of thousands of digits
        return "has a number that is out of every range"
    return None


@lru_cache(1024)
def last_fire(expression: str, zone: tzinfo, minute: datetime) -> datetime | None:
    """When the expression last fired, up to and including this minute.

    Counting back, the library overlooks what fired before the clock went back; counting on from there it does not.
    """
    before = next(
        CronSim(expression, (minute + timedelta(seconds=1)).astimezone(zone), reverse=True), None
    )
    if before is None:
        return None
    fired = before
    for fire in CronSim(expression, before):
        if fire.astimezone(UTC) > minute:
            break
        fired = fire
    return fired.astimezone(UTC)
