"""What all tests of the suite share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings


@pytest.fixture(autouse=True)
def _hypothesis_profile() -> Iterator[None]:
    """Leave Hypothesis as it was: a run inside a test loads a profile of its own."""
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)
