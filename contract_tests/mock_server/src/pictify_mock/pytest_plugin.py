"""Fixtures of the mock for pytest, which loads this module by its entry point in every run.

So nothing of the server is imported before a test asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from starlette.types import ASGIApp

    from pictify_mock.testing import MockServer


@pytest.fixture(scope="session")
def pictify_mock_server() -> Iterator[MockServer]:
    """A mock of the Pictify Experiments API for the whole run; under pytest-xdist one a worker."""
    from pictify_mock.testing import MockServer

    with MockServer() as server:
        yield server


@pytest.fixture
def pictify_mock(pictify_mock_server: MockServer) -> MockServer:
    """The mock of the run, reset; with `url`, `api_key`, `write_key`, `clock` and `faults`."""
    pictify_mock_server.reset()
    return pictify_mock_server


@pytest.fixture
def pictify_mock_app() -> ASGIApp:
    """A mock without a socket: an ASGI application, such as for `httpx.ASGITransport`."""
    from pictify_mock import development
    from pictify_mock.app import create_app

    return create_app([development.team()])


@pytest.fixture
def pictify(pictify_mock: MockServer) -> Iterator[Any]:
    """A `pictify_experiments.PictifyExperiments` of the mock, with both of its keys."""
    client = _client_package("pictify")
    with import_module("httpx").Client(trust_env=False) as http:  # no proxy stands between
        yield client.PictifyExperiments(
            pictify_mock.api_key,
            base_url=pictify_mock.url,
            write_key=pictify_mock.write_key,
            http_client=http,
        )


@pytest.fixture
def async_pictify(pictify_mock: MockServer) -> Iterator[Any]:
    """A `pictify_experiments.AsyncPictifyExperiments` of the mock, with both of its keys.

    It keeps no connection between two requests, so that nothing of it outlives the event loop of
    the test, whichever that is.
    """
    client = _client_package("async_pictify")
    httpx = import_module("httpx")
    http = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
    yield client.AsyncPictifyExperiments(
        pictify_mock.api_key,
        base_url=pictify_mock.url,
        write_key=pictify_mock.write_key,
        http_client=http,
    )
    _close(http)


def _client_package(fixture: str) -> ModuleType:
    """Import the client, of which the mock itself knows nothing."""
    try:
        return import_module("pictify_experiments")
    except ImportError:
        pytest.fail(
            f"the fixture {fixture} needs the client: pip install pictify-experiments",
            pytrace=False,
        )


def _close(http: Any) -> None:
    """Close a client in an event loop of its own; in a thread, since this one may have one, too."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, http.aclose()).result()
