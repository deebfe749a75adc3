"""Serve an application in a thread."""

import _thread
import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import ASGIApp

from pictify_mock.http import server

T = TypeVar("T")


class ServerThread:
    """Serves an application until `stop`. It listens as soon as it is created."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> None:
        if _thread.start_new_thread.__module__ != "_thread":  # by gevent or eventlet
            raise RuntimeError(
                "threads are monkey-patched in this process, and the server needs a real one; "
                "run `pictify-mock` as a process of its own"
            )
        self._listener = server.bind(host, port)
        self.url = server.url(self._listener)
        self._loop = server.new_event_loop()
        self._stopped = asyncio.Event()
        self._failure: BaseException | None = None
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(app, ready), name="pictify-mock", daemon=True
        )
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            self._listener.close()
            raise RuntimeError(f"the server did not start: {self._failure}") from self._failure

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the server's event loop, and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def stop(self) -> None:
        """Close all connections, and return once the thread has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._listener.close()

    def _serve(self, app: ASGIApp, ready: threading.Event) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(server.serve(app, self._listener, ready.set, self._stopped))
        except BaseException as failure:  # reported by the thread that waits
            self._failure = failure
        finally:
            ready.set()
