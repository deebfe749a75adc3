"""The objects that the control paths work on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from starlette.types import Scope

from pictify_mock.api.context import AppState
from pictify_mock.control.clock import AdjustableClock
from pictify_mock.control.fault_injection import Fault, Faults
from pictify_mock.control.request_log import RequestLog
from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.teams import Team
from pictify_mock.http.request_body import Headers


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
        faults = Faults(app_state.teams, app_state.rng)
        request_log = RequestLog(app_state.teams, app_state.store)
        return cls(app_state, clock, faults, request_log, paths)

    def begin(self, scope: Scope, headers: Headers) -> Fault | None:
        """Note the experiment of a request to the API, and return the fault that it gets."""
        self.request_log.note_experiment(scope)
        return self.faults.take(scope, headers) if self.faults else None

    def reseed(self, seed: int | None) -> None:
        """Start the random numbers of this seed, or unpredictable ones."""
        self.seed = seed
        self.app_state.rng.seed(seed)

    def team(self, index: int, field: str = "/team") -> Team:
        teams = self.app_state.teams
        if index >= len(teams):
            message = f"is {index}; send 0 to {len(teams) - 1}, in the order of --api-key"
            raise invalid_field(field, message, "invalid_value")
        return teams[index]
