"""The mock, and a client that the two ways of calling share."""

import asyncio
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TypeAlias

import attrs
import pytest
from pictify_experiments import AuthenticatedClient, Client

from contract_tests import own_mock
from contract_tests.target import Target

Call: TypeAlias = Callable[..., Any]


@pytest.fixture(scope="session")
def mock() -> Iterator[Target]:
    """Our mock with a team of its own."""
    with own_mock.running() as target:
        yield target


@pytest.fixture
def client(mock: Target) -> Iterator[AuthenticatedClient]:
    """A client with the team's key."""
    with AuthenticatedClient(base_url=mock.base_url, token=mock.api_key) as client:
        yield client


@pytest.fixture
def visitor(mock: Target) -> Client:
    """A client without a key."""
    return Client(base_url=mock.base_url, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"})


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Calls an operation's module with a client of its own, synchronously or in an event loop."""

    def sync(operation: ModuleType, *arguments: Any, client: Client, detailed: bool = False, **named: Any) -> Any:
        function = operation.sync_detailed if detailed else operation.sync
        with attrs.evolve(client) as fresh:
            return function(*arguments, client=fresh, **named)

    async def awaited(
        operation: ModuleType, *arguments: Any, client: Client, detailed: bool = False, **named: Any
    ) -> Any:
        function = operation.asyncio_detailed if detailed else operation.asyncio
        async with attrs.evolve(client) as fresh:
            return await function(*arguments, client=fresh, **named)

    if request.param == "sync":
        return sync
    return lambda *arguments, **named: asyncio.run(awaited(*arguments, **named))
