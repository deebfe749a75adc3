"""Events from browsers, beacons and servers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from contract_tests.mock_server import auth
from contract_tests.mock_server.domain.events import Hit, Target, judge, target
from contract_tests.mock_server.wire import requests, responses

if TYPE_CHECKING:
    from starlette.responses import Response

    from contract_tests.mock_server.domain.teams import Team

    from .call import Call


def track_experiment_events(call: Call) -> Response:
    owners = _owners(call)

    @cache  # nothing changes meanwhile, and most events of an array belong to the same few variants
    def find(slug: str, variant_id: str | None, team: Team | None) -> Target | str:
        return target(call.store.by_slug(slug), variant_id, team, call.visit)

    hits, errors = [], []
    for index, (event, team) in enumerate(zip(requests.events(call.body), owners, strict=True)):
        if isinstance(event, str):
            errors.append((index, event))
            continue
        outcome = judge(event, find(event["experiment"], event.get("variantId"), team))
        if isinstance(outcome, Hit):
            hits.append(outcome)
        else:
            errors.append((index, outcome))
    call.record(hits)
    return responses.events(len(hits), errors, keyless=None in owners)


def _owners(call: Call) -> list[Team | None]:
    """Whose key each item came with: the request's own, else the one that the item carries."""
    items = call.body if isinstance(call.body, list) else [call.body]
    return [call.team or auth.write_key_in(item, call.world.teams) for item in items]


def preflight(_: Call) -> Response:
    return responses.preflight()
