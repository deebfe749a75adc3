"""What the plan allows and how much of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pictify_mock.domain import quota
from pictify_mock.http import responses

if TYPE_CHECKING:
    from starlette.responses import Response

    from pictify_mock.api.context import RequestContext


def get_experiment_quota(context: RequestContext) -> Response:
    return responses.quota(context.owner.plan, quota.used(context.store.of_team(context.owner)))
