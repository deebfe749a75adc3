"""Links, pixels and images that viewers load without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pictify_mock.api.context import not_found
from pictify_mock.domain.assignment import look
from pictify_mock.domain.enums import Status
from pictify_mock.domain.events import CLICK_LINK, PIXEL, Seen, Target
from pictify_mock.http import responses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from pictify_mock.api.context import Call
    from pictify_mock.domain.experiment import Experiment, Variant


def is_visit(_: Any) -> bool:
    return True


def track_experiment_click(call: Call) -> Response:
    experiment = call.store.by_slug(call.slug)
    destination = None if experiment is None else experiment.goal.destination_url
    if experiment is None or destination is None or experiment.status is Status.DRAFT:
        raise not_found("slug")
    shown(call, experiment, "click", CLICK_LINK)
    return responses.click(destination)


def track_experiment_pixel(call: Call) -> Response:
    experiment = call.store.by_slug(call.slug)
    if experiment is not None:
        shown(call, experiment, "impression", PIXEL)
    return responses.pixel()


def shown(call: Call, experiment: Experiment, event: str, details: Mapping[str, Any]) -> Variant:
    """The variant that this visit gets; the event counts for it while the experiment runs."""
    variant, counts = look(experiment, call.visit())
    if counts and call.counts:
        call.record([(Target(experiment, variant), Seen(call.now, event, variant.id, details))])
    return variant
