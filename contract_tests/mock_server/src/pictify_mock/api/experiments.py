"""Listing, making, reading, changing and deleting experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pictify_mock.domain import editing, lifecycle, quota
from pictify_mock.domain.clock import to_millisecond
from pictify_mock.domain.uids import new_uid
from pictify_mock.http import request_parsing, responses

if TYPE_CHECKING:
    from starlette.responses import Response

    from pictify_mock.api.context import Call
    from pictify_mock.domain.experiment import Experiment


def list_experiments(call: Call) -> Response:
    kind, status, page, limit = request_parsing.listing(call.scope["query_string"])
    matches = call.store.of_team(call.owner)
    if (
        kind is not None or status is not None
    ):  # otherwise a page costs the same however many there are
        matches = [
            experiment
            for experiment in matches
            if kind in (None, experiment.type) and status in (None, experiment.status)
        ]
    first = (page - 1) * limit
    return responses.experiment_page(matches[first : first + limit], len(matches), page, limit)


def create_experiment(call: Call) -> Response:
    fields = request_parsing.new_experiment(call.body)
    editing.check_fields(fields, call.owner.plan)
    experiment = editing.created(_free_uid(call), call.owner, fields, to_millisecond(call.now))
    _check_slug_free(call, experiment)
    quota.check_slot(call.owner.plan, experiment.type, call.store.of_team(call.owner))
    call.store.add(experiment)
    return responses.experiment(experiment, 201)


def get_experiment(call: Call) -> Response:
    return responses.experiment(call.experiment())


def update_experiment(call: Call) -> Response:
    fields = request_parsing.changes(call.body)
    editing.check_fields(fields, call.owner.plan)
    before = call.experiment()
    after = editing.edited(before, fields, call.now)
    _check_slug_free(call, after)
    call.store.replace(before, after)
    return responses.experiment(after)


def delete_experiment(call: Call) -> Response:
    before = call.experiment()
    call.store.replace(before, lifecycle.move(before, "delete", call.now))
    return responses.deleted()


def _check_slug_free(call: Call, experiment: Experiment) -> None:
    holder = call.store.by_slug(experiment.slug)
    if holder is not None and holder.uid != experiment.uid:
        raise editing.slug_in_use()


def _free_uid(call: Call) -> str:
    while call.store.known(uid := new_uid(call.world.chance)):
        pass
    return uid
