"""Events from browsers, beacons and servers."""

from typing import Any

import orjson
from starlette.responses import Response

from pictify_mock.api import authentication
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.events import CountedEvent, Target, judge, target
from pictify_mock.domain.teams import Team
from pictify_mock.http import request_parsing, responses


def track_experiment_events(context: RequestContext) -> Response:
    owners = _owners(context)
    targets = Targets(context)
    now, hits, errors = context.now, [], []
    for index, (event, team) in enumerate(
        zip(request_parsing.events(context.body), owners, strict=True)
    ):
        if isinstance(event, str):
            outcome: CountedEvent | str = event
        else:
            outcome = judge(
                event, targets[event["experiment"], event.get("variantId"), team], now, orjson.dumps
            )
        if isinstance(outcome, str):
            errors.append((index, outcome))
        else:
            hits.append(outcome)
    context.record(hits)
    return responses.events(len(hits), errors, keyless=None in owners)


def need_visit(body: Any) -> bool:
    """Return True if an event names no variant, so that its viewer's has to be found."""
    items = body if isinstance(body, list) else [body]
    return any(isinstance(item, dict) and item.get("variantId") is None for item in items)


class Targets(dict[tuple[str, str | None, "Team | None"], "Target | str"]):
    """Where events belong, by slug, variant id and team: an array names few, and nothing changes meanwhile."""

    def __init__(self, context: RequestContext) -> None:
        super().__init__()
        self.context = context

    def __missing__(self, names: tuple[str, str | None, Team | None]) -> Target | str:
        slug, variant_id, team = names
        self[names] = found = target(
            self.context.store.by_slug(slug), variant_id, team, self.context.visit
        )
        return found


def _owners(context: RequestContext) -> list[Team | None]:
    """Whose key each item came with: the request's own, else the one that the item carries."""
    items = context.body if isinstance(context.body, list) else [context.body]
    return [
        context.team or authentication.write_key_in(item, context.app_state.teams) for item in items
    ]


def preflight(_: RequestContext) -> Response:
    return responses.preflight()
