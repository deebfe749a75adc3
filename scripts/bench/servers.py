"""The mock beside a bare ASGI hello and, if it is given, Prism.

A ratio compares measurements of one round. Reported is the median over the rounds.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import CONNECTIONS, Load, Request, measure
from bench.markdown import progress, table

ROOT = Path(__file__).resolve().parents[2]
MOCK = (sys.executable, "-m", "pictify_mock", "--port", "0")
HELLO = (sys.executable, str(ROOT / "scripts" / "bench" / "hello.py"))
UID = "exp_0123456789"  # any uid will do for Prism
PRISM_PORT = 4017
STARTS = 5
START_TIMEOUT = 60  # seconds
STORED = 100  # experiments
MANY = 10_000  # experiments, for the memory

HEADERS = {
    "Authorization": "Bearer pk_test_development_only",
    "Content-Type": "application/json",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
VARIANTS = [{"id": "a", "weight": 5000, "variables": {"title": "Old"}}, {"id": "b", "weight": 5000}]
GOAL = {"type": "click_through", "destinationUrl": "https://example.com/"}
EVENT = {"event": "impression", "experiment": "bench-0", "variantId": "a", "channel": "web"}

CASES = {
    "get one experiment": Request("GET", "/experiments/api/{uid}"),
    "one event": Request("POST", "/s/events", EVENT),
    "100 events": Request("POST", "/s/events", [EVENT] * 100),
    "click": Request("GET", "/s/bench-0/click"),
    "pixel": Request("GET", "/s/bench-0/pixel.gif"),
    "list of 20": Request("GET", "/experiments/api?limit=20"),
}


@dataclass
class Server:
    name: str
    url: str
    process: subprocess.Popen[str]
    uid: str = UID
    rounds: dict[str, list[Load]] = field(default_factory=dict)

    def request(self, case: str) -> Request:
        request = CASES[case]
        return request._replace(path=request.path.format(uid=self.uid))

    def measure(self, case: str, seconds: int) -> None:
        """Measure one round of a case."""
        before = self.cpu()
        request = Request("GET", "/") if self.name == "hello" else self.request(case)
        load = measure(self.url, request, HEADERS, seconds)
        cpu = (self.cpu() - before) / load.requests
        self.rounds.setdefault(case, []).append(load._replace(cpu=cpu))

    def cpu(self) -> float:
        """Return user and system time of all its processes so far, in microseconds."""
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # the process has just ended
                fields = file.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK") * 1e6


@contextmanager
def serving(name: str, *command: str, port: int | None = None) -> Iterator[Server]:
    """Start a server. Without a port it prints its URL in the first line."""
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        process_group=0,
    ) as process:
        assert process.stdout
        try:
            words = process.stdout.readline().split() if port is None else []
            urls = [word for word in words if word.startswith("http://")]
            url = urls[0] if urls else f"http://127.0.0.1:{port}"
            wait_for(url)
            yield Server(name, url, process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            ask(url, "GET", "/")
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"nothing answers at {url}")
            time.sleep(0.05)
        else:
            return


def ask(url: str, method: str, path: str, body: Any = None) -> bytes:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=START_TIMEOUT)
    try:
        connection.request(method, path, json.dumps(body), HEADERS)
        return connection.getresponse().read()
    finally:
        connection.close()


def fill(server: Server, count: int) -> None:
    """Store so many experiments, and start the first."""
    common = {"type": "ab_test", "variants": VARIANTS, "goalConfig": GOAL}
    for number in range(count):
        body = {"name": f"Bench {number}", "slug": f"bench-{number}", **common}
        answer = json.loads(ask(server.url, "POST", "/experiments/api", body))
        if number == 0:
            server.uid = answer["experiment"]["uid"]
    ask(server.url, "POST", f"/experiments/api/{server.uid}/start")


def seconds_to_start() -> float:
    """Return the seconds from the command to the first answer, the median of a few starts."""
    taken = []
    for _ in range(STARTS):
        began = time.monotonic()
        with serving("start", *MOCK):
            taken.append(time.monotonic() - began)
    return median(taken)


def megabytes_with(count: int) -> float:
    """Return the resident memory of a mock that holds so many experiments."""
    with serving("memory", *MOCK) as mock:
        fill(mock, count)
        pages = int(Path(f"/proc/{mock.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_all(options: argparse.Namespace, folder: Path) -> list[Server]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving("hello", *HELLO)),
            stack.enter_context(serving("memory", *MOCK)),
            stack.enter_context(serving("--db", *MOCK, "--db", str(folder / "bench.db"))),
        ]
        for server in servers[1:]:
            fill(server, STORED)
        if options.prism:
            arguments = ("mock", "-m", "false", "-p", str(PRISM_PORT), "spec/openapi.yaml")
            prism = serving("Prism", "node", options.prism, *arguments, port=PRISM_PORT)
            servers.append(stack.enter_context(prism))
        for number in range(options.rounds):
            for case in CASES:
                for server in servers:
                    progress(f"round {number + 1} of {options.rounds}: {case}, {server.name}")
                    server.measure(case, options.seconds)
    return servers


def section(options: argparse.Namespace) -> str:
    """Measure, and return the part of the page about the mock."""
    start = seconds_to_start()
    progress(f"storing {MANY:,} experiments")
    megabytes = megabytes_with(MANY)
    with tempfile.TemporaryDirectory() as folder:
        servers = measure_all(options, Path(folder))
    return f"""## Mock

{options.rounds} rounds of {options.seconds} s, {CONNECTIONS} connections, {os.cpu_count()} cores;
medians. Throughput, CPU and p99 are multiples of those of a bare ASGI hello.

{servers_table(servers)}

Start to first answer: {start:.2f} s. Memory with {MANY:,} experiments: {megabytes:.0f} MB."""


def servers_table(servers: list[Server]) -> str:
    """Return the table; the first server is what the others are compared with."""
    hello, *others = servers
    head = ["case", "server", "throughput", "CPU", "p99", "requests/s", "CPU µs", "p99 ms"]
    rows = []
    for case in CASES:
        for server in others:
            if loads := server.rounds.get(case):
                pairs = list(zip(loads, hello.rounds[case], strict=True))
                rate = median(load.rate / limit.rate for load, limit in pairs)
                cpu = median(load.cpu / limit.cpu for load, limit in pairs)
                p99 = median(load.p99 / limit.p99 for load, limit in pairs)
                ratios = [f"{rate:.2f}", f"{cpu:.1f}", f"{p99:.1f}"]
                figures = [
                    f"{median(load.rate for load in loads):,.0f}",
                    f"{median(load.cpu for load in loads):.1f}",
                    f"{median(load.p99 for load in loads):.1f}",
                ]
                rows.append([case, server.name, *ratios, *figures])
    return table(head, rows)
