"""Keys of pytest's stash, by which the rules reach the plugin that runs them."""

from pathlib import Path
from typing import Any, Protocol

import pytest

from pictify_conformance.http.rate_limiter import RateLimiter
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import Recorder
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.target import Target


class Collector(Recorder, Protocol):
    """Collects what the tests find."""

    rate_limiter: RateLimiter
    time_limit: TimeLimit
    guard: Guard | None
    """The guard of the tests, once they have begun."""

    cleanup_log: Path | None
    """The file in which the guard notes what is about to be created."""

    def add_finding(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record a finding about a rule, if the rule is selected."""

    def record_leftovers(self) -> None:
        """Record what the run has created and not removed so far."""


TARGET = pytest.StashKey[Target]()
COLLECTOR = pytest.StashKey[Collector]()
