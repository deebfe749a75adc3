"""Track events from browsers, beacons and servers."""

from typing import Any

from starlette.responses import Response

from pictify_mock import json_bytes
from pictify_mock.api import authentication
from pictify_mock.api.context import EXPERIMENT, RequestContext
from pictify_mock.domain.events import CountedEvent, Target, accept, target
from pictify_mock.domain.teams import Team
from pictify_mock.http import request_parsing, responses


async def track_experiment_events(context: RequestContext) -> Response:
    owners = _owners(context)
    targets = TargetCache(context)
    now, accepted, errors = context.now, [], []
    events = request_parsing.events(context.body)
    for index, (event, team) in enumerate(zip(events, owners, strict=True)):
        if isinstance(event, str):
            outcome: CountedEvent | str = event
        else:
            found = targets[event["experiment"], event.get("variantId"), team]
            outcome = accept(event, found, now, json_bytes.dumps)
        if isinstance(outcome, str):
            errors.append((index, outcome))
        else:
            accepted.append(outcome)
    await context.record(accepted)
    return responses.events(len(accepted), errors, keyless=None in owners)


def need_visit(body: Any) -> bool:
    """Return True if an event names no variant, so that it counts for the viewer's variant."""
    items = body if isinstance(body, list) else [body]
    return any(isinstance(item, dict) and item.get("variantId") is None for item in items)


class TargetCache(dict[tuple[str, str | None, Team | None], Target | str]):
    """Targets of events by slug, variant id and team.

    The up to 100 events of a request name few targets, and nothing changes between them.
    """

    def __init__(self, context: RequestContext) -> None:
        super().__init__()
        self.context = context

    def __missing__(self, key: tuple[str, str | None, Team | None]) -> Target | str:
        slug, variant_id, team = key
        experiment = self.context.store.by_slug(slug)
        if experiment is not None:
            self.context.scope[EXPERIMENT] = experiment
        self[key] = found = target(experiment, variant_id, team, self.context.visit)
        return found


def _owners(context: RequestContext) -> list[Team | None]:
    """Return the team of each event: of the request's key, else of the key in the event."""
    items = context.body if isinstance(context.body, list) else [context.body]
    teams = context.app_state.teams
    return [context.team or authentication.write_key_in(item, teams) for item in items]


def preflight(context: RequestContext) -> Response:
    return responses.preflight(context.headers.get(b"access-control-request-headers"))
