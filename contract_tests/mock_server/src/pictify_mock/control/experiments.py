"""Create, update and delete experiments of any team without its key, as the API does with it."""

from typing import Any

from starlette.responses import Response

from pictify_mock.api import experiments
from pictify_mock.api.context import RequestContext
from pictify_mock.control.context import ControlContext
from pictify_mock.control.overview import experiment_of
from pictify_mock.control.schemas import Body
from pictify_mock.domain.teams import Team


def create(control: ControlContext, body: Body) -> Response:
    team = control.team(body.pop("team", 0))
    return experiments.create_experiment(_context(control, team, body))


def update(control: ControlContext, uid: str, body: Any) -> Response:
    team = experiment_of(control, uid).team
    return experiments.update_experiment(_context(control, team, body, uid=uid))


def delete(control: ControlContext, uid: str) -> Response:
    team = experiment_of(control, uid).team
    experiments.delete_experiment(_context(control, team, None, uid=uid))
    return Response(status_code=204)


def _context(control: ControlContext, team: Team, body: Any, **parameters: str) -> RequestContext:
    return RequestContext(control.app_state, {"path_params": parameters}, {}, team, body)
