"""The requests that a minute allows, without a server."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from pictify_mock.domain.rate_windows import Windows

from .factories import NOW


def test_each_caller_has_a_number_of_requests_in_each_minute() -> None:
    windows = Windows()
    found = [windows.take("a", 2, NOW + timedelta(seconds=second)) for second in (0, 30, 59.5)]
    assert [(each.remaining, each.is_spent, each.wait) for each in found] == [
        (1, False, 60),
        (0, False, 30),
        (0, True, 1),
    ]
    assert {each.reset for each in found} == {int(NOW.timestamp()) + 60}
    assert not windows.take("b", 2, NOW).is_spent
    assert windows.take("a", 2, NOW + timedelta(seconds=60)).remaining == 1


def test_a_minute_that_is_over_takes_no_memory() -> None:
    windows, sizes = Windows(), []
    for minute in range(3):
        for caller in range(10):
            windows.take(f"{minute}-{caller}", 5, NOW + timedelta(minutes=minute))
        sizes.append(len(pickle.dumps(windows)))
    assert sizes[0] == sizes[1] == sizes[2]


def test_clearing_begins_the_minute_anew() -> None:
    windows = Windows()
    windows.take("a", 5, NOW)
    windows.clear()
    assert windows.take("a", 5, NOW).asked == 1


@pytest.mark.parametrize(
    ("moment", "reset"),
    [(datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC), 0), (datetime(1970, 1, 1, tzinfo=UTC), 60)],
)
def test_minutes_before_1970_end_at_their_end_too(moment: datetime, reset: int) -> None:
    windows = Windows()
    windows.clear()
    found = windows.take("a", 2, moment)
    assert (found.asked, found.reset, found.wait) == (1, reset, reset - moment.timestamp())


def test_a_clock_that_was_set_back_begins_another_window() -> None:
    windows = Windows()
    windows.take("a", 1, NOW)
    assert not windows.take("a", 1, NOW - timedelta(hours=1)).is_spent
