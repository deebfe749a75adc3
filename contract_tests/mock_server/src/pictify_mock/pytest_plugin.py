"""The pytest fixtures of the mock.

pytest imports this module in every run, so nothing else of the mock is imported before a test asks
for it.
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
    """Serve a mock of the Pictify Experiments API for the whole run, or for an xdist worker."""
    from pictify_mock.testing import MockServer

    with MockServer() as server:
        yield server


@pytest.fixture
def pictify_mock(pictify_mock_server: MockServer) -> MockServer:
    """Reset the mock of the run: its `url`, `api_key`, `write_key`, `clock` and `faults`."""
    pictify_mock_server.reset()
    return pictify_mock_server


@pytest.fixture
def pictify_mock_app() -> ASGIApp:
    """Create the mock as an ASGI application, such as for `httpx.ASGITransport`."""
    from pictify_mock import development
    from pictify_mock.app import create_app

    return create_app([development.team()])


@pytest.fixture
def pictify(pictify_mock: MockServer) -> Iterator[Any]:
    """Return a `pictify_experiments.PictifyExperiments` of the mock, with both keys."""
    client = _client_package("pictify")
    with import_module("httpx").Client(trust_env=False) as http:  # without a proxy
        yield client.PictifyExperiments(
            pictify_mock.api_key,
            base_url=pictify_mock.url,
            write_key=pictify_mock.write_key,
            http_client=http,
        )


@pytest.fixture
def async_pictify(pictify_mock: MockServer) -> Iterator[Any]:
    """Return a `pictify_experiments.AsyncPictifyExperiments` of the mock, with both keys.

    A test may use it in several event loops, one after the other.
    """
    client = _client_package("async_pictify")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1", prepend=",")  # no proxy stands between
        yield client.AsyncPictifyExperiments(
            pictify_mock.api_key, base_url=pictify_mock.url, write_key=pictify_mock.write_key
        )


def _client_package(fixture: str) -> ModuleType:
    try:
        return import_module("pictify_experiments")
    except ImportError:
        pytest.fail(
            f"the fixture {fixture} needs the client: pip install pictify-experiments",
            pytrace=False,
        )
