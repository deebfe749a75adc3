"""The mock in this process, and one object that calls the client in both of its ways."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import settings
from pictify_experiments import AsyncPictifyExperiments, PictifyExperiments, RetryPolicy
from pictify_experiments.models import (
    CreateExperimentRequest,
    Experiment,
    ExperimentType,
    GoalConfigInput,
    GoalType,
    VariantInput,
)

from pictify_mock import MockServer

DESTINATION = "https://shop.example.com/summer?utm=1#top"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
AT_ONCE = RetryPolicy(initial_delay=0)
serial = itertools.count(1)

settings.register_profile("short", max_examples=60, deadline=None, database=None)
settings.register_profile("long", max_examples=10_000, deadline=None, database=None)
settings.load_profile("short")  # unless --hypothesis-profile names another


class Awaited:
    """An asynchronous client whose methods are awaited for the caller."""

    def __init__(self, wrapped: Any, runner: asyncio.Runner) -> None:
        self._wrapped = wrapped
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._wrapped, name)
        if name in ("with_raw_response", "with_options"):
            return Awaited(found, self._runner) if name == "with_raw_response" else self._copy
        return lambda *arguments, **named: self._runner.run(settled(found(*arguments, **named)))

    def _copy(self, **options: Any) -> "Awaited":
        return Awaited(self._wrapped.with_options(**options), self._runner)


async def settled(result: Any) -> Any:
    return [item async for item in result] if hasattr(result, "__aiter__") else await result


Open = Callable[..., Any]


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    """Our mock."""
    with MockServer() as server:
        yield server


@pytest.fixture
def control(server: MockServer) -> Iterator[httpx.Client]:
    """The mock's control paths. The mock is reset before and after."""
    with httpx.Client(base_url=f"{server.url}/_mock") as control:
        control.post("/reset", json={})
        yield control
        control.post("/reset", json={})


@pytest.fixture(params=["sync", "async"])
def open_client(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Makes clients, synchronous or asynchronous, that are closed after the test."""
    with asyncio.Runner() as runner, closing() as opened:

        def open_one(*arguments: Any, transport: Any = None, **named: Any) -> Any:
            if request.param == "sync":
                if transport:
                    named["http_client"] = httpx.Client(transport=transport)
                opened.append(client := PictifyExperiments(*arguments, **named))
                return client
            if transport:
                named["http_client"] = httpx.AsyncClient(transport=transport)
            opened.append(awaited := Awaited(AsyncPictifyExperiments(*arguments, **named), runner))
            return awaited

        yield open_one


@contextmanager
def closing() -> Iterator[list[Any]]:
    opened: list[Any] = []
    yield opened
    for client in opened:
        client.close()


@pytest.fixture
def pictify(open_client: Open, server: MockServer, control: httpx.Client) -> Any:  # noqa: ARG001 - the mock is reset
    """A client of the mock with both keys, sync or async, that retries at once."""
    return open_client(
        server.api_key, base_url=server.url, write_key=server.write_key, retries=AT_ONCE
    )


def request(**fields: Any) -> CreateExperimentRequest:
    """A valid create with a slug of its own."""
    base: dict[str, Any] = {
        "name": "Client test",
        "type": ExperimentType.AB_TEST,
        "slug": f"client-test-{next(serial)}",
        "variants": [VariantInput(id="a", weight=5000), VariantInput(id="b", weight=5000)],
        "goal_config": GoalConfigInput(type=GoalType.CLICK_THROUGH, destination_url=DESTINATION),
    }
    return CreateExperimentRequest(**{**base, **fields})


@pytest.fixture
def draft(pictify: Any) -> Experiment:
    """A draft with a destination."""
    made: Experiment = pictify.create_experiment(request())
    return made


@pytest.fixture
def running(pictify: Any, draft: Experiment) -> Experiment:
    """A running experiment with a destination."""
    started: Experiment = pictify.start_experiment(draft.uid)
    return started


def answering(status: int = 200, **parts: Any) -> httpx.MockTransport:
    """A server that gives this one answer."""
    return httpx.MockTransport(lambda _: httpx.Response(status, **parts))
