"""What the control paths work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exchanges import Exchanges
from .faults import Faults

if TYPE_CHECKING:
    from collections.abc import Collection

    from contract_tests.mock_server.handlers.call import World

    from .clock import DrivenClock


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
