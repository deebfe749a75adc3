"""The objects that the control paths work on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from pictify_mock.api.context import AppState
from pictify_mock.control.clock import AdjustableClock
from pictify_mock.control.fault_injection import Faults
from pictify_mock.control.request_log import RequestLog
from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.teams import Team


@dataclass(slots=True)
class ControlContext:
    app_state: AppState
    clock: AdjustableClock
    faults: Faults
    request_log: RequestLog
    paths: Collection[str]  # of the API, for the links of the dashboard
    start: bytes | None = None  # the JSON of the state at the start
    start_seed: int | None = None
    seed: int | None = None

    @classmethod
    def of(cls, app_state: AppState, clock: AdjustableClock, paths: Collection[str]) -> Self:
        return cls(app_state, clock, Faults(app_state.teams), RequestLog(app_state.teams), paths)

    def reseed(self, seed: int | None) -> None:
        """Start the random numbers of this seed, or unpredictable ones."""
        self.seed = seed
        self.app_state.rng.seed(seed)

    def team(self, index: int) -> Team:
        teams = self.app_state.teams
        if index >= len(teams):
            message = f"names no team; send 0 to {len(teams) - 1}, in the order of --api-key"
            raise invalid_field("/team", message, "invalid_value")
        return teams[index]
