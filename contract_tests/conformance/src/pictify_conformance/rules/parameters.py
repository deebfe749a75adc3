"""Parameter sets of tests that judge a rule for each set."""

from typing import Any

import pytest


def of_rule(rule: str, *values: Any, **options: Any) -> Any:
    """Return a parameter set that judges this rule."""
    return pytest.param(*values, marks=pytest.mark.rule(rule), **options)
