"""A request and its answer as a fault sees and changes them."""

import json
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from starlette.types import Message, Receive, Scope, Send

from pictify_conformance import spec

Headers = dict[str, str]


class Body:
    """Bytes that may hold JSON. What is changed in `json` is sent; other bytes stay as they are."""

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

    def sent(self) -> bytes:
        """The bytes as they go on."""
        if self._json is ...:
            return self.content
        return json.dumps(self._json, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )


@dataclass
class Request:
    """What came in, and what the faulty server remembers of earlier requests: from the start the keys that are good."""

    scope: Scope
    body: Body
    memory: dict[Any, Any]
    headers: Headers = field(init=False)

    def __post_init__(self) -> None:
        self.headers = _text(self.scope["headers"])

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """The path, decoded."""
        return str(self.scope["path"])

    @property
    def operation(self) -> str | None:
        """The operation that is called; HEAD calls that of GET."""
        return spec.operation_id("GET" if self.method == "HEAD" else self.method, self.path)

    @property
    def name(self) -> str:
        """The uid or slug in the path."""
        parts = self.path.split("/")
        return (parts[2] if self.path.startswith("/s/") else parts[3]).partition(".")[0]

    @property
    def json(self) -> Any:
        """The JSON of the body."""
        return self.body.json

    @json.setter
    def json(self, value: Any) -> None:
        self.body.json = value

    @property
    def query(self) -> dict[str, str]:
        """The query parameters."""
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))

    @query.setter
    def query(self, parameters: dict[str, str]) -> None:
        self.scope["query_string"] = urlencode(parameters).encode()

    def like(self, method: str, path: str, body: Any = None) -> Self:
        """Another request with the same headers."""
        scope = {
            **self.scope,
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
        }
        other = type(self)(
            scope, Body(b"" if body is None else json.dumps(body).encode()), self.memory
        )
        other.headers = {
            name: value for name, value in self.headers.items() if name != "content-length"
        }
        if body is not None:
            other.headers["content-type"] = "application/json"
        return other


@dataclass
class Response:
    """What goes out."""

    status: int
    headers: Headers
    body: Body

    @classmethod
    def of(cls, status: int, value: Any = None, **headers: str) -> Self:
        """An answer with this JSON, or without a body."""
        content = b"" if value is None else json.dumps(value).encode()
        media_type = {} if value is None else {"content-type": "application/json"}
        return cls(
            status,
            {**media_type, **{k.replace("_", "-"): v for k, v in headers.items()}},
            Body(content),
        )

    @property
    def json(self) -> Any:
        """The JSON of the body."""
        return self.body.json

    @json.setter
    def json(self, value: Any) -> None:
        self.body.json = value

    @property
    def experiments(self) -> list[dict[str, Any]]:
        """The experiments that it shows, one or a page of them."""
        shown = self.json if isinstance(self.json, dict) else {}
        return (
            [shown["experiment"]] if "experiment" in shown else list(shown.get("experiments", ()))
        )


def _text(raw: Any) -> Headers:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def received(scope: Scope, receive: Receive, memory: dict[Any, Any]) -> Request:
    """The whole request."""
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return Request(scope, Body(b"".join(chunks)), memory)


async def ask(app: Any, request: Request) -> Response:
    """What the application answers to the request as it is now."""
    content = request.body.sent()
    if "content-length" in request.headers:
        request.headers["content-length"] = str(len(content))
    messages: list[Message] = []
    waiting = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    await app({**request.scope, "headers": _raw(request.headers)}, receive, send)
    start, *parts = messages
    return Response(
        start["status"],
        _text(start["headers"]),
        Body(b"".join(part.get("body", b"") for part in parts)),
    )


async def deliver(response: Response, request: Request, send: Send) -> None:
    """Send the answer as it is now."""
    content = response.body.sent()
    headers = dict(response.headers)
    if request.method != "HEAD":
        headers["content-length"] = str(len(content))
    await send({"type": "http.response.start", "status": response.status, "headers": _raw(headers)})
    await send({"type": "http.response.body", "body": content})
