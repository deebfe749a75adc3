"""Plays many games in orders that Hypothesis chooses, and shortens the one that fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, reject, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from contract_tests.lab import Lab
from contract_tests.model.calls import KINDS, NOBODY, Call, Calls
from contract_tests.model.counting import Patience
from contract_tests.model.game import Game
from contract_tests.model.steps import Breach

T = TypeVar("T")
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


def play(teams: Sequence[Lab], games: int) -> Breach | None:
    """Play games until one fails; the breach comes with the few calls that it takes."""
    if not Game(*teams).room():
        pytest.skip("the plan has no slot left for an experiment of this type: free one or use a larger plan")
    failed, patience = Failed(), Patience(WAITS * teams[0].target.settle)
    try:
        run_state_machine_as_test(
            lambda: Player(teams, failed, patience),  # type: ignore[arg-type]  # a factory is documented
            settings=settings(played, max_examples=games),
        )
    except Exception:  # whatever Hypothesis makes of a failure that it is not let repeat
        if failed.error is None:
            raise
    if isinstance(failed.error, Breach):
        return shortened(failed.error, failed.calls, teams, patience)
    if failed.error:
        raise failed.error
    return None


class Player(RuleBasedStateMachine):
    """Chooses each call from those that the model's present state has."""

    def __init__(self, teams: Sequence[Lab], failed: Failed, patience: Patience) -> None:
        super().__init__()
        if failed.error:
            reject()
        self.calls, self.failed = Calls(teams, patience), failed

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Make the first experiment."""
        self._make(_any(data, _any(data, self.calls.options("create", NOBODY))))

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Make one more call."""
        live = self.calls.live()
        number = _any(data, live) if live else NOBODY
        options = {kind: self.calls.options(kind, number) for kind in dict.fromkeys(KINDS)}
        kind = _any(data, [kind for kind in KINDS if options[kind]])
        self._make(_any(data, _any(data, options[kind])))

    def _make(self, call: Call) -> None:
        try:
            self.calls.make(call)
        except (Breach, httpx.TransportError) as error:
            self.failed.calls, self.failed.error = self.calls.made, error
            raise

    def teardown(self) -> None:
        """Delete what the game made."""
        self.calls.end()


def _any(data: st.DataObject, choices: Sequence[T]) -> T:
    return data.draw(st.sampled_from(choices))


def shortened(breach: Breach, calls: Sequence[Call], teams: Sequence[Lab], patience: Patience) -> Breach:
    """The breach after as few calls as it takes: each one is left out that it comes without, the last one first."""
    for index in reversed(range(len(calls) - 1)):
        fewer = [*calls[:index], *calls[index + 1 :]]
        found = replayed(fewer, teams, patience)
        if found and found.rule == breach.rule:
            breach, calls = found, fewer
    return breach


def replayed(calls: Iterable[Call], teams: Sequence[Lab], patience: Patience) -> Breach | None:
    """What comes of calls that were chosen before; those that make no sense any more are left out."""
    game = Calls(teams, patience)
    try:
        for call in calls:
            if game.can(call):
                game.make(call)
    except Breach as breach:
        return breach
    finally:
        game.end()
    return None
