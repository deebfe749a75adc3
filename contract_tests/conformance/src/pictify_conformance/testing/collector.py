"""Keys of pytest's stash, by which the rules reach the plugin that runs them."""

from pathlib import Path
from typing import Any, Protocol

import pytest

from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import Witness
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.target import Target


class Collector(Witness, Protocol):
    """Collects what the tests find."""

    pace: Pace
    limit: TimeLimit
    guard: Guard | None
    """The guard of the tests, once they have begun."""

    journal: Path | None
    """The file in which the guard notes what is about to be created."""

    def find(self, rule: str, outcome: Outcome, *details: Detail, **more: Any) -> None:
        """Record what was found about a rule, if the rule is judged at all."""

    def note_left_behind(self) -> None:
        """Record what the run has made and not removed so far."""


TARGET = pytest.StashKey[Target]()
COLLECTOR = pytest.StashKey[Collector]()
