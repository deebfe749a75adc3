"""Links and pixels that viewers load without credentials."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from pictify_mock.api.context import ForcedVariant, RequestContext, not_found
from pictify_mock.domain.assignment import assign
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.events import CLICK_LINK, PIXEL, RecordedEvent, Target
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.http import responses


async def track_experiment_click(context: RequestContext) -> Response:
    experiment = context.store.by_slug(context.slug)
    destination = None if experiment is None else experiment.goal.destination_url
    if experiment is None or destination is None or experiment.status is Status.DRAFT:
        raise not_found("slug")
    await assign_and_count(context, experiment, "click", CLICK_LINK)
    return responses.click(destination)


async def track_experiment_pixel(context: RequestContext) -> Response:
    experiment = context.store.by_slug(context.slug)
    if experiment is not None:
        await assign_and_count(context, experiment, "impression", PIXEL)
    return responses.pixel()


async def assign_and_count(
    context: RequestContext, experiment: Experiment, event: str, details: Mapping[str, Any]
) -> Variant:
    """Return the visit's variant, and count the event for it if the experiment is running."""
    visit = context.visit()
    variant, counts = assign(experiment, visit, event)
    forced = context.forced_variant
    if forced is not None:
        variant = _known(experiment, forced)
    if counts and context.counts:
        recorded = RecordedEvent(visit.now, event, variant.id, details)
        await context.record([(Target(experiment, variant), recorded)])
    return variant


def _known(experiment: Experiment, forced: ForcedVariant) -> Variant:
    variant = experiment.variant(forced.variant_id)
    if variant is None:
        known = ", ".join(each.id for each in experiment.variants)
        message = f"is not the id of a variant of this experiment; send one of {known}"
        raise invalid_field(forced.field, message, "invalid_value")
    return variant
