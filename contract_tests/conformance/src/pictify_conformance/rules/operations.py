"""The management operations by name, for tests of all of them."""

from functools import partial
from typing import Any

import httpx

from pictify_conformance.testing import ApiClient

ON_EXPERIMENT = ("get", "update", "delete", "start", "pause", "complete")
MANAGEMENT = ("list", "create", "quota", *ON_EXPERIMENT)


def call(api: ApiClient, name: str, uid: str, body: Any = None) -> httpx.Response:
    """Call the operation of this name, of the experiment of this uid. `body` is for a create."""
    calls = {
        "list": partial(api.list_experiments),
        "create": partial(api.create, body),
        "quota": partial(api.get_quota),
        "get": partial(api.get, uid),
        "update": partial(api.update, uid, {"name": f"Renamed {uid}"}),
        "delete": partial(api.delete, uid),
        "start": partial(api.start, uid),
        "pause": partial(api.pause, uid),
        "complete": partial(api.complete, uid),
    }
    return calls[name]()
