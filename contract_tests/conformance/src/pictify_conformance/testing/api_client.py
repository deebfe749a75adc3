"""The thirteen operations as one team calls them."""

import copy
from contextlib import suppress
from typing import Any, Self

import httpx

from pictify_conformance.http.write_guard import API, Guard
from pictify_conformance.target import Target

GONE = (200, 204, 404, 410)


class Team:
    """A team's key on the target. What it creates is noted, so that it can be deleted."""

    def __init__(self, target: Target, client: httpx.Client, guard: Guard, api_key: str) -> None:
        self.target, self.client, self._guard = target, client, guard
        self.headers = {"Authorization": f"Bearer {api_key}"}
        self._made: list[str] = []
        self._kept: list[str] = []
        """What was made and could not be deleted."""

    def with_headers(self, **headers: str) -> Self:
        """The same with these headers in place of the team's key."""
        other = copy.copy(self)
        other.headers = headers
        return other

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request with the team's key, or with the headers given."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def list_experiments(self, **query: Any) -> httpx.Response:
        """listExperiments."""
        return self.request("GET", API, params=query)

    def create(self, body: Any = None, **options: Any) -> httpx.Response:
        """createExperiment, of a body or of what the options hold; what it makes is noted."""
        before = len(self._guard.created)
        response = self.request("POST", API, **(options or {"json": body}))
        self._made += self._guard.created[before:]
        return response

    def get(self, uid: str) -> httpx.Response:
        """getExperiment."""
        return self.request("GET", f"{API}/{uid}")

    def update(self, uid: str, body: Any) -> httpx.Response:
        """updateExperiment."""
        return self.request("PUT", f"{API}/{uid}", json=body)

    def delete(self, uid: str) -> httpx.Response:
        """deleteExperiment."""
        return self.request("DELETE", f"{API}/{uid}")

    def remove(self, uid: str) -> bool:
        """Delete one experiment, pausing it first if it has to be. Return True if it is gone; raise nothing."""
        for change in (None, self.pause):
            with suppress(
                Exception
            ):  # whatever went wrong with this one, the others are to be removed, too
                if change:
                    change(uid)
                if self.delete(uid).status_code in GONE:
                    self._guard.note_removed(uid)
                    return True
        return False

    def start(self, uid: str) -> httpx.Response:
        """startExperiment."""
        return self.request("POST", f"{API}/{uid}/start")

    def pause(self, uid: str) -> httpx.Response:
        """pauseExperiment."""
        return self.request("POST", f"{API}/{uid}/pause")

    def complete(self, uid: str, winner: Any = "v0") -> httpx.Response:
        """completeExperiment."""
        return self.request("POST", f"{API}/{uid}/complete", json={"winnerVariantId": winner})

    def quota(self) -> httpx.Response:
        """getExperimentQuota."""
        return self.request("GET", f"{API}/quota")

    def events(self, body: Any, **headers: str) -> httpx.Response:
        """trackExperimentEvents, without the team's key."""
        return self.client.post("/s/events", json=body, headers=headers)

    def click(self, slug: str, **options: Any) -> httpx.Response:
        """trackExperimentClick, as a browser."""
        return self.client.get(f"/s/{slug}/click", **options)

    def pixel(self, slug: str, **options: Any) -> httpx.Response:
        """trackExperimentPixel, as a browser."""
        return self.client.get(f"/s/{slug}/pixel.gif", **options)

    def image(self, slug: str, format_: str = "png", **options: Any) -> httpx.Response:
        """renderExperimentUrl, as a browser."""
        return self.client.get(f"/s/{slug}.{format_}", **options)
