"""Serve HTTP on a loopback port, with a thread for each connection."""

import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


@dataclass(frozen=True)
class Request:
    """A request as it arrived. The path is raw: neither decoded nor without its query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the JSON of the body, or None."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Response:
    """A response to be sent; `content-length` is added, unless the headers have one."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, value: Any) -> "Response":
        """Return a response with a JSON body."""
        return cls(status, json.dumps(value).encode(), {"content-type": "application/json"})

    @property
    def json(self) -> Any:
        """Return the JSON of the body."""
        return json.loads(self.body)


class DropConnection(Exception):
    """Raised by `answer` to close the connection without a response."""


class HostileServer:
    """Answer requests with `answer`, one at a time. Override `send` to misbehave below HTTP."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.stopped = threading.Event()
        """Set when the server ends; wait for it in place of `time.sleep`."""
        self._lock = threading.Lock()

    def requests_with(self, *methods: str) -> list[Request]:
        """Return the requests with one of these methods."""
        return [request for request in self.requests if request.method in methods]

    def answer(self, request: Request) -> Response:
        """Return the response to a request. Override it to misbehave within HTTP."""
        return Response.of(404, {"title": f"There is no {request.method} {request.path}"})

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        """Write the response to a request onto the connection."""
        with self._lock:
            response = self.answer(request)
        headers = {"content-length": str(len(response.body)), **response.headers}
        lines = [
            f"HTTP/1.1 {response.status} Status",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        # At once, since the second of two packets waits for an ACK.
        stream.write(head if request.method == "HEAD" else head + response.body)


@contextlib.contextmanager
def serving(server: HostileServer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free loopback port until the block ends; yield the base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the base class' name
            """Log nothing."""

        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            server.requests.append(request)
            try:
                server.send(request, self.wfile)
            except (DropConnection, OSError):
                self.close_connection = True

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.handle_any)
    with _Threads(("127.0.0.1", 0), Handler) as listener:
        if tls:
            listener.socket = tls.wrap_socket(listener.socket, server_side=True)
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{listener.server_port}"
        finally:
            server.stopped.set()
            listener.shutdown()
            thread.join()


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Print nothing: a client may hang up."""
