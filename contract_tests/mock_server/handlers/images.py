"""The image of an experiment, and the pictures that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract_tests.mock_server.domain import pictures
from contract_tests.mock_server.domain.errors import Refusal
from contract_tests.mock_server.domain.experiment import Status
from contract_tests.mock_server.wire import drawing, responses

from .call import not_found
from .public import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from contract_tests.mock_server.domain.experiment import Experiment

    from .call import Call

IMAGE = {"source": "image"}
UNSERVED = frozenset({Status.DRAFT, Status.PAUSED})


def render_experiment_url(call: Call) -> Response:
    format_ = _format(call)
    experiment = _found(call)
    if experiment.status not in UNSERVED:
        variant = shown(call, experiment, "impression", IMAGE)
        digest = pictures.of(experiment, variant, format_).digest
        return responses.image(f"{experiment.slug}/images/{digest}.{call.parameter('format')}")
    if experiment.fallback_image_url is None:
        raise not_found("slug")
    return responses.image(experiment.fallback_image_url)


async def picture(call: Call) -> Response:
    """Whoever knows the name of a picture has been shown it: no status matters and nothing is counted."""
    format_ = _format(call)
    for one in pictures.all_of(_found(call), format_):
        if one.digest == call.parameter("digest"):
            return responses.picture(await drawing.drawn(one), format_)
    raise Refusal("not-found", "No variant looks like that any more; load the image of the experiment again.")


def _format(call: Call) -> str:
    known = pictures.FORMATS.get(call.parameter("format"))
    if known is None:
        raise Refusal("not-found", f"There are images in the formats {', '.join(pictures.FORMATS)}.")
    return known


def _found(call: Call) -> Experiment:
    experiment = call.store.by_slug(call.slug)
    if experiment is not None:
        return experiment
    if call.store.archived(call.slug):
        raise Refusal("experiment-gone", "path.slug: names an archived experiment; no image is left.")
    raise not_found("slug")
