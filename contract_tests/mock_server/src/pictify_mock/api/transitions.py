"""Starting, pausing and completing experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pictify_mock.domain import lifecycle
from pictify_mock.http import request_parsing, responses

if TYPE_CHECKING:
    from starlette.responses import Response

    from pictify_mock.api.context import Call


def start_experiment(call: Call) -> Response:
    return _moved(call, "start")


def pause_experiment(call: Call) -> Response:
    return _moved(call, "pause")


def complete_experiment(call: Call) -> Response:
    winner = request_parsing.winner(call.body)
    before = call.experiment()
    after = lifecycle.complete(before, winner, call.now)
    call.store.replace(before, after)
    return responses.experiment(after)


def _moved(call: Call, action: str) -> Response:
    before = call.experiment()
    after = lifecycle.move(before, action, call.now)
    call.store.replace(before, after)
    return responses.experiment(after)
