"""Cleaning up after a process that could not do so itself, by the journal of what it sent."""

from pathlib import Path

import httpx

from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import Line, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.target import Target
from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.cleanup import sweep as sweep_team


class _Nobody:
    """Takes no notice of what is sent."""

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Judge nothing."""

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep nothing."""


def guard_of(target: Target, journal: Path) -> Guard:
    """Return a guard that owns what a process has made under the token of this target, and knows what is left of it."""
    guard = Guard(target.base_url, target.token, read_only=target.read_only)
    if journal.exists():
        guard.note_journal(journal)
    return guard


def sweep(target: Target, guard: Guard, limit: TimeLimit) -> None:
    """Remove what is left."""
    with http_client(Line(target, guard, _Nobody(), Pace(target.rate), limit)) as client:
        for key in filter(None, (target.api_key, target.second_api_key)):
            api = ApiClient(target, client, guard, key)
            for uid in guard.left_uids():
                api.remove(uid)
            sweep_team(api)
