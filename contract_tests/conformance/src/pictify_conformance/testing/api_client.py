"""The thirteen operations of the API as one team calls them."""

import copy
import json
from contextlib import suppress
from typing import Any, Self

import httpx
import pytest

from pictify_conformance.http.write_guard import API, Guard
from pictify_conformance.results.operations import NOT_IMPLEMENTED
from pictify_conformance.target import Target
from pictify_conformance.testing.responses import fail

DELETED_STATUSES = (200, 204, 404, 410)
DELETE = "deleteExperiment"
MAX_LEFT = 185  # experiments, on a server that deletes none
MAX_TRIED = 150  # of them, until then also by tests of creates


class ApiClient:
    """Sends requests with a team's key. It remembers what it created, for `remove_created`."""

    def __init__(self, target: Target, client: httpx.Client, guard: Guard, api_key: str) -> None:
        self.target, self.client, self.guard = target, client, guard
        self.headers = {"Authorization": f"Bearer {api_key}"}
        self.created: list[str] = []
        self.undeleted: list[str] = []
        """Uids whose deletion failed."""

    def with_headers(self, **headers: str) -> Self:
        """Return a client that sends these headers in place of the team's key."""
        other = copy.copy(self)
        other.headers = headers
        return other

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        try:
            return self.client.request(method, path, headers=headers, **options)
        except UnicodeEncodeError:  # of a value that the server showed
            fail("texts without lone surrogates in earlier answers")

    def require(self, *operation_ids: str) -> None:
        """Skip the test if an operation that it needs is not implemented."""
        for operation_id in operation_ids:
            is_left_out = operation_id in self.target.without
            if is_left_out or self.guard.operations.is_missing(operation_id):
                pytest.skip(NOT_IMPLEMENTED.format(operation_id))

    def require_deletion(self, limit: int = MAX_LEFT) -> None:
        """Skip the test if so much is left on a server that deletes nothing."""
        is_accepted = DELETE in self.target.without
        if len(self.undeleted) >= limit and not is_accepted and not self._has_deleted:
            left = f"{len(self.undeleted)} experiments could not be deleted"
            pytest.skip(f"{left}, so no more are created; --without {DELETE} creates them")

    @property
    def _has_deleted(self) -> bool:
        return any(200 <= status < 300 for status in self.guard.delete_statuses)

    def list_experiments(self, **query: Any) -> httpx.Response:
        return self.request("GET", API, params=query)

    def create(self, body: Any = None, **options: Any) -> httpx.Response:
        """Create an experiment from a body, or from the options of httpx in its place."""
        self.require_deletion()
        before = len(self.guard.created)
        response = self.request("POST", API, **(options or {"json": body}))
        self.created += self.guard.created[before:]
        return response

    def get(self, uid: str) -> httpx.Response:
        return self.request("GET", f"{API}/{uid}")

    def update(self, uid: str, body: Any) -> httpx.Response:
        return self.request("PUT", f"{API}/{uid}", json=body)

    def delete(self, uid: str) -> httpx.Response:
        return self.request("DELETE", f"{API}/{uid}")

    def start(self, uid: str) -> httpx.Response:
        return self.request("POST", f"{API}/{uid}/start")

    def pause(self, uid: str) -> httpx.Response:
        return self.request("POST", f"{API}/{uid}/pause")

    def complete(self, uid: str, winner: Any = "v0") -> httpx.Response:
        return self.request("POST", f"{API}/{uid}/complete", json={"winnerVariantId": winner})

    def get_quota(self) -> httpx.Response:
        return self.request("GET", f"{API}/quota")

    def send_events(self, body: Any, **headers: str) -> httpx.Response:
        """Send one event or an array of them, without the team's key."""
        return self.client.post("/s/events", json=body, headers=headers)

    def send_beacon(
        self, body: Any, media_type: str = "text/plain;charset=UTF-8"
    ) -> httpx.Response:
        """Send events as text, as navigator.sendBeacon does."""
        content, headers = json.dumps(body), {"Content-Type": media_type}
        return self.client.post("/s/events", content=content, headers=headers)

    def click(self, slug: str, **options: Any) -> httpx.Response:
        return self.client.get(f"/s/{slug}/click", **options)

    def load_pixel(self, slug: str, **options: Any) -> httpx.Response:
        return self.client.get(f"/s/{slug}/pixel.gif", **options)

    def load_image(self, slug: str, format_: str = "png", **options: Any) -> httpx.Response:
        return self.client.get(f"/s/{slug}.{format_}", **options)

    def remove(self, uid: str) -> bool:
        """Delete one experiment, pausing it first if necessary. Return True if it is gone."""
        if self.guard.operations.is_missing(DELETE):
            return False
        for prepare in (None, self.pause):
            # If one experiment cannot be removed, the others still have to be.
            with suppress(Exception):
                if prepare:
                    prepare(uid)
                if self.delete(uid).status_code in DELETED_STATUSES:
                    self.guard.note_removed(uid)
                    return True
        return False

    def remove_created(self) -> None:
        """Delete what this client created, newest first."""
        while self.created:
            uid = self.created.pop()
            if not self.remove(uid):
                self.undeleted.append(uid)
