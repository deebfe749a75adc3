"""Load for bench.servers: wrk, or a small client of our own in a process of its own.

python scripts/bench/load.py URL SECONDS < request
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 16
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}
Headers = Mapping[str, str]


class Request(NamedTuple):
    method: str
    path: str
    body: Any = None

    def at(self, **parameters: str) -> "Request":
        return self._replace(path=self.path.format_map(parameters))


class Load(NamedTuple):
    """What one measurement gave: `p99` in milliseconds, `cpu` in microseconds of the server for each request."""

    requests: int
    rate: float
    p99: float
    cpu: float = 0


def wrk(url: str, request: Request, headers: Headers, seconds: int) -> Load:
    script = f"wrk.method = {json.dumps(request.method)}\n"
    script += "".join(
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n"
        for name, value in headers.items()
    )
    if request.body is not None:
        script += f"wrk.body = [==[{json.dumps(request.body)}]==]\n"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            file.name,
            url + request.path,
        ]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"{request.method} {url}{request.path} was not answered well:\n{told}")
    number, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", told)[0]
    requests, rate = (
        re.findall(pattern, told)[0]
        for pattern in (r"(\d+) requests in", r"Requests/sec:\s+([\d.]+)")
    )
    return Load(int(requests), float(rate), float(number) * UNITS[unit])


def asyncio_client(url: str, request: Request, headers: Headers, seconds: int) -> Load:
    command = [sys.executable, __file__, url, str(seconds)]
    done = subprocess.run(command, input=raw(request, headers), capture_output=True, check=True)
    return Load(*json.loads(done.stdout))


def raw(request: Request, headers: Headers) -> bytes:
    body = b"" if request.body is None else json.dumps(request.body).encode()
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        "Host: bench",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def connection(
    host: str, port: int, request: bytes, end: float, latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (began := time.perf_counter()) < end:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith((b"http/1.1 2", b"http/1.1 3")):
            sys.exit(f"not answered well: {head!r}")
        length = re.search(rb"content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        latencies.append(time.perf_counter() - began)
    writer.close()


async def load(url: str, seconds: int, request: bytes) -> Load:
    place, latencies = urlsplit(url), list[float]()
    began = time.perf_counter()
    open_for = (str(place.hostname), int(place.port or 80), request, began + seconds, latencies)
    await asyncio.gather(*(connection(*open_for) for _ in range(CONNECTIONS)))
    p99 = sorted(latencies)[int(len(latencies) * 0.99)] * 1000
    return Load(len(latencies), len(latencies) / (time.perf_counter() - began), p99)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read()))))
