"""How many requests a minute allows, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pictify_mock.domain.rate_windows import Windows

NINE = datetime(2026, 3, 15, 9, tzinfo=UTC)


def test_windows_are_minutes_of_the_clock() -> None:
    """A caller has its number in each minute, whatever others do, and the next minute begins anew."""
    windows = Windows()
    found = [windows.take("a", 2, NINE + timedelta(seconds=second)) for second in (0, 30, 59.5)]
    assert [(each.remaining, each.is_spent, each.wait) for each in found] == [
        (1, False, 60),
        (0, False, 30),
        (0, True, 1),
    ]
    assert {each.reset for each in found} == {int(NINE.timestamp()) + 60}
    assert not windows.take("b", 2, NINE).is_spent
    assert windows.take("a", 2, NINE + timedelta(seconds=60)).remaining == 1


def test_windows_forget() -> None:
    """A minute that is over takes no memory, and clearing begins the present one anew."""
    windows = Windows()
    for minute in range(3):
        for caller in range(10):
            windows.take(caller, 5, NINE + timedelta(minutes=minute))
    assert len(windows._asked) == 10
    windows.clear()
    assert windows.take(0, 5, NINE + timedelta(minutes=2)).asked == 1


@pytest.mark.parametrize(
    ("moment", "reset"),
    [(datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC), 0), (datetime(1970, 1, 1, tzinfo=UTC), 60)],
)
def test_windows_of_any_time(moment: datetime, reset: int) -> None:
    """A minute ends at its end before 1970 too, and may be the first that is ever asked in."""
    windows = Windows()
    windows.clear()
    found = windows.take("a", 2, moment)
    assert (found.asked, found.reset, found.wait) == (1, reset, reset - moment.timestamp())


def test_a_clock_that_was_set_back() -> None:
    """Another minute is another window, an earlier one as well."""
    windows = Windows()
    windows.take("a", 1, NINE)
    assert not windows.take("a", 1, NINE - timedelta(hours=1)).is_spent
