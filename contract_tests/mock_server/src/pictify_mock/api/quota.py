"""What the plan allows and how much of it is used."""

from starlette.responses import Response

from pictify_mock.api.context import RequestContext
from pictify_mock.domain import quota
from pictify_mock.http import responses


def get_experiment_quota(context: RequestContext) -> Response:
    return responses.quota(context.owner.plan, quota.used(context.store.of_team(context.owner)))
