from __future__ import annotations

from ..types import OpenEnum


class ExperimentType(OpenEnum):
    """How a viewer's variant is found."""

    AB_TEST = "ab_test"
    SMART_LINK = "smart_link"
    SCHEDULED = "scheduled"
