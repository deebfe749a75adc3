"""The entry point of pytest: it adds the options. The hooks of a run are in judge.py."""

import sys

import pytest

from pictify_conformance.judge import Judge, register_markers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command, and rewrite the assertions of the rules."""
    from pictify_conformance import plain_pytest

    if "pictify_conformance.rules" not in sys.modules:  # pytest warns if it is imported already
        pytest.register_assert_rewrite("pictify_conformance.rules")
    plain_pytest.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set up judging if a user or pytest-xdist called pytest. The command does so itself."""
    if not any(isinstance(plugin, Judge) for plugin in config.pluginmanager.get_plugins()):
        from pictify_conformance import plain_pytest

        register_markers(config)
        plain_pytest.configure(config)
