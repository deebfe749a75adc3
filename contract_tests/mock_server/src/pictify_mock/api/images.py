"""Redirect to the image of an experiment, and draw it."""

from starlette.responses import Response

from pictify_mock.api.context import RequestContext, not_found
from pictify_mock.api.tracking import assign_and_count
from pictify_mock.domain import image_content
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import Experiment
from pictify_mock.http import image_rendering, responses

IMAGE = {"source": "image"}
UNSERVED = frozenset({Status.DRAFT, Status.PAUSED})


async def render_experiment_url(context: RequestContext) -> Response:
    format_ = _format(context)
    experiment = _experiment(context)
    if experiment.status not in UNSERVED:
        shown = await assign_and_count(context, experiment, "impression", IMAGE)
        experiment = _experiment(context)  # again, since counting may have moved its weights
        variant = experiment.variant(shown.id) or shown
        digest = image_content.of(experiment, variant, format_).digest
        return responses.image(f"{experiment.slug}/images/{digest}.{context.parameter('format')}")
    if experiment.fallback_image_url is None:
        raise not_found("slug")
    return responses.image(experiment.fallback_image_url)


async def picture(context: RequestContext) -> Response:
    """Draw the picture with this digest, in every status, and count nothing."""
    format_ = _format(context)
    for content in image_content.all_of(_experiment(context), format_):
        if content.digest == context.parameter("digest"):
            return responses.picture(await image_rendering.render(content), format_)
    detail = "No variant looks like that any more; load the image of the experiment again."
    raise Refusal("not-found", detail)


def _format(context: RequestContext) -> str:
    known = image_content.FORMATS.get(context.parameter("format"))
    if known is None:
        detail = f"There are images in the formats {', '.join(image_content.FORMATS)}."
        raise Refusal("not-found", detail)
    return known


def _experiment(context: RequestContext) -> Experiment:
    experiment = context.store.by_slug(context.slug)
    if experiment is not None:
        return experiment
    if context.store.is_archived_slug(context.slug):
        detail = "path.slug: names an archived experiment; no image is left."
        raise Refusal("experiment-gone", detail)
    raise not_found("slug")
