"""The fastest server that the mock's HTTP stack allows: it answers every request with hello.

    python scripts/bench/hello.py [ANSWERS]

With ANSWERS, a JSON file with a text for each path, it serves the clients that are measured.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
import uvloop


def messages(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    body = text.encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    return (
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


HELLO = messages("hello")
TEXTS = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")) if sys.argv[1:] else {}
ANSWERS = {path: messages(text) for path, text in TEXTS.items()}


async def hello(scope: Any, _: Any, send: Any) -> None:
    for message in ANSWERS.get(scope["path"], HELLO):
        await send(message)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        hello,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve([listener]))


if __name__ == "__main__":
    main()
