from __future__ import annotations

from ..types import OpenEnum


class ExperimentType(OpenEnum):
    """The type of an experiment. It decides which variant a viewer gets."""

    AB_TEST = "ab_test"
    SMART_LINK = "smart_link"
    SCHEDULED = "scheduled"
