"""The experiments of all teams as the page shows and moves them."""

from __future__ import annotations

from collections import Counter
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from pictify_mock.domain import lifecycle
from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.http.responses import date_time, experiment_json

if TYPE_CHECKING:
    from pictify_mock.control.context import Desk
    from pictify_mock.control.schemas import Body
    from pictify_mock.domain.experiment import Experiment, Variant

SHOWN = 100
IMAGE = "/s/{slug}.{format}"


def experiments(desk: Desk) -> dict[str, Any]:
    """Those that changed last, and how many there are of each status."""
    everything = desk.world.store.everything()
    shown = nlargest(
        SHOWN, everything, key=lambda experiment: (experiment.updated_at, experiment.uid)
    )
    return {
        "now": date_time(desk.clock()),
        "frozen": desk.clock.frozen,
        "image": IMAGE in desk.paths,
        "plans": [team.plan.name for team in desk.world.teams],
        "statuses": Counter(experiment.status.value for experiment in everything),
        "total": len(everything),
        "experiments": [_summary(desk, experiment) for experiment in shown],
    }


def _summary(desk: Desk, experiment: Experiment) -> dict[str, Any]:
    return {
        "team": desk.world.teams.index(experiment.team),
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


def move(desk: Desk, uid: str, action: str, body: Body) -> dict[str, Any]:
    """Start, pause or complete without a key: whoever gets here may do all that the teams may."""
    before = _experiment(desk, uid)
    if action not in lifecycle.TRANSITIONS:
        raise Refusal(
            "not-found", f"An experiment may be told to {', '.join(lifecycle.TRANSITIONS)}."
        )
    if action == "complete":
        if "winnerVariantId" not in body:
            raise invalid(
                [FieldError("/winnerVariantId", "is missing; add it", "required")], "invalid-winner"
            )
        after = lifecycle.complete(before, body["winnerVariantId"], desk.clock())
    else:
        after = lifecycle.move(before, action, desk.clock())
    desk.world.store.replace(before, after)
    return {"experiment": experiment_json(after)}


def events(desk: Desk, uid: str) -> dict[str, Any]:
    """The last ones, the oldest first, and all that were ever counted, by event, channel and device."""
    experiment = _experiment(desk, uid)
    return {
        "events": [
            {**seen.told(), "at": date_time(seen.at)} for seen in desk.world.store.recent(uid)
        ],
        "tallies": {variant.id: variant.counter.tallies for variant in experiment.variants},
    }


async def recompute(desk: Desk, body: Body) -> dict[str, Any]:
    """The weights of one bandit or of all, now, whatever their interval."""
    uid = body.get("uid")
    if uid is not None:
        _experiment(desk, uid)
    return {
        "experiments": [experiment_json(each) for each in await desk.world.optimiser.recompute(uid)]
    }


def _experiment(desk: Desk, uid: str) -> Experiment:
    found = desk.world.store.by_uid(uid)
    if found is None:
        raise Refusal("experiment-not-found", "No team has such an experiment; check the uid.")
    return found
