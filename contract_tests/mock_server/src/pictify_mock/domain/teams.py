"""Teams and their keys."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pictify_mock.domain.plans import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """Teams are compared by identity."""

    api_key: bytes = field(repr=False)  # a repr may end in a log
    write_keys: tuple[bytes, ...] = field(repr=False)
    plan: Plan


def _holder(key: bytes, holders: Iterable[tuple[bytes, Team]]) -> Team | None:
    found = None
    for known, team in holders:  # no early exit, so that the time taken reveals nothing
        if hmac.compare_digest(known, key):
            found = team
    return found


def by_api_key(teams: Sequence[Team], key: bytes) -> Team | None:
    return _holder(key, ((team.api_key, team) for team in teams))


def by_write_key(teams: Sequence[Team], key: bytes) -> Team | None:
    return _holder(key, ((known, team) for team in teams for known in team.write_keys))
