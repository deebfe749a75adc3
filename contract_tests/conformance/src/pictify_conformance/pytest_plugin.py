"""The pytest plugin that lets any pytest run the rules: hooks only."""

import sys

import pytest

from pictify_conformance.judge import Judge, know_markers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of the command, and explain the assertions of the rules."""
    from pictify_conformance import plain_pytest  # which makes a judge

    if "pictify_conformance.rules" not in sys.modules:  # or else pytest warns that it is too late
        pytest.register_assert_rewrite("pictify_conformance.rules")
    plain_pytest.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Judge as the command does where pytest was called by hand, or by pytest-xdist."""
    if not any(isinstance(plugin, Judge) for plugin in config.pluginmanager.get_plugins()):
        from pictify_conformance import plain_pytest

        know_markers(config)
        plain_pytest.begin(config)
