"""A stateful mock server of the Pictify Experiments API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pictify_mock.version import __version__ as __version__

if TYPE_CHECKING:
    from pictify_mock.testing import MockServer as MockServer


def __getattr__(name: str) -> object:
    """Import `MockServer` on demand, so that importing the package loads no part of the server."""
    if name != "MockServer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pictify_mock.testing import MockServer

    return MockServer
