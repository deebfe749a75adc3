"""The counters of an experiment: sends events, waits for counters that lag, and checks them."""

import time
from collections.abc import Callable
from typing import TypeAlias

import pytest

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.assertions import assert_events_accepted, assert_members_equal
from pictify_conformance.testing.experiments import Experiments
from pictify_conformance.testing.failures import Blocked, Unexpected, details_of
from pictify_conformance.testing.payloads import Json, event

Counts: TypeAlias = dict[str, tuple[int, int]]
"""Impressions and clicks by variant id."""

ALL_VARIANTS = "all variants"
NO_COUNTS: Counts = {"v0": (0, 0), "v1": (0, 0)}
STEADY_READS = 3  # reads in a row that must agree, as a server may have several instances


def total(counts: Counts) -> tuple[int, int]:
    """Return impressions and clicks over all variants."""
    return sum(pair[0] for pair in counts.values()), sum(pair[1] for pair in counts.values())


def assert_counters_equal(actual: Counts, expected: Counts, when: str = "") -> None:
    """Assert that counters are equal. A failure names each that is not."""
    named = (
        {
            f"{counter} of {id_}{when}": count
            for id_, pair in counts.items()
            for counter, count in zip(("impressions", "clicks"), pair, strict=True)
        }
        for counts in (actual, expected)
    )
    assert_members_equal(*named)


class Counters:
    """Reads the counters of a team's experiments. They may lag by the target's settle time."""

    def __init__(self, api: ApiClient, experiments: Experiments) -> None:
        self._api, self._experiments, self.target = api, experiments, api.target
        self._server_counts: bool | None = None  # unknown until counters fail to arrive

    def read(self, experiment: Json) -> Counts:
        return {
            variant["id"]: (_integer(variant, "impressions"), _integer(variant, "clicks"))
            for variant in self._experiments.read(experiment["uid"])["variants"]
        }

    def raise_to(self, experiment: Json, expected: Counts) -> None:
        """Send the events that bring a running experiment's counters from 0 to this."""
        events = [
            event(experiment, name, id_)
            for id_, (impressions, clicks) in expected.items()
            for name in ["impression"] * impressions + ["click"] * clicks
        ]
        self._api.send_events(events)
        try:
            self.assert_counts(experiment, expected)
        except pytest.fail.Exception as failure:
            raise Blocked("events.batch-counts", *details_of(failure)) from None

    def assert_counts(self, experiment: Json, expected: Counts) -> None:
        """Assert that the counters arrive at exactly this."""
        totals = total(expected)
        reached = self.wait_for(experiment, lambda now: total(now) >= totals, expected)
        assert_counters_equal(reached, expected)

    def assert_totals(self, experiment: Json, impressions: int, clicks: int) -> None:
        """Assert that the counters of all variants together arrive at exactly this."""
        expected = (impressions, clicks)
        reached = self.wait_for(
            experiment, lambda now: total(now) >= expected, {ALL_VARIANTS: expected}
        )
        assert_counters_equal({ALL_VARIANTS: total(reached)}, {ALL_VARIANTS: expected})

    def assert_counts_now(self, experiment: Json, expected: Counts) -> None:
        """Assert the counters without waiting for them."""
        assert_counters_equal(self.read(experiment), expected)

    def assert_nothing_counted(self, running: Json) -> None:
        """Send one more event, and assert that of all events so far only this one is counted."""
        assert_events_accepted(self._api.send_events(event(running, "impression", "v1")), 1)
        self.assert_counts(running, {"v0": (0, 0), "v1": (1, 0)})

    def wait_for(
        self, experiment: Json, arrived: Callable[[Counts], bool], expected: str | Counts
    ) -> Counts:
        """Return the counters once they have arrived.

        Skip the test on a server whose counters never move within the settle time: the docs do
        not say when they do.
        """
        first, now = self._poll(experiment, arrived, STEADY_READS)
        if arrived(now):
            return now
        # Only counters that never move at all are excused: a wrong number is a failure.
        seconds = f"{self.target.settle:g} s"
        never_moved = now == first and not _any_above_zero(now)
        if never_moved and self.target.level == "documented" and not self._counts_in_time():
            pytest.skip(
                f"no counter moved within {seconds}; raise --settle if this server counts later"
            )
        if isinstance(expected, str):
            raise Unexpected(Detail(expected=f"{expected} within {seconds}", actual=str(now)))
        shown = {ALL_VARIANTS: total(now)} if ALL_VARIANTS in expected else now
        assert_counters_equal(shown, expected, f" within {seconds}")
        raise Unexpected(Detail(f"the counters changed after {seconds}"))

    def _poll(
        self, experiment: Json, arrived: Callable[[Counts], bool], steady_reads: int
    ) -> tuple[Counts, Counts]:
        """Return the first counters, and those after they arrived or the time was over."""
        first = now = self.read(experiment)
        # Counters that have never moved on this server are not waited for again.
        is_in_vain = self._server_counts is False and not _any_above_zero(first)
        deadline = time.monotonic() + (0 if is_in_vain else self.target.settle)
        in_a_row = int(arrived(now))
        while in_a_row < steady_reads and (in_a_row or time.monotonic() < deadline):
            if not in_a_row:
                time.sleep(0.1)
            now = self.read(experiment)
            in_a_row = in_a_row + 1 if arrived(now) else 0
        return first, now

    def _counts_in_time(self) -> bool:
        """Return True if any event, click or pixel moves a counter. Found out once."""
        if self._server_counts is None:
            running = self._experiments.create_clickable()
            for name in ("impression", "click"):
                self._api.send_events(event(running, name))
            self._api.load_pixel(running["slug"])
            self._api.click(running["slug"])
            _, reached = self._poll(running, _any_above_zero, steady_reads=1)
            self._server_counts = _any_above_zero(reached)
            self._api.remove(running["uid"])
        return self._server_counts


def _any_above_zero(counts: Counts) -> bool:
    return any(map(any, counts.values()))


def _integer(variant: Json, counter: str) -> int:
    value = variant.get(counter, 0)
    if not isinstance(value, int):
        raise Unexpected(Detail(expected=f"a whole number as {counter}", actual=repr(value)))
    return value
