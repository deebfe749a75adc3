"""Cleaning up after a process that was killed, by its cleanup log."""

from pathlib import Path

from pictify_conformance.http.rate_limiter import RateLimiter
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import RecordingTransport, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.target import Target
from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.cleanup import sweep


def guard_from_log(target: Target, cleanup_log: Path) -> Guard:
    """Return a guard that owns what the process created and knows what is left of it."""
    guard = Guard(target.base_url, target.token, read_only=target.read_only)
    if cleanup_log.exists():
        guard.read_cleanup_log(cleanup_log)
    return guard


def delete_leftovers(target: Target, guard: Guard, time_limit: TimeLimit) -> None:
    """Delete what is left, with the keys of both teams."""
    rate_limiter = RateLimiter(target.rate)
    transport = RecordingTransport(target, guard, None, rate_limiter, time_limit)
    with http_client(transport) as client:
        for key in filter(None, (target.api_key, target.second_api_key)):
            api = ApiClient(target, client, guard, key)
            for uid in guard.left_uids():
                api.remove(uid)
            sweep(api)
