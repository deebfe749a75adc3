"""Manage experiments: create, read, update, delete and move them, and read the quota."""

from starlette.responses import Response

from pictify_mock.api.context import EXPERIMENT, RequestContext
from pictify_mock.domain import editing, lifecycle, quota
from pictify_mock.domain.clock import to_millisecond
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.uids import new_uid
from pictify_mock.http import request_parsing, responses


def list_experiments(context: RequestContext) -> Response:
    kind, status, page, limit = request_parsing.listing(context.scope["query_string"])
    matches = context.store.of_team(context.owner)
    # Without a filter nothing is copied: a page of a million experiments costs the same as of ten.
    if kind is not None or status is not None:
        matches = [
            experiment
            for experiment in matches
            if kind in (None, experiment.type) and status in (None, experiment.status)
        ]
    first = (page - 1) * limit
    return responses.experiment_page(matches[first : first + limit], len(matches), page, limit)


def create_experiment(context: RequestContext) -> Response:
    fields = request_parsing.new_experiment(context.body)
    team = context.owner
    editing.check_fields(fields, team.plan)
    experiment = editing.created(_free_uid(context), team, fields, to_millisecond(context.now))
    # The docs do not define the order; the quota comes last, so that its 429 means nothing else.
    _check_slug_free(context, experiment)
    quota.check_slot(team.plan, experiment.type, context.store.of_team(team))
    context.store.add(experiment)
    context.scope[EXPERIMENT] = experiment
    return responses.experiment(experiment, 201)


def get_experiment(context: RequestContext) -> Response:
    return responses.experiment(context.experiment())


def update_experiment(context: RequestContext) -> Response:
    fields = request_parsing.changes(context.body)
    editing.check_fields(fields, context.owner.plan)
    before = context.experiment()
    after = editing.edited(before, fields, context.now)
    _check_slug_free(context, after)
    context.store.replace(before, after)
    return responses.experiment(after)


def delete_experiment(context: RequestContext) -> Response:
    _move(context, "delete")
    return responses.deleted()


def start_experiment(context: RequestContext) -> Response:
    return responses.experiment(_move(context, "start"))


def pause_experiment(context: RequestContext) -> Response:
    return responses.experiment(_move(context, "pause"))


def complete_experiment(context: RequestContext) -> Response:
    winner = request_parsing.winner(context.body)
    before = context.experiment()
    after = lifecycle.complete(before, winner, context.now)
    context.store.replace(before, after)
    return responses.experiment(after)


def get_experiment_quota(context: RequestContext) -> Response:
    return responses.quota(context.owner.plan, quota.used(context.store.of_team(context.owner)))


def _move(context: RequestContext, action: str) -> Experiment:
    before = context.experiment()
    after = lifecycle.move(before, action, context.now)
    context.store.replace(before, after)
    return after


def _check_slug_free(context: RequestContext, experiment: Experiment) -> None:
    holder = context.store.by_slug(experiment.slug)
    if holder is not None and holder.uid != experiment.uid:
        raise editing.slug_in_use()


def _free_uid(context: RequestContext) -> str:
    while context.store.is_known(uid := new_uid(context.app_state.rng)):
        pass
    return uid
