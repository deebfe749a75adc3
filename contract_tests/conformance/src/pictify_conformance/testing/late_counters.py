"""Re-reads settled counters at the end of the run, to catch events that are counted twice."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pictify_conformance.results.findings import Finding, Outcome
from pictify_conformance.testing.assertions import assert_equal
from pictify_conformance.testing.failures import Blocked, details_of
from pictify_conformance.testing.payloads import Json
from pictify_conformance.testing.plan_limits import is_unlimited
from pictify_conformance.testing.team import Team


class LateCounterCheck:
    """Keeps experiments to the end of the run, and fails their rules if the counters have risen."""

    def __init__(self, team: Team) -> None:
        self._team = team
        # A kept experiment must not take a slot that a test needs.
        self._has_room = is_unlimited(team.api.get_quota(), "ab_test")
        self._test, self._rules = "", [""]
        self._kept: dict[str, tuple[str, list[str], Any]] = {}  # test, rules, counters by uid

    def start_test(self, test: str, rules: list[str]) -> None:
        """Count what is kept from now on against this test and its rules."""
        self._test, self._rules = test, rules

    def keep(self, experiment: Json) -> None:
        """Keep an experiment whose counters are right now."""
        uid = experiment["uid"]
        if self._has_room and uid in self._team.api.created:
            self._team.api.created.remove(uid)
            self._kept[uid] = self._test, self._rules, self._team.counters.read(experiment)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each rule whose counters have risen since."""
        for uid, (test, rules, before) in self._kept.items():
            try:
                now = self._team.counters.read({"uid": uid})
                risen = {
                    id_: now[id_]
                    for id_ in before.keys() & now.keys()
                    if now[id_][0] > before[id_][0] or now[id_][1] > before[id_][1]
                }
                name = f"the counters at the end of the run, which were {before} and right before"
                assert_equal(risen, {}, name)
            except (Blocked, pytest.fail.Exception) as failure:
                blocked_by = failure.rule if isinstance(failure, Blocked) else None
                for rule in rules:
                    yield Finding(rule, Outcome.fail, details_of(failure), blocked_by, test)
            except httpx.TransportError:
                return  # the clean-up reports what is left

    def remove_kept(self) -> None:
        self._team.api.created += self._kept
        self._team.api.remove_created()
