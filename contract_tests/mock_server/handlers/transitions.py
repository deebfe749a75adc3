"""Starting, pausing and completing experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract_tests.mock_server.domain import lifecycle
from contract_tests.mock_server.wire import requests, responses

if TYPE_CHECKING:
    from starlette.responses import Response

    from .call import Call


def start_experiment(call: Call) -> Response:
    return _moved(call, "start")


def pause_experiment(call: Call) -> Response:
    return _moved(call, "pause")


def complete_experiment(call: Call) -> Response:
    winner = requests.winner(call.body)
    before = call.experiment()
    after = lifecycle.complete(before, winner, call.now)
    call.store.replace(before, after)
    return responses.experiment(after)


def _moved(call: Call, action: str) -> Response:
    before = call.experiment()
    after = lifecycle.move(before, action, call.now)
    call.store.replace(before, after)
    return responses.experiment(after)
