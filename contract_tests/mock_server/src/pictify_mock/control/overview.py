"""The experiments of all teams, for the dashboard."""

from collections import Counter
from heapq import nlargest
from typing import Any

from pictify_mock import development
from pictify_mock.control.context import ControlContext
from pictify_mock.control.schemas import Body
from pictify_mock.domain import bandit, lifecycle
from pictify_mock.domain.errors import Refusal, invalid_field
from pictify_mock.domain.experiment import Experiment
from pictify_mock.http.responses import date_time, experiment_json

SHOWN = 100

Json = dict[str, Any]


def experiments(control: ControlContext, query: Body) -> Json:
    """Return the matching experiments that changed last, and the number of each status."""
    everything = control.app_state.store.everything()
    found = [experiment for experiment in everything if _matches(experiment, query)]
    offset = query.get("offset", 0)
    last = offset + query.get("limit", SHOWN)
    latest = nlargest(last, found, key=lambda each: (each.updated_at, each.uid))
    return {
        "now": date_time(control.clock()),
        "clock": control.clock.json(),
        "seed": control.seed,
        "hasStartState": control.start is not None,
        "keys": _development_keys(control),
        "plans": [team.plan.name for team in control.app_state.teams],
        "statuses": Counter(experiment.status.value for experiment in everything),
        "total": len(everything),
        "found": len(found),
        "experiments": [summary(control, experiment) for experiment in latest[offset:]],
    }


def _matches(experiment: Experiment, query: Body) -> bool:
    texts = (experiment.name, experiment.slug, experiment.uid)
    return (
        query.get("type", experiment.type) == experiment.type
        and query.get("status", experiment.status) == experiment.status
        and any(query.get("q", "").casefold() in text.casefold() for text in texts)
    )


def _development_keys(control: ControlContext) -> Json | None:
    """Return the built-in keys, which are no secret, if the first team has them."""
    if control.app_state.teams[0].api_key != development.API_KEY.encode():
        return None
    return {"api": development.API_KEY, "write": development.WRITE_KEY}


def summary(control: ControlContext, experiment: Experiment) -> Json:
    counters = [variant.counter for variant in experiment.variants]
    return {
        "team": control.app_state.teams.index(experiment.team),
        "uid": experiment.uid,
        "slug": experiment.slug,
        "name": experiment.name,
        "type": experiment.type,
        "status": experiment.status,
        "impressions": sum(counter.impressions for counter in counters),
        "clicks": sum(counter.clicks for counter in counters),
        "actions": [a for a in lifecycle.TRANSITIONS if experiment.status in lifecycle.MOVES[a]],
    }


def move(action: str, control: ControlContext, uid: str, body: Body) -> Json:
    """Start, pause or complete an experiment of any team, without its key."""
    before = experiment_of(control, uid)
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
    experiment = experiment_of(control, uid)
    recent = control.app_state.store.recent(uid)
    return {
        "events": [{**event.members(), "at": date_time(event.at)} for event in recent],
        "tallies": {variant.id: variant.counter.tallies for variant in experiment.variants},
    }


async def recompute(control: ControlContext, body: Body) -> Json:
    """Recompute the weights of one bandit or of all, without regard to the interval."""
    uid = body.get("uid")
    if uid is not None:
        _check_bandit(experiment_of(control, uid))
    bandits = await control.app_state.optimiser.recompute(uid)
    return {"experiments": [experiment_json(each) for each in bandits]}


def _check_bandit(experiment: Experiment) -> None:
    if not experiment.bandit.enabled:
        message = "names an experiment without a bandit; update its banditConfig to enabled"
        raise invalid_field("/uid", message, "invalid_value")
    if not bandit.is_on(experiment):
        status = experiment.status.value
        detail = f"A {status} experiment keeps its weights; only a running one moves them."
        raise Refusal("invalid-state-transition", detail, members={"currentStatus": status})


def experiment_of(control: ControlContext, uid: str) -> Experiment:
    found = control.app_state.store.by_uid(uid)
    if found is None:
        raise Refusal("experiment-not-found", "No team has such an experiment; check the uid.")
    return found
