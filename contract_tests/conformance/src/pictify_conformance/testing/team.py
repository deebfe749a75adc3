"""One team on the target, with all that tests do in its name."""

import httpx

from pictify_conformance.http.write_guard import Guard
from pictify_conformance.target import Target
from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.counters import Counters
from pictify_conformance.testing.experiments import Experiments


class Team:
    """A team's client, and the helpers that use it."""

    def __init__(self, target: Target, client: httpx.Client, guard: Guard, api_key: str) -> None:
        self.target = target
        self.api = ApiClient(target, client, guard, api_key)
        self.experiments = Experiments(self.api)
        self.counters = Counters(self.api, self.experiments)
