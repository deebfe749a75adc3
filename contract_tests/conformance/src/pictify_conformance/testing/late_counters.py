"""Counters that came to the right number are read once more at the end of the run: what was sent once counts once."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from pictify_conformance.results.findings import Finding, Outcome
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Counters, Lab
from pictify_conformance.testing.failures import Blocked, details_of
from pictify_conformance.testing.plan_limits import is_unlimited


class Keeper(Lab):
    """A bench that keeps the experiments that were counted on it to the end of the run."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.has_room = is_unlimited(self.quota(), "ab_test")
        """Whether what is kept takes no slot that a test may need."""
        self._test, self._rules = "", [""]
        self._reached: dict[str, tuple[str, list[str], Counters]] = {}

    def serve(self, test: str, rules: list[str]) -> None:
        """Keep what this test of these rules counts."""
        self._test, self._rules = test, rules

    def settled(self, uid: str, arrived: Callable[[Counters], bool], what: str) -> Counters:
        """The counters once they have arrived, which are remembered."""
        now = super().settled(uid, arrived, what)
        self._reached[uid] = self._test, self._rules, now
        return now

    def counted_again(self) -> Iterator[Finding]:
        """What counters that have risen since say about the rules of their tests."""
        for uid, (test, rules, before) in self._reached.items():
            try:
                now = self.counters(uid)
                risen = {
                    id_: now[id_]
                    for id_ in before
                    if id_ in now and _is_more(now[id_], before[id_])
                }
                assertions.same(
                    risen,
                    {},
                    f"the counters at the end of the run, which were {before} and right before",
                )
            except (Blocked, pytest.fail.Exception) as failure:
                blocked_by = failure.rule if isinstance(failure, Blocked) else None
                for rule in rules:
                    yield Finding(rule, Outcome.fail, details_of(failure), blocked_by, test)
            except httpx.TransportError:
                return  # what is left behind is told by whoever clears up


def _is_more(now: tuple[int, int], before: tuple[int, int]) -> bool:
    return now[0] > before[0] or now[1] > before[1]
