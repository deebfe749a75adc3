"""What the control paths work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pictify_mock.control.fault_injection import Faults
from pictify_mock.control.request_log import Exchanges

if TYPE_CHECKING:
    from collections.abc import Collection

    from pictify_mock.api.context import World
    from pictify_mock.control.clock import DrivenClock


@dataclass(slots=True)
class Desk:
    """`paths` are those of the API, so that the page links to nothing that is not there."""

    world: World
    clock: DrivenClock
    faults: Faults
    exchanges: Exchanges
    paths: Collection[str]
    seed: int | None = None

    @classmethod
    def of(cls, world: World, clock: DrivenClock, paths: Collection[str]) -> Desk:
        return cls(world, clock, Faults(world.teams), Exchanges(world.teams), paths)
