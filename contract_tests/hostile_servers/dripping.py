"""Servers that keep a client waiting."""

from collections.abc import Callable
from io import BufferedIOBase

from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import Request, Response

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
BEGINNINGS = {
    "body": HEAD + b"content-length: 1000000\r\n\r\n",
    "chunks": HEAD + b"transfer-encoding: chunked\r\n\r\nf4240\r\n",
    "headers": HEAD + b"x-header: ",
    "nothing": b"",
}
"""The bytes that are sent at once, by the part that drips after them."""


def is_any(_: Request) -> bool:
    return True


class DrippingServer(ExperimentsServer):
    """Answer these requests, by default any, with a byte a second, or with nothing at all."""

    def __init__(
        self,
        what: str,
        drips: Callable[[Request], bool] = is_any,
        pause: float = 1.0,
        length: int = 1_000_000,
    ) -> None:
        super().__init__()
        self._what, self._drips, self._pause, self._length = what, drips, pause, length

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        if not self._drips(request):
            super().send(request, stream)
            return
        stream.write(BEGINNINGS[self._what])
        for _ in range(self._length):
            if self.stopped.wait(self._pause):
                return
            stream.write(b"" if self._what == "nothing" else b" ")


class BusyServer(ExperimentsServer):
    """Answer these requests with 429 and a Retry-After of a minute."""

    def __init__(self, is_busy: Callable[[Request], bool], retry_after: str = "60") -> None:
        super().__init__()
        self._is_busy, self._retry_after = is_busy, retry_after

    def answer(self, request: Request) -> Response:
        if not self._is_busy(request):
            return super().answer(request)
        headers = {"content-type": "application/json", "retry-after": self._retry_after}
        return Response(429, b"{}", headers)
