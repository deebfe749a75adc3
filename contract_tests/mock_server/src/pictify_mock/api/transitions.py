"""Starting, pausing and completing experiments."""

from starlette.responses import Response

from pictify_mock.api.context import RequestContext
from pictify_mock.domain import lifecycle
from pictify_mock.http import request_parsing, responses


def start_experiment(context: RequestContext) -> Response:
    return _moved(context, "start")


def pause_experiment(context: RequestContext) -> Response:
    return _moved(context, "pause")


def complete_experiment(context: RequestContext) -> Response:
    winner = request_parsing.winner(context.body)
    before = context.experiment()
    after = lifecycle.complete(before, winner, context.now)
    context.store.replace(before, after)
    return responses.experiment(after)


def _moved(context: RequestContext, action: str) -> Response:
    before = context.experiment()
    after = lifecycle.move(before, action, context.now)
    context.store.replace(before, after)
    return responses.experiment(after)
