"""What the control paths work on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from pictify_mock.api.context import AppState
from pictify_mock.control.clock import DrivenClock
from pictify_mock.control.fault_injection import Faults
from pictify_mock.control.request_log import Exchanges


@dataclass(slots=True)
class ControlContext:
    """`paths` are those of the API, so that the page links to nothing that is not there."""

    app_state: AppState
    clock: DrivenClock
    faults: Faults
    exchanges: Exchanges
    paths: Collection[str]
    seed: int | None = None

    @classmethod
    def of(cls, app_state: AppState, clock: DrivenClock, paths: Collection[str]) -> Self:
        return cls(app_state, clock, Faults(app_state.teams), Exchanges(app_state.teams), paths)
