"""Who is calling: the three ways in which an operation may ask for a key."""

from collections.abc import Sequence
from typing import Any

from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.teams import Team, by_api_key, by_write_key
from pictify_mock.http.request_body import Headers

CHALLENGE = {"WWW-Authenticate": "Bearer"}


def bearer(headers: Headers, teams: Sequence[Team]) -> Team:
    team = _bearer(headers, teams)
    if team is None:
        detail = "Send the header Authorization: Bearer, followed by the team's API key."
        raise Refusal("missing-authorization", detail, headers=CHALLENGE)
    return team


def write_key_or_bearer(headers: Headers, teams: Sequence[Team]) -> Team | None:
    """The write key decides. A key that is not known is refused, even beside a good one."""
    by_bearer = _bearer(headers, teams)
    key = headers.get(b"x-write-key")
    return by_bearer if key is None else _write_key(key, teams)


def nobody(_: Headers, __: Sequence[Team]) -> None:
    """A public operation: whatever credentials come are not looked at."""


def write_key_in(item: Any, teams: Sequence[Team]) -> Team | None:
    """The team of the write key inside one event, where beacons carry it."""
    key = item.get("writeKey") if isinstance(item, dict) else None
    return _write_key(key.encode(), teams) if isinstance(key, str) else None


def _bearer(headers: Headers, teams: Sequence[Team]) -> Team | None:
    sent = headers.get(b"authorization")
    if sent is None:
        return None
    scheme, _, key = sent.partition(b" ")
    team = by_api_key(teams, key.strip()) if scheme.lower() == b"bearer" else None
    if team is None:
        detail = (
            "The Authorization header is not Bearer followed by a known API key; check the key."
        )
        raise Refusal("invalid-api-key", detail, headers=CHALLENGE)
    return team


def _write_key(key: bytes, teams: Sequence[Team]) -> Team:
    team = by_write_key(teams, key)
    if team is None:
        raise Refusal(
            "invalid-api-key",
            "The write key is not known; check it, or send none.",
            headers=CHALLENGE,
        )
    return team
