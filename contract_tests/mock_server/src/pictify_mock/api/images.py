"""The image of an experiment, and the pictures that it leads to."""

from starlette.responses import Response

from pictify_mock.api.context import RequestContext, not_found
from pictify_mock.api.tracking import shown
from pictify_mock.domain import image_content
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import Experiment
from pictify_mock.http import image_rendering, responses

IMAGE = {"source": "image"}
UNSERVED = frozenset({Status.DRAFT, Status.PAUSED})


def render_experiment_url(context: RequestContext) -> Response:
    format_ = _format(context)
    experiment = _found(context)
    if experiment.status not in UNSERVED:
        variant = shown(context, experiment, "impression", IMAGE)
        digest = image_content.of(experiment, variant, format_).digest
        return responses.image(f"{experiment.slug}/images/{digest}.{context.parameter('format')}")
    if experiment.fallback_image_url is None:
        raise not_found("slug")
    return responses.image(experiment.fallback_image_url)


async def picture(context: RequestContext) -> Response:
    """Whoever knows the name of a picture has been shown it: no status matters and nothing is counted."""
    format_ = _format(context)
    for one in image_content.all_of(_found(context), format_):
        if one.digest == context.parameter("digest"):
            return responses.picture(await image_rendering.drawn(one), format_)
    raise Refusal(
        "not-found", "No variant looks like that any more; load the image of the experiment again."
    )


def _format(context: RequestContext) -> str:
    known = image_content.FORMATS.get(context.parameter("format"))
    if known is None:
        raise Refusal(
            "not-found", f"There are images in the formats {', '.join(image_content.FORMATS)}."
        )
    return known


def _found(context: RequestContext) -> Experiment:
    experiment = context.store.by_slug(context.slug)
    if experiment is not None:
        return experiment
    if context.store.archived(context.slug):
        raise Refusal(
            "experiment-gone", "path.slug: names an archived experiment; no image is left."
        )
    raise not_found("slug")
