"""The state of the application, and the context of one request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.types import Scope

from pictify_mock.domain.clock import Clock
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.events import CountedEvent
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.rate_windows import Windows
from pictify_mock.domain.teams import Team
from pictify_mock.domain.visit import Visit
from pictify_mock.http.request_body import Headers
from pictify_mock.optimiser import Optimiser
from pictify_mock.storage.memory import Store

FORWARDED_FOR = b"x-forwarded-for"
EXPERIMENT = "mock.experiment"  # a key of the scope: the experiment that the request names


class ForcedVariant(NamedTuple):
    """The variant that a test wants to see, and where its request says so."""

    field: str
    variant_id: str


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything that outlives a request. It has the only clock and the only random numbers."""

    teams: Sequence[Team]
    store: Store
    clock: Clock
    rng: Random
    trust_forwarded: bool = False
    windows: Windows | None = None  # None without rate limits
    # Reads the variant that a test forces; None without control
    forced_variant: Callable[[Scope, Headers], ForcedVariant | None] | None = None
    optimiser: Optimiser = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "optimiser", Optimiser(self.store, self.clock))


@dataclass(slots=True)
class RequestContext:
    """One request. `team` is the owner of its key, `body` its JSON for operations with a body."""

    app_state: AppState
    scope: Scope
    headers: Headers
    team: Team | None
    body: Any = None

    @property
    def store(self) -> Store:
        return self.app_state.store

    @property
    def now(self) -> datetime:
        return self.app_state.clock()

    @property
    def owner(self) -> Team:
        """The team of a management operation, which always authenticates."""
        assert self.team is not None
        return self.team

    @property
    def slug(self) -> str:
        return self.parameter("slug")

    def parameter(self, name: str) -> str:
        return str(self.scope["path_params"][name])

    @property
    def counts(self) -> bool:
        # HEAD gets the headers of GET, but must not change anything.
        return str(self.scope["method"]) != "HEAD"

    @property
    def forced_variant(self) -> ForcedVariant | None:
        read = self.app_state.forced_variant
        return None if read is None else read(self.scope, self.headers)

    def experiment(self) -> Experiment:
        """Return the team's experiment that the path names. Another team's is just as unknown."""
        found = self.store.by_uid(self.scope["path_params"]["uid"])
        if found is None or found.team is not self.team:
            raise not_found("uid")
        return found

    async def record(self, events: Sequence[CountedEvent]) -> None:
        """Count and keep events, and let their bandits learn from them."""
        self.store.record(events)
        optimiser = self.app_state.optimiser
        draws = optimiser.begin({target.experiment for target, _ in events})
        if draws:
            # First, so that no draw hides that the count was rolled back
            await self.store.saved()
            await optimiser.finish(draws)

    def visit(self) -> Visit:
        query = self.scope["query_string"].decode("latin-1")
        parameters = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        return Visit(self._address(), self.headers, parameters, self.now)

    def _address(self) -> str:
        if self.app_state.trust_forwarded:
            forwarded = [value for name, value in self.scope["headers"] if name == FORWARDED_FOR]
            first = b",".join(forwarded).decode("latin-1").split(",")[0].strip()
            if first:
                return _without_port(first)
        client = self.scope.get("client")
        return client[0] if client else ""


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    # More than one colon is an IPv6 address.
    return address.partition(":")[0] if address.count(":") == 1 else address


def not_found(name: str) -> Refusal:
    detail = f"path.{name}: names no experiment that can be seen here; check it."
    return Refusal("experiment-not-found", detail)
