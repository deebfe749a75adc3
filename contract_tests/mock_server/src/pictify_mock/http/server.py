"""Serve an application on a socket, until a signal ends it."""

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import httptools  # noqa: F401 - before uvicorn, so that an error names it if it is missing
import uvicorn
from starlette.types import ASGIApp

from pictify_mock.http.protocol import Protocol
from pictify_mock.http.signals import call_on_signals

BACKLOG = 2048
SHUTDOWN_GRACE_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 75


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # `run` has its own handlers: uvicorn's would wait for open connections.
        yield


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Binding first reports a taken port at once, and lets early clients wait.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # on Windows two servers could share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if listener.family == socket.AF_INET6:
        host = f"[{host}]"
    return f"http://{host}:{port}"


def has_uvloop() -> bool:
    """Return True if the faster event loop is installed. Windows and PyPy have none."""
    return find_spec("uvloop") is not None


def new_event_loop() -> asyncio.AbstractEventLoop:
    if not has_uvloop():
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def run(app: ASGIApp, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. Call `ready` once requests are served."""
    gc.freeze()  # imported modules live for ever, so the collector need not look at them
    gc.enable()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_until_signal(app, listener, ready))


async def _until_signal(app: ASGIApp, listener: socket.socket, ready: Callable[[], None]) -> None:
    stopped = asyncio.Event()
    call_on_signals(asyncio.get_running_loop(), stopped.set)
    await serve(app, listener, ready, stopped)


async def serve(
    app: ASGIApp, listener: socket.socket, ready: Callable[[], None], stopped: asyncio.Event
) -> None:
    """Serve until `stopped` is set."""
    server = Server(_config(app))
    serving = asyncio.create_task(server.serve([listener]))
    while not (server.started or serving.done()):
        await asyncio.sleep(0)
    ready()
    await stopped.wait()
    await _close_connections(server)
    for listening in server.servers:
        listening.close()
    serving.cancel()
    await asyncio.wait([serving])


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        headers=[("Keep-Alive", f"timeout={KEEP_ALIVE_SECONDS}")],
    )


async def _close_connections(server: Server) -> None:
    # A graceful shutdown would wait for requests whose body never ends, so abort. A request that
    # does not wait for its client then ends within one turn of the loop.
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks, timeout=SHUTDOWN_GRACE_SECONDS)
