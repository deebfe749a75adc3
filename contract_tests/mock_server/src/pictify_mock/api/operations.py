"""The thirteen operations: the handler, authentication, body and rate limit of each."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from pictify_mock.api import authentication, events, experiments, images, tracking
from pictify_mock.api.context import RequestContext
from pictify_mock.domain.teams import Team
from pictify_mock.http import responses
from pictify_mock.http.request_body import Headers

JSON = ("application/json",)
JSON_OR_BEACON = ("application/json", "text/plain")

Handler = Callable[[RequestContext], Response | Awaitable[Response]]


class Limit(NamedTuple):
    """Requests a minute: from one address, or else with one key, as its plan allows."""

    per_address: int | None = None
    response_beyond: Callable[[], Response] | None = None  # None is a 429

    def of(self, context: RequestContext, operation: "Operation") -> tuple[Hashable, int]:
        """Return the caller that is counted, and its number of requests a minute."""
        if self.per_address is None:
            return context.owner, context.owner.plan.requests_a_minute
        return (operation.handler, context.visit().address), self.per_address


PER_KEY, PER_ADDRESS = Limit(), Limit(100)


def always(_: Any) -> bool:
    return True


class Operation(NamedTuple):
    handler: Handler
    security: Callable[[Headers, Sequence[Team]], Team | None] = authentication.bearer
    body: Collection[str] = ()  # media types; without any, a body is ignored
    limit: Limit | None = PER_KEY
    # Returns True for a body whose handling has to recognise the viewer's device and crawlers
    needs_tables: Callable[[Any], bool] | None = None


def for_viewers(handler: Handler, limit: Limit = PER_ADDRESS) -> Operation:
    """Return an operation without a key."""
    return Operation(handler, authentication.no_authentication, limit=limit, needs_tables=always)


PATHS: dict[str, dict[str, Operation]] = {
    "/experiments/api": {
        "GET": Operation(experiments.list_experiments),
        "POST": Operation(experiments.create_experiment, body=JSON),
    },
    "/experiments/api/quota": {"GET": Operation(experiments.get_experiment_quota)},
    "/experiments/api/{uid}": {
        "GET": Operation(experiments.get_experiment),
        "PUT": Operation(experiments.update_experiment, body=JSON),
        "DELETE": Operation(experiments.delete_experiment),
    },
    "/experiments/api/{uid}/start": {"POST": Operation(experiments.start_experiment)},
    "/experiments/api/{uid}/pause": {"POST": Operation(experiments.pause_experiment)},
    "/experiments/api/{uid}/complete": {
        "POST": Operation(experiments.complete_experiment, body=JSON),
    },
    "/s/events": {
        "POST": Operation(
            events.track_experiment_events,
            authentication.write_key_or_bearer,
            JSON_OR_BEACON,
            Limit(1000),
            needs_tables=events.need_visit,
        ),
        "OPTIONS": Operation(events.preflight, authentication.no_authentication, limit=None),
    },
    "/s/{slug}/click": {"GET": for_viewers(tracking.track_experiment_click)},
    "/s/{slug}/pixel.gif": {
        "GET": for_viewers(tracking.track_experiment_pixel, Limit(100, responses.pixel)),
    },
    "/s/{slug}.{format}": {"GET": for_viewers(images.render_experiment_url)},
    # The target of that redirect, which is not an operation of the API
    "/s/{slug}/images/{digest}.{format}": {
        "GET": Operation(images.picture, authentication.no_authentication, limit=None),
    },
}
