"""Send a request to an application in the same process, without a socket."""

from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json")]


async def request(app: ASGIApp, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send a request that seems to come from this machine. Return status and body."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(_scope(method, target), receive, send)
    return messages[0]["status"], b"".join(message.get("body", b"") for message in messages)


def _scope(method: str, target: str) -> Scope:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": HEADERS,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
