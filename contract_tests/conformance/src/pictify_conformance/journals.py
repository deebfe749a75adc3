"""Cleaning up after a process that could not do so itself, by the journal of what it sent."""

from pathlib import Path

import httpx

from pictify_conformance.http.time_limit import CLEAN_UP, TimeLimit
from pictify_conformance.http.transport import Line, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.target import Target
from pictify_conformance.testing.experiments import Lab


class _Nobody:
    """Takes no notice of what is sent."""

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Judge nothing."""

    def note(self, operation_id: str | None, seen: Exchange) -> None:
        """Keep nothing."""


def sweep(target: Target, journal: Path) -> Guard:
    """Remove what a process made under the token of this target; the guard knows what is left of it."""
    guard = Guard(target.base_url, target.token, read_only=target.read_only)
    guard.note_journal(journal)
    with http_client(Line(target, guard, _Nobody(), limit=TimeLimit(CLEAN_UP))) as client:
        for key in filter(None, (target.api_key, target.second_api_key)):
            Lab(target, client, guard, key).sweep()
    return guard
