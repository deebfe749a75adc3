"""Fixtures of the suite's tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from conformance.tests.helpers import Suite


@pytest.fixture(autouse=True)
def _restore_hypothesis_profile() -> Iterator[None]:
    """Restore the profile of Hypothesis, which a run inside a test changes."""
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PICTIFY_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Suite:
    return Suite(tmp_path, capsys)
