"""A stateful stand-in for the Pictify Experiments API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pictify_mock.version import __version__ as __version__

if TYPE_CHECKING:
    from pictify_mock.testing import MockServer as MockServer


def __getattr__(name: str) -> object:
    """`MockServer` on demand: the server's parts stay unloaded for those who only ask for the package."""
    if name != "MockServer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pictify_mock.testing import MockServer

    return MockServer
