"""HTTP requests and responses as faults read and change them."""

import json
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from starlette.types import Message, Receive, Scope, Send

from pictify_conformance import spec

Headers = dict[str, str]


class Body:
    """Bytes that may hold JSON. Once `json` was read it is what is sent, with its changes."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._json: Any = ...

    @property
    def json(self) -> Any:
        """The JSON value, or an empty object if there is none."""
        if self._json is ...:
            try:
                self._json = json.loads(self.content)
            except (ValueError, RecursionError):
                return {}
        return self._json

    @json.setter
    def json(self, value: Any) -> None:
        self._json = value

    def encode(self) -> bytes:
        """Return the bytes to send."""
        if self._json is ...:
            return self.content
        text = json.dumps(self._json, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")


class _WithBody:
    body: Body

    @property
    def json(self) -> Any:
        """The JSON value of the body."""
        return self.body.json

    @json.setter
    def json(self, value: Any) -> None:
        self.body.json = value


@dataclass
class Request(_WithBody):
    """A request, and the memory of its faulty server, which begins with the valid keys."""

    scope: Scope
    body: Body
    memory: dict[Any, Any]
    headers: Headers = field(init=False)

    def __post_init__(self) -> None:
        self.headers = _decode(self.scope["headers"])

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """The decoded path."""
        return str(self.scope["path"])

    @property
    def operation(self) -> str | None:
        """The operation id. HEAD has that of GET."""
        return spec.operation_id("GET" if self.method == "HEAD" else self.method, self.path)

    @property
    def name(self) -> str:
        """The uid or slug in the path."""
        parts = self.path.split("/")
        return (parts[2] if self.path.startswith("/s/") else parts[3]).partition(".")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query parameters."""
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))

    @query.setter
    def query(self, parameters: dict[str, str]) -> None:
        self.scope["query_string"] = urlencode(parameters).encode()

    def like(self, method: str, path: str, body: Any = None) -> Self:
        """Return another request with the same headers."""
        target = {"method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
        content = b"" if body is None else json.dumps(body).encode()
        other = type(self)({**self.scope, **target}, Body(content), self.memory)
        other.headers = {k: v for k, v in self.headers.items() if k != "content-length"}
        if body is not None:
            other.headers["content-type"] = "application/json"
        return other


@dataclass
class Response(_WithBody):
    """A response."""

    status: int
    headers: Headers
    body: Body

    @classmethod
    def of(cls, status: int, value: Any = None, **headers: str) -> Self:
        """Return a response with this JSON, or without a body."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if value is None:
            return cls(status, named, Body(b""))
        return cls(
            status, {"content-type": "application/json", **named}, Body(json.dumps(value).encode())
        )

    @property
    def experiments(self) -> list[dict[str, Any]]:
        """The experiments in the body, one or a page of them."""
        shown = self.json if isinstance(self.json, dict) else {}
        if "experiment" in shown:
            return [shown["experiment"]]
        return list(shown.get("experiments", ()))


def _decode(raw: Any) -> Headers:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}


def _encode(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def read_request(scope: Scope, receive: Receive, memory: dict[Any, Any]) -> Request:
    """Read a request to its end."""
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return Request(scope, Body(b"".join(chunks)), memory)


async def call(app: Any, request: Request) -> Response:
    """Return the application's response to the request as it is now."""
    content = request.body.encode()
    # A chunked request has no length, and must stay so: the mock measures it as it reads.
    if "content-length" in request.headers:
        request.headers["content-length"] = str(len(content))
    messages: list[Message] = []
    waiting = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    await app({**request.scope, "headers": _encode(request.headers)}, receive, send)
    start, *parts = messages
    body = Body(b"".join(part.get("body", b"") for part in parts))
    return Response(start["status"], _decode(start["headers"]), body)


async def send_response(response: Response, request: Request, send: Send) -> None:
    """Send the response as it is now."""
    content = response.body.encode()
    headers = dict(response.headers)
    # The length that HEAD announces is that of the body it leaves out.
    if request.method != "HEAD":
        headers["content-length"] = str(len(content))
    start = {"type": "http.response.start", "status": response.status, "headers": _encode(headers)}
    await send(start)
    await send({"type": "http.response.body", "body": content})
