"""Deletes what is left of the run, as far as the list shows it."""

import pytest

from pictify_conformance.http.errors import error_message
from pictify_conformance.testing.api_client import ApiClient
from pictify_conformance.testing.experiments import iterate_rows
from pictify_conformance.testing.responses import objects_of


def sweep(api: ApiClient) -> None:
    """Delete what is left of the run. The guard keeps note of what cannot be deleted.

    If the list shows anything, it is read once more: a server may answer a delete and do nothing.
    """
    listed = _own_listed(api)
    for uid in dict.fromkeys([*api.undeleted, *listed]):
        api.remove(uid)
    if listed:
        _own_listed(api)


def _own_listed(api: ApiClient) -> list[str]:
    """Return the uids of the run's experiments in the list."""
    guard, token, found = api.guard, api.target.token, []
    try:
        for row in iterate_rows(api, objects_of):
            if row.get("status") == "archived":
                continue
            if guard.adopt(row):
                found.append(row["uid"])
            elif token in f"{row.get('slug')} {row.get('name')}" and not guard.owns(row):
                guard.note_foreign(row)
    # An odd answer may raise anything; pytest's failures are not an Exception.
    except (Exception, pytest.fail.Exception) as error:
        reason = (error_message(error) or repr(error)).splitlines()[0]
        _note_left_without_uid(api, f"what is left could not be listed: {reason}")
    if guard.created_without_uid:
        _note_left_without_uid(
            api, "creates were answered without a uid, and the list does not show what they made"
        )
    return found


def _note_left_without_uid(api: ApiClient, because: str) -> None:
    prefix = api.target.slug_prefix
    api.guard.note_left_without_uid(f"experiments whose slug begins with {prefix} ({because})")
