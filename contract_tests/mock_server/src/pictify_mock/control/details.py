"""One experiment for the dashboard: links, results, words, and what a visitor would see."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from pictify_mock.api.images import UNSERVED
from pictify_mock.control import date_times, results, wording
from pictify_mock.control.context import ControlContext
from pictify_mock.control.overview import experiment_of, summary
from pictify_mock.control.schemas import Body
from pictify_mock.domain.assignment import PREPARED, assign, assigned, bucket, prepare
from pictify_mock.domain.bots import is_bot
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.schedule_windows import is_open, window
from pictify_mock.domain.targeting import holds
from pictify_mock.domain.variants import BASIS_POINTS
from pictify_mock.domain.visit import Visit
from pictify_mock.http.responses import date_time, experiment_json

IMAGE = "/s/{slug}.{format}"
BROWSERS = {
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36",
    "mobile": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari",
    "tablet": "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) Version/18.5 Mobile Safari",
    "crawler": "Mozilla/5.0 (compatible; Googlebot/2.1)",
}

Json = dict[str, Any]


def details(control: ControlContext, uid: str) -> Json:
    experiment, now = experiment_of(control, uid), control.clock()
    weights = control.app_state.optimiser.history.of(experiment)
    is_test = experiment.type is ExperimentType.AB_TEST
    return {
        **summary(control, experiment),
        "experiment": experiment_json(experiment),
        "links": _links(control, experiment),
        "words": [_words(variant) for variant in experiment.variants],
        "shown": _shown(experiment, now),
        "results": results.results(experiment, now) if is_test else None,
        "weights": [{"at": date_time(each.at), "weights": each.weights} for each in weights],
    }


def _shown(experiment: Experiment, now: datetime) -> str | None:
    """Return the variant that all visitors see at this time, if they see the same."""
    if experiment.type is ExperimentType.SCHEDULED or experiment.status is Status.COMPLETED:
        return assigned(experiment, Visit("", {}, {}, now)).id
    return None


def _links(control: ControlContext, experiment: Experiment) -> list[Json]:
    """Return the public paths, and why some do not work yet."""
    status, image, click = experiment.status, None, None
    if status in UNSERVED and experiment.fallback_image_url is None:
        image = f"A {status.value} experiment without a fallback has no image; start it."
    if experiment.goal.destination_url is None:
        click = "There is no goalConfig.destinationUrl to send a visitor to."
    elif status is Status.DRAFT:
        click = "A draft has no click link; start it."
    links = [
        ("click", f"s/{experiment.slug}/click", click),
        ("pixel", f"s/{experiment.slug}/pixel.gif", None),
    ]
    if IMAGE in control.paths:
        links.insert(0, ("image", f"s/{experiment.slug}.{experiment.output.format}", image))
    return [{"name": name, "path": path, "problem": problem} for name, path, problem in links]


def _words(variant: Variant) -> str | None:
    if variant.conditions is not None:
        return wording.conditions(variant.conditions)
    return None if variant.schedule is None else wording.schedule(variant.schedule)


async def visit(control: ControlContext, uid: str, query: Body) -> Json:
    """Return the variant that this visitor would see, and why. Nothing is counted."""
    experiment = experiment_of(control, uid)
    if not PREPARED.is_set():
        await asyncio.to_thread(prepare)
    visitor = _visit(control, query)
    judged = [_judged(experiment, variant, visitor) for variant in experiment.variants]
    shown = assign(experiment, visitor, "impression").variant.id
    fits = next(each["holds"] for each in judged if each["id"] == shown)
    return {"shown": shown, "because": _because(experiment, visitor, fits), "variants": judged}


def _visit(control: ControlContext, query: Body) -> Visit:
    headers = {
        b"user-agent": BROWSERS[query.get("device", "desktop")],
        b"cf-ipcountry": query.get("country", ""),
        b"accept-language": query.get("language", ""),
        b"referer": query.get("referrer", ""),
    }
    time = query.get("time")
    now = control.clock() if time is None else date_times.read(time, "query.time")
    parameters = dict(parse_qsl(query.get("query", "").removeprefix("?"), keep_blank_values=True))
    sent = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
    return Visit(query.get("address", "192.0.2.1"), sent, parameters, now)


def _judged(experiment: Experiment, variant: Variant, visitor: Visit) -> Json:
    """Return if a variant fits the visitor, by its conditions or its schedule, and each reason."""
    reasons: list[Json] = []
    fits = None
    if experiment.type is ExperimentType.SMART_LINK and variant.conditions is not None:
        fits = holds(variant.conditions, visitor)
        reasons = list(wording.judged_rules(variant.conditions, visitor))
    elif experiment.type is ExperimentType.SCHEDULED and variant.schedule is not None:
        fits = is_open(window(variant.schedule), visitor.now)
        words = wording.schedule(variant.schedule)
        reasons = [{"words": words, "holds": fits, "found": f"{visitor.now:%Y-%m-%d %H:%M} UTC"}]
    return {"id": variant.id, "holds": fits, "reasons": reasons}


def _because(experiment: Experiment, visitor: Visit, fits: bool | None) -> str:
    if experiment.status is Status.COMPLETED:
        return "The experiment is completed, so every visitor sees the winner."
    if is_bot(visitor.user_agent):
        return "A crawler sees the default variant, else the first, and is not counted."
    if experiment.type is ExperimentType.AB_TEST:
        place = bucket(experiment.uid, visitor.viewer)
        return f"The visitor's bucket is {place:,} of {BASIS_POINTS:,}, by address and browser."
    reason = {
        ExperimentType.SMART_LINK: (
            "the first variant whose conditions hold",
            "No conditions hold",
        ),
        ExperimentType.SCHEDULED: (
            "the variant with an open window that starts last",
            "No window is open",
        ),
    }
    match, no_match = reason[experiment.type]
    return f"It is {match}." if fits else f"{no_match}, so the default is shown, else the first."
