"""The thirteen operations: which path and method leads to which handler, and what each of them takes."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from pictify_mock.api import (
    authentication,
    events,
    experiments,
    images,
    quota,
    tracking,
    transitions,
)
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.teams import Team
from pictify_mock.http import responses
from pictify_mock.http.request_body import Headers

JSON = ("application/json",)
JSON_OR_BEACON = ("application/json", "text/plain")


class Limit(NamedTuple):
    """So many requests a minute from one address, or from one key what its plan has. `spent` answers beyond that."""

    per_address: int | None = None
    spent: Callable[[], Response] | None = None

    def of(self, context: RequestContext, operation: "Operation") -> tuple[Hashable, int]:
        """Who is asking, and how often that one may."""
        if self.per_address is None:
            return context.owner, context.owner.plan.requests_a_minute
        return (operation.handler, context.visit().address), self.per_address


PER_KEY = Limit()


class Operation(NamedTuple):
    """`body` lists the media types of its body; an operation without any ignores what arrives.

    `visits` tells of a body whether it takes a look at who is calling, and from which device.
    """

    handler: Callable[[RequestContext], Response | Awaitable[Response]]
    security: Callable[[Headers, Sequence[Team]], Team | None] = authentication.bearer
    body: Collection[str] = ()
    limit: Limit | None = PER_KEY
    visits: Callable[[Any], bool] | None = None


PATHS: dict[str, dict[str, Operation]] = {
    "/experiments/api": {
        "GET": Operation(experiments.list_experiments),
        "POST": Operation(experiments.create_experiment, body=JSON),
    },
    "/experiments/api/quota": {"GET": Operation(quota.get_experiment_quota)},
    "/experiments/api/{uid}": {
        "GET": Operation(experiments.get_experiment),
        "PUT": Operation(experiments.update_experiment, body=JSON),
        "DELETE": Operation(experiments.delete_experiment),
    },
    "/experiments/api/{uid}/start": {"POST": Operation(transitions.start_experiment)},
    "/experiments/api/{uid}/pause": {"POST": Operation(transitions.pause_experiment)},
    "/experiments/api/{uid}/complete": {
        "POST": Operation(transitions.complete_experiment, body=JSON)
    },
    "/s/events": {
        "POST": Operation(
            events.track_experiment_events,
            authentication.write_key_or_bearer,
            JSON_OR_BEACON,
            Limit(1000),
            visits=events.need_visit,
        ),
        "OPTIONS": Operation(events.preflight, authentication.nobody, limit=None),
    },
    "/s/{slug}/click": {
        "GET": Operation(
            tracking.track_experiment_click,
            authentication.nobody,
            limit=Limit(100),
            visits=tracking.is_visit,
        )
    },
    "/s/{slug}/pixel.gif": {
        "GET": Operation(
            tracking.track_experiment_pixel,
            authentication.nobody,
            limit=Limit(100, responses.pixel),
            visits=tracking.is_visit,
        )
    },
    "/s/{slug}.{format}": {
        "GET": Operation(
            images.render_experiment_url,
            authentication.nobody,
            limit=Limit(100),
            visits=tracking.is_visit,
        )
    },
    "/s/{slug}/images/{digest}.{format}": {  # where the redirect leads; no operation of the API
        "GET": Operation(images.picture, authentication.nobody, limit=None)
    },
}
