"""The mock beside a bare ASGI hello and, if it is given, Prism.

Ratios are taken within a round, where each case is measured on all servers in turn; their medians are reported.
The load comes from wrk if it is installed, else from scripts/bench/load.py, which costs its core more.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench import servers_report
from bench.load import CONNECTIONS, Load, Request, asyncio_client, wrk
from bench.report import Part

ROOT = Path(__file__).resolve().parents[2]
MOCK = (sys.executable, "-m", "pictify_mock", "--port", "0")
HELLO = (sys.executable, str(ROOT / "scripts" / "bench" / "hello.py"))
UID = "exp_0123456789"  # as far as Prism looks; the mock makes its own
PRISM_PORT = 4017
STARTS = 5
PATIENCE = 60  # seconds for a server to come up
FEW, SOME, MANY = 100, 1_000, 10_000

HEADERS = {
    "Authorization": "Bearer pk_test_development_only",
    "Content-Type": "application/json",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
VARIANTS = [{"id": "a", "weight": 5000, "variables": {"title": "Old"}}, {"id": "b", "weight": 5000}]
GOAL = {"type": "click_through", "destinationUrl": "https://example.com/"}
EVENT = {
    "event": "impression",
    "experiment": "bench-0",
    "variantId": "a",
    "channel": "web",
    "device": "mobile",
}

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
    cases: Collection[str] = tuple(CASES)
    uid: str = UID
    rounds: dict[str, list[Load]] = field(default_factory=dict)

    def measure(self, case: str, seconds: int) -> None:
        before, load = self.cpu(), wrk if shutil.which("wrk") else asyncio_client
        request = Request("GET", "/") if self.name == "hello" else CASES[case].at(uid=self.uid)
        result = load(self.url, request, HEADERS, seconds)
        self.rounds.setdefault(case, []).append(
            result._replace(cpu=(self.cpu() - before) / result.requests)
        )

    def cpu(self) -> float:
        """User and system time so far, of all threads and children, in microseconds."""
        ticks = sum(
            user + system for group, user, system in processes() if group == self.process.pid
        )
        return ticks / os.sysconf("SC_CLK_TCK") * 1e6

    def megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def processes() -> Iterator[tuple[int, int, int]]:
    """The group of every process, and its user and system time in ticks."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = file.read_text().rpartition(")")[2].split()
            yield int(fields[2]), int(fields[11]), int(fields[12])


@contextmanager
def serving(
    name: str, *command: str, cases: Collection[str] = tuple(CASES), port: int | None = None
) -> Iterator[Server]:
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
            url = next(
                (word for word in words if word.startswith("http://")), f"http://127.0.0.1:{port}"
            )
            wait_for(url)
            yield Server(name, url, process, cases)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            ask(url, "GET", "/")
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"nothing answers at {url}")
            time.sleep(0.05)  # Prism says in colours and pieces when it is ready
        else:
            return


def ask(url: str, method: str, path: str, body: Any = None) -> bytes:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, path, json.dumps(body), HEADERS)
        return connection.getresponse().read()
    finally:
        connection.close()


def fill(server: Server, count: int) -> None:
    """Store so many experiments; the first one runs."""
    connection = HTTPConnection(server.url.removeprefix("http://"))
    for number in range(count):
        body = {
            "name": f"Bench {number}",
            "type": "ab_test",
            "slug": f"bench-{number}",
            "variants": VARIANTS,
        }
        connection.request(
            "POST", "/experiments/api", json.dumps({**body, "goalConfig": GOAL}), HEADERS
        )
        answer = json.load(connection.getresponse())
        if number == 0:
            server.uid = answer["experiment"]["uid"]
    connection.close()
    ask(server.url, "POST", f"/experiments/api/{server.uid}/start")


def starts(*options: str) -> float:
    """Seconds from the command to the first answer, the median of a few."""
    taken = []
    for _ in range(STARTS):
        began = time.monotonic()
        with serving("start", *MOCK, *options):
            taken.append(time.monotonic() - began)
    return median(taken)


def reset(count: int) -> float:
    """Milliseconds of a request that makes the control API forget so many experiments, its connection included."""
    with serving("reset", *MOCK) as server:
        ask(server.url, "POST", "/_mock/reset", {})  # what takes time only once
        fill(server, count)
        began = time.perf_counter()
        ask(server.url, "POST", "/_mock/reset", {})
        return (time.perf_counter() - began) * 1000


def run(options: argparse.Namespace, folder: Path) -> tuple[list[Server], dict[str, float]]:
    facts = {
        "start to first answer, s": starts(),
        f"reset of {SOME:,} experiments, ms": reset(SOME),
    }
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving("hello", *HELLO)),
            stack.enter_context(serving("memory", *MOCK)),
            stack.enter_context(serving("--db", *MOCK, "--db", str(folder / "bench.db"))),
            stack.enter_context(serving(f"memory, {MANY:,} stored", *MOCK, cases=("list of 20",))),
        ]
        for server, count in zip(servers[1:], (FEW, FEW, MANY), strict=True):
            say(f"storing {count:,} experiments: {server.name}")
            fill(server, count)
        facts[f"memory with {MANY:,} experiments, MB"] = servers[3].megabytes()
        if options.prism:
            command = (
                "node",
                options.prism,
                "mock",
                "-m",
                "false",
                "-p",
                str(PRISM_PORT),
                "spec/openapi.yaml",
            )
            servers.append(stack.enter_context(serving("Prism", *command, port=PRISM_PORT)))
        for number in range(options.rounds):
            for case in CASES:
                for server in (server for server in servers if case in server.cases):
                    say(f"round {number + 1} of {options.rounds}: {case}, {server.name}")
                    server.measure(case, options.seconds)
    return servers, facts


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def part(options: argparse.Namespace) -> Part:
    with tempfile.TemporaryDirectory() as folder:
        servers, facts = run(options, Path(folder))
    rows: list[Mapping[str, Any]] = [
        row for server in servers for row in servers_report.rows(server, servers[0])
    ]
    conditions = (
        f"{options.rounds} rounds of {options.seconds} s, {CONNECTIONS} connections from "
        f"{'wrk' if shutil.which('wrk') else 'scripts/bench/load.py'}, {os.cpu_count()} processors"
    )
    return servers_report.part(rows, facts, conditions)
