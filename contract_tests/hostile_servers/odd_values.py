"""A server that shows values of a wrong type."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import Request, Response


class OddValues(ExperimentsServer):
    """Show one of these members of the objects in each response as this value, in turn."""

    def __init__(self, members: Sequence[str], value: Any) -> None:
        super().__init__()
        self._members, self._value = itertools.cycle(members), value

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        if not response.body:
            return response
        body = self._altered(response.json, next(self._members))
        return Response(response.status, json.dumps(body).encode(), response.headers)

    def _altered(self, value: Any, member: str) -> Any:
        if isinstance(value, dict):
            return {
                name: self._value if name == member else self._altered(each, member)
                for name, each in value.items()
            }
        return [self._altered(each, member) for each in value] if isinstance(value, list) else value
