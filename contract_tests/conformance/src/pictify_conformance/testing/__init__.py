"""Shared by the rule tests: an API client, experiments, counters and assertions."""

from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.counters import Counters
from pictify_conformance.testing.experiments import Experiments
from pictify_conformance.testing.team import Team

__all__ = ["ApiClient", "Counters", "Experiments", "Team"]
