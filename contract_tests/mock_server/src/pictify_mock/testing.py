"""The server in a thread of the process that tests with it."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import uvloop

from pictify_mock.api.operations import create_app
from pictify_mock.cli import DEFAULT_PLAN, DEVELOPMENT_API_KEY, DEVELOPMENT_WRITE_KEY
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http import server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

HOST = "127.0.0.1"


class MockServer:
    """A context manager: `url`, `api_key` and `write_key` are good from enter to exit.

    Without `teams` there is one of its own; `options` are those of `create_app`.
    """

    def __init__(self, teams: Sequence[Team] | None = None, **options: Any) -> None:
        self.teams = teams or [
            Team(DEVELOPMENT_API_KEY.encode(), (DEVELOPMENT_WRITE_KEY.encode(),), PLANS[DEFAULT_PLAN])
        ]
        self.api_key = self.teams[0].api_key.decode()
        self.write_key = b"".join(self.teams[0].write_keys[:1]).decode()
        self.url = ""
        self._options = options
        self._ready = threading.Event()

    def __enter__(self) -> MockServer:
        self._app = create_app(self.teams, **self._options)
        self._listener = server.bind(HOST, 0)
        self.url = server.url(self._listener)
        self._loop = uvloop.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="pictify-mock", daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(server.serve(self._app, self._listener, self._ready.set, self._stopped))
