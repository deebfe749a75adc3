"""Create, update and delete experiments of any team without its key, as the API does with it."""

from typing import Any

from starlette.responses import Response

from pictify_mock.api import experiments
from pictify_mock.api.context import RequestContext
from pictify_mock.control.context import ControlContext
from pictify_mock.control.overview import experiment_of
from pictify_mock.control.schemas import READ_ONLY, Body
from pictify_mock.domain.errors import invalid_field
from pictify_mock.domain.teams import Team
from pictify_mock.http.responses import experiment_json


def create(control: ControlContext, body: Body) -> Response:
    team = control.team(body.pop("team", 0))
    return experiments.create_experiment(_context(control, team, body))


def update(control: ControlContext, uid: str, body: Body) -> Response:
    """Update it as the API does, but refuse to change what the API would ignore."""
    before = experiment_of(control, uid)
    shown = experiment_json(before)
    for name in READ_ONLY:
        if name in body and body[name] != shown[name]:
            message = "may not be changed here; leave it out"
            raise invalid_field(f"/{name}", message, "not_editable")
    return experiments.update_experiment(_context(control, before.team, body, uid=uid))


def delete(control: ControlContext, uid: str) -> Response:
    team = experiment_of(control, uid).team
    experiments.delete_experiment(_context(control, team, None, uid=uid))
    return Response(status_code=204)


def _context(control: ControlContext, team: Team, body: Any, **parameters: str) -> RequestContext:
    return RequestContext(control.app_state, {"path_params": parameters}, {}, team, body)
