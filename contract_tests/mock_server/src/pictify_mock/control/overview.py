"""The experiments of all teams as the page shows and moves them."""

from collections import Counter
from heapq import nlargest
from typing import Any

from pictify_mock.control.context import ControlContext
from pictify_mock.control.schemas import Body
from pictify_mock.domain import lifecycle
from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.http.responses import date_time, experiment_json

SHOWN = 100
IMAGE = "/s/{slug}.{format}"


def experiments(control: ControlContext) -> dict[str, Any]:
    """Those that changed last, and how many there are of each status."""
    everything = control.app_state.store.everything()
    shown = nlargest(
        SHOWN, everything, key=lambda experiment: (experiment.updated_at, experiment.uid)
    )
    return {
        "now": date_time(control.clock()),
        "frozen": control.clock.frozen,
        "image": IMAGE in control.paths,
        "plans": [team.plan.name for team in control.app_state.teams],
        "statuses": Counter(experiment.status.value for experiment in everything),
        "total": len(everything),
        "experiments": [_summary(control, experiment) for experiment in shown],
    }


def _summary(control: ControlContext, experiment: Experiment) -> dict[str, Any]:
    return {
        "team": control.app_state.teams.index(experiment.team),
        "uid": experiment.uid,
        "slug": experiment.slug,
        "name": experiment.name,
        "type": experiment.type,
        "status": experiment.status,
        "bandit": experiment.bandit.algorithm if experiment.bandit.enabled else None,
        "destination": experiment.goal.destination_url,
        "format": experiment.output.format,
        "winner": experiment.winner_variant_id,
        "actions": [a for a in lifecycle.TRANSITIONS if experiment.status in lifecycle.MOVES[a]],
        "variants": [_variant(variant) for variant in experiment.variants],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    counter = variant.counter
    return {
        "id": variant.id,
        "name": variant.name,
        "weight": variant.weight,
        "impressions": counter.impressions,
        "clicks": counter.clicks,
    }


def move(control: ControlContext, uid: str, action: str, body: Body) -> dict[str, Any]:
    """Start, pause or complete without a key: whoever gets here may do all that the teams may."""
    before = _experiment(control, uid)
    if action not in lifecycle.TRANSITIONS:
        raise Refusal(
            "not-found", f"An experiment may be told to {', '.join(lifecycle.TRANSITIONS)}."
        )
    if action == "complete":
        if "winnerVariantId" not in body:
            raise invalid(
                [FieldError("/winnerVariantId", "is missing; add it", "required")], "invalid-winner"
            )
        after = lifecycle.complete(before, body["winnerVariantId"], control.clock())
    else:
        after = lifecycle.move(before, action, control.clock())
    control.app_state.store.replace(before, after)
    return {"experiment": experiment_json(after)}


def events(control: ControlContext, uid: str) -> dict[str, Any]:
    """The last ones, the oldest first, and all that were ever counted, by event, channel and device."""
    experiment = _experiment(control, uid)
    return {
        "events": [
            {**seen.told(), "at": date_time(seen.at)}
            for seen in control.app_state.store.recent(uid)
        ],
        "tallies": {variant.id: variant.counter.tallies for variant in experiment.variants},
    }


async def recompute(control: ControlContext, body: Body) -> dict[str, Any]:
    """The weights of one bandit or of all, now, whatever their interval."""
    uid = body.get("uid")
    if uid is not None:
        _experiment(control, uid)
    return {
        "experiments": [
            experiment_json(each) for each in await control.app_state.optimiser.recompute(uid)
        ]
    }


def _experiment(control: ControlContext, uid: str) -> Experiment:
    found = control.app_state.store.by_uid(uid)
    if found is None:
        raise Refusal("experiment-not-found", "No team has such an experiment; check the uid.")
    return found
