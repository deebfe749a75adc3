"""Validate cron expressions of five fields, and find their last time."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from cronsim import CronSim, CronSimError

FIELDS = 5
LONGEST = 256  # characters; a long list would cost time at every visit
# cronsim validates an expression only together with a moment to count from.
ANY_MOMENT = datetime(2026, 1, 1)
_PLAIN = re.compile(r"(?:\*|[0-9]+|[A-Za-z]{3})(?:[,/-](?:\*|[0-9]+|[A-Za-z]{3}))*")


def problem(expression: str) -> str | None:
    """Return what is wrong with the expression, or None."""
    if len(expression) > LONGEST:
        return f"is longer than {LONGEST} characters"
    words = expression.split()
    if len(words) != FIELDS:
        return f"has {len(words)} fields instead of {FIELDS}"
    # The library would also take L and #, which the docs do not mention.
    if not all(_PLAIN.fullmatch(word) for word in words):
        return "has a field that is more than numbers, names, lists, ranges and steps"
    try:
        CronSim(" ".join(words), ANY_MOMENT)
    except CronSimError as error:
        return f"is not a cron expression that ever fires ({error})"
    return None


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
