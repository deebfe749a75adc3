"""Servers that close connections."""

from io import BufferedIOBase

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import DropConnection, Request


class ClosesReused(ExperimentsServer):
    """Answer one request on each connection, and close it at the next without a word."""

    def __init__(self) -> None:
        super().__init__()
        self._used: set[BufferedIOBase] = set()

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        if stream in self._used:
            raise DropConnection
        self._used.add(stream)
        super().send(request, stream)
