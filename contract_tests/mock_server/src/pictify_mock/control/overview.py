"""The experiments of all teams, for the dashboard."""

from collections import Counter
from heapq import nlargest
from typing import Any

from pictify_mock.control.context import ControlContext
from pictify_mock.control.schemas import Body
from pictify_mock.domain import lifecycle
from pictify_mock.domain.errors import Refusal, invalid_field
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.http.responses import date_time, experiment_json

SHOWN = 100
IMAGE = "/s/{slug}.{format}"

Json = dict[str, Any]


def experiments(control: ControlContext) -> Json:
    """Return the experiments that changed last, and the number of each status."""
    everything = control.app_state.store.everything()
    latest = nlargest(SHOWN, everything, key=lambda each: (each.updated_at, each.uid))
    return {
        "now": date_time(control.clock()),
        "frozen": control.clock.frozen,
        "image": IMAGE in control.paths,
        "plans": [team.plan.name for team in control.app_state.teams],
        "statuses": Counter(experiment.status.value for experiment in everything),
        "total": len(everything),
        "experiments": [_summary(control, experiment) for experiment in latest],
    }


def _summary(control: ControlContext, experiment: Experiment) -> Json:
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


def _variant(variant: Variant) -> Json:
    return {
        "id": variant.id,
        "name": variant.name,
        "weight": variant.weight,
        "impressions": variant.counter.impressions,
        "clicks": variant.counter.clicks,
    }


def move(control: ControlContext, uid: str, action: str, body: Body) -> Json:
    """Start, pause or complete an experiment of any team, without its key."""
    before = _experiment(control, uid)
    if action not in lifecycle.TRANSITIONS:
        detail = f"An experiment may be told to {', '.join(lifecycle.TRANSITIONS)}."
        raise Refusal("not-found", detail)
    if action == "complete":
        winner = body.get("winnerVariantId")
        if winner is None:
            field = "/winnerVariantId"
            raise invalid_field(field, "is missing; add it", "required", "invalid-winner")
        after = lifecycle.complete(before, winner, control.clock())
    else:
        after = lifecycle.move(before, action, control.clock())
    control.app_state.store.replace(before, after)
    return {"experiment": experiment_json(after)}


def events(control: ControlContext, uid: str) -> Json:
    """Return the last events, the oldest first, and the tallies of all events."""
    experiment = _experiment(control, uid)
    recent = control.app_state.store.recent(uid)
    return {
        "events": [{**event.members(), "at": date_time(event.at)} for event in recent],
        "tallies": {variant.id: variant.counter.tallies for variant in experiment.variants},
    }


async def recompute(control: ControlContext, body: Body) -> Json:
    """Recompute the weights of one bandit or of all, without regard to the interval."""
    uid = body.get("uid")
    if uid is not None:
        _experiment(control, uid)
    bandits = await control.app_state.optimiser.recompute(uid)
    return {"experiments": [experiment_json(each) for each in bandits]}


def _experiment(control: ControlContext, uid: str) -> Experiment:
    found = control.app_state.store.by_uid(uid)
    if found is None:
        raise Refusal("experiment-not-found", "No team has such an experiment; check the uid.")
    return found
