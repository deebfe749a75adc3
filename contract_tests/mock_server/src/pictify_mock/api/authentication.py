"""Authenticate requests: by bearer key, by write key, or not at all."""

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
    """Return the team of the write key, else of the bearer key. Refuse any unknown key."""
    by_bearer = _bearer(headers, teams)
    key = headers.get(b"x-write-key")
    return by_bearer if key is None else _write_key(key, teams)


def no_authentication(_: Headers, __: Sequence[Team]) -> None:
    """Let everybody in. Credentials are not even looked at."""


def write_key_in(item: Any, teams: Sequence[Team]) -> Team | None:
    """Return the team of the write key inside an event: a beacon cannot send headers."""
    key = item.get("writeKey") if isinstance(item, dict) else None
    return _write_key(key.encode(), teams) if isinstance(key, str) else None


def _bearer(headers: Headers, teams: Sequence[Team]) -> Team | None:
    sent = headers.get(b"authorization")
    if sent is None:
        return None
    scheme, _, key = sent.partition(b" ")
    team = by_api_key(teams, key.strip()) if scheme.lower() == b"bearer" else None
    if team is None:
        detail = "Authorization is not Bearer followed by a known API key; check the key."
        raise Refusal("invalid-api-key", detail, headers=CHALLENGE)
    return team


def _write_key(key: bytes, teams: Sequence[Team]) -> Team:
    team = by_write_key(teams, key)
    if team is None:
        detail = "The write key is not known; check it, or send none."
        raise Refusal("invalid-api-key", detail, headers=CHALLENGE)
    return team
