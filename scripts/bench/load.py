"""Sends one request again and again, over several connections, in a process of its own.

python scripts/bench/load.py URL SECONDS < request
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 16


class Request(NamedTuple):
    method: str
    path: str
    body: Any = None


class Load(NamedTuple):
    """The result: `rate` per second, `p99` in milliseconds, `cpu` in microseconds per request."""

    requests: int
    rate: float
    p99: float
    cpu: float = 0


def measure(url: str, request: Request, headers: Mapping[str, str], seconds: int) -> Load:
    """Run this file as a program."""
    command = [sys.executable, __file__, url, str(seconds)]
    done = subprocess.run(command, input=raw(request, headers), capture_output=True, check=True)
    return Load(*json.loads(done.stdout))


def raw(request: Request, headers: Mapping[str, str]) -> bytes:
    body = b"" if request.body is None else json.dumps(request.body).encode()
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        "Host: bench",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def connection(
    host: str, port: int, request: bytes, end: float, latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (began := time.perf_counter()) < end:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith((b"http/1.1 2", b"http/1.1 3")):
            sys.exit(f"an unexpected response: {head!r}")
        length = re.search(rb"content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        latencies.append(time.perf_counter() - began)
    writer.close()


async def load(url: str, seconds: int, request: bytes) -> Load:
    parts, latencies = urlsplit(url), list[float]()
    began = time.perf_counter()
    arguments = (str(parts.hostname), int(parts.port or 80), request, began + seconds, latencies)
    await asyncio.gather(*(connection(*arguments) for _ in range(CONNECTIONS)))
    p99 = sorted(latencies)[int(len(latencies) * 0.99)] * 1000
    return Load(len(latencies), len(latencies) / (time.perf_counter() - began), p99)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read()))))
