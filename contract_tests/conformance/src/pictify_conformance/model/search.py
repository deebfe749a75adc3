"""Plays many games in orders that Hypothesis chooses, and shortens the one that fails."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, reject, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from pictify_conformance.model.actions import KINDS, NOBODY, Call, Calls, Slots
from pictify_conformance.model.counters import Patience
from pictify_conformance.model.executor import slots_of
from pictify_conformance.model.trace import Breach
from pictify_conformance.testing.team import Team

T = TypeVar("T")
LARGEST = 2**32 - 1
WAITS = 3  # settle times that all games together may wait for counters
played = settings(
    stateful_step_count=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Failed:
    """How the first game that failed went."""

    calls: Sequence[Call] = ()
    error: Breach | httpx.TransportError | None = None


def play(teams: Sequence[Team], games: int) -> Breach | None:
    """Play games until one fails; the breach comes with the few calls that it takes."""
    slots = {team: slots_of(team) for team in teams}
    if all(free < 1 for free in slots.values()):
        pytest.skip(
            "the plan has no slot left for an experiment of this type: free one or use a larger plan"
        )
    failed, patience = Failed(), Patience(WAITS * teams[0].target.settle)
    try:
        run_state_machine_as_test(
            lambda: Player(slots, failed, patience),  # type: ignore[arg-type]  # a factory is documented
            settings=settings(played, max_examples=games),
        )
    except Exception:  # whatever Hypothesis makes of a failure that it is not let repeat
        if failed.error is None:
            raise
    if isinstance(failed.error, Breach):
        return shortened(failed.error, failed.calls, slots, patience)
    if failed.error:
        raise failed.error
    return None


class Player(RuleBasedStateMachine):
    """Chooses each call from those that the model's present state has."""

    def __init__(self, slots: Slots, failed: Failed, patience: Patience) -> None:
        super().__init__()
        if failed.error:
            reject()
        self.calls, self.failed = Calls(slots, patience), failed

    @initialize(chance=st.integers(0, LARGEST).map(random.Random))
    def begin(self, chance: random.Random) -> None:
        """Make the first experiment. One drawn number makes a game: step by step Hypothesis would repeat itself."""
        self.chance = chance
        self._make(self._any(self._any(self.calls.options("create", NOBODY))))

    @rule()
    def go_on(self) -> None:
        """Make one more call."""
        live = self.calls.live()
        number = self._any(live) if live else NOBODY
        options = {kind: self.calls.options(kind, number) for kind in dict.fromkeys(KINDS)}
        kind = self._any([kind for kind in KINDS if options[kind]])
        self._make(self._any(self._any(options[kind])))

    def _any(self, choices: Sequence[T]) -> T:
        return self.chance.choice(choices)

    def _make(self, call: Call) -> None:
        try:
            self.calls.make(call)
        except (Breach, httpx.TransportError) as error:
            self.failed.calls, self.failed.error = self.calls.made, error
            raise

    def teardown(self) -> None:
        """Delete what the game made."""
        self.calls.end()


def shortened(breach: Breach, calls: Sequence[Call], slots: Slots, patience: Patience) -> Breach:
    """The breach after as few calls as it takes: each one is left out that it comes without, the last one first."""
    for index in reversed(range(len(calls) - 1)):
        fewer = [*calls[:index], *calls[index + 1 :]]
        found = replayed(fewer, slots, patience)
        if found and found.rule == breach.rule:
            breach, calls = found, fewer
    return breach


def replayed(calls: Iterable[Call], slots: Slots, patience: Patience) -> Breach | None:
    """What comes of calls that were chosen before; those that make no sense any more are left out."""
    game = Calls(slots, patience)
    try:
        for call in calls:
            if fitted := game.fitted(call):
                game.make(fitted)
    except Breach as breach:
        return breach
    finally:
        game.end()
    return None
