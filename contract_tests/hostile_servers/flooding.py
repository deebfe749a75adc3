"""Servers whose answers have no end, or 1 GiB."""

import zlib
from collections.abc import Callable, Iterator
from io import BufferedIOBase

from hostile_servers.dripping import is_any
from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import Request

GIB, MIB = 2**30, 2**20
PIECE = b" " * 2**16
Flood = Callable[[], Iterator[bytes]]


def _head(*headers: str) -> bytes:
    return "\r\n".join(
        ["HTTP/1.1 200 OK", "content-type: application/json", *headers, "", ""]
    ).encode()


def long_body() -> Iterator[bytes]:
    """Yield a response with a body of 1 GiB."""
    yield _head(f"content-length: {GIB}")
    for _ in range(GIB // len(PIECE)):
        yield PIECE


def endless_chunks() -> Iterator[bytes]:
    """Yield a chunked response that never ends."""
    yield _head("transfer-encoding: chunked")
    while True:
        yield b"%x\r\n%b\r\n" % (len(PIECE), PIECE)


def gzip_bomb() -> Iterator[bytes]:
    """Yield a response with a body of 1 MB that decodes to 1 GiB."""
    packer = zlib.compressobj(9, wbits=31)
    first, more = (packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    bomb = first + more * (GIB // MIB - 1)
    yield _head("content-encoding: gzip", f"content-length: {len(bomb)}") + bomb


def endless_headers() -> Iterator[bytes]:
    """Yield a response whose headers never end."""
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"x-header: a value\r\n" * 1000


FLOODS = (long_body, endless_chunks, gzip_bomb, endless_headers)


class FloodingServer(ExperimentsServer):
    """Flood the clients that send one of these requests, by default any."""

    def __init__(self, flood: Flood, floods: Callable[[Request], bool] = is_any) -> None:
        super().__init__()
        self._flood, self._floods = flood, floods
        self.sent = 0
        """Bytes of floods that clients have read."""

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        """Send pieces for as long as the client reads them."""
        if not self._floods(request):
            super().send(request, stream)
            return
        for piece in self._flood():
            if self.stopped.is_set():
                return
            stream.write(piece)
            self.sent += len(piece)
