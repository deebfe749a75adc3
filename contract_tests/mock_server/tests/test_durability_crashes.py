"""Kill the server in the middle of its work, again and again, and ask for all it had confirmed.

Every worker has experiments of its own and waits for each response, so that at a kill exactly one
write of each worker is open: it may have happened or not. All others must have. The last write
before a kill comes from a bare socket, which kills as soon as the response begins to arrive.
`PICTIFY_CRASHES` sets the number of kills.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from .conftest import API, body
from .process import KEY, address, serve, stop

if TYPE_CHECKING:
    from pathlib import Path

CRASHES = int(os.environ.get("PICTIFY_CRASHES", "6"))
WORKERS = 8
MOST_WRITES = 250  # until a kill
HEADERS = {"Authorization": f"Bearer {KEY}", "User-Agent": "Mozilla/5.0"}
ACTIONS = ["create", "rename", "start", "pause", "complete", "delete"]
ACTIONS += ["event", "batch", "pixel"] * 5


@dataclass
class Worker:
    """Its experiments by their last responses, and the uid or slug of the write that is open."""

    name: str
    chance: Random
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    created: int = 0
    open: str | None = None

    async def work(self, http: httpx.AsyncClient, confirmed: asyncio.Semaphore) -> None:
        while True:
            await self.act(http, self.chance.choice(ACTIONS))
            self.open = None
            confirmed.release()

    async def act(self, http: httpx.AsyncClient, action: str) -> None:
        if action == "create" or not self.known:
            self.created += 1
            self.open = f"{self.name}-{self.created}"
            self.learn(await http.post(API, json=body(slug=self.open)))
            return
        uid = self.open = self.chance.choice(sorted(self.known))
        if action == "rename":
            name = f"Name {self.chance.random()}"
            self.learn(await http.put(f"{API}/{uid}", json={"name": name}))
        elif action == "delete":
            if (await http.delete(f"{API}/{uid}")).status_code == 200:
                del self.known[uid]
                self.gone.add(uid)
        elif action in ("start", "pause", "complete"):
            winner = {"winnerVariantId": "control"}
            self.learn(await http.post(f"{API}/{uid}/{action}", json=winner))
        elif action == "pixel":
            await http.get(f"/s/{self.known[uid]['slug']}/pixel.gif")
            self.known[uid] = await get_experiment(http, uid)
        else:
            await self.send_events(http, self.known[uid], 5 if action == "batch" else 1)

    def learn(self, response: httpx.Response) -> None:
        if response.status_code < 400:
            experiment = response.json()["experiment"]
            self.known[experiment["uid"]] = experiment
        else:
            assert response.status_code == 409, response.text

    async def send_events(
        self, http: httpx.AsyncClient, experiment: dict[str, Any], number: int
    ) -> None:
        variant = self.chance.choice(experiment["variants"])
        event = {"event": "impression", "experiment": experiment["slug"]}
        event["variantId"] = variant["id"]
        response = await http.post("/s/events", json=[event] * number)
        variant["impressions"] += response.json()["processed"]

    async def assert_nothing_lost(self, http: httpx.AsyncClient) -> None:
        """Compare everything, and take what the open write left as the new state."""
        for uid, experiment in list(self.known.items()):
            response = await http.get(f"{API}/{uid}")
            if self.open == uid:
                self.adopt(uid, response)
            else:
                assert response.status_code == 200
                assert response.json()["experiment"] == experiment
        for uid in self.gone:
            assert (await http.get(f"{API}/{uid}")).status_code == 404
        self.open = None

    def adopt(self, uid: str, response: httpx.Response) -> None:
        """Take the state that the open write left, which is all of the write or nothing."""
        if response.status_code == 404:
            del self.known[uid]
            self.gone.add(uid)
            return
        before, now = self.known[uid], response.json()["experiment"]
        more = [
            new["impressions"] - old["impressions"]
            for old, new in zip(before["variants"], now["variants"], strict=True)
        ]
        assert sum(more) in (0, 1, 5)
        assert min(more) == 0
        self.known[uid] = now


async def get_experiment(http: httpx.AsyncClient, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = (await http.get(f"{API}/{uid}")).json()["experiment"]
    return experiment


async def work_until_killed(url: str, pid: int, workers: list[Worker], writes: int) -> None:
    confirmed = asyncio.Semaphore(0)
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=30) as http:
        running = [asyncio.create_task(worker.work(http, confirmed)) for worker in workers]
        for _ in range(writes):
            await confirmed.acquire()
        kill_after_a_pixel(url, pid)
        ends = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(each, httpx.TransportError) for each in ends), ends


def kill_after_a_pixel(url: str, pid: int) -> None:
    host, port = url.removeprefix("http://").split(":")
    request = b"GET /s/last-pixel/pixel.gif HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        response = connection.recv(65536)
        os.kill(pid, signal.SIGKILL)
    assert response.startswith(b"HTTP/1.1 200")


async def assert_nothing_lost(url: str, workers: list[Worker], uid: str, pixels: int) -> None:
    """Assert that each worker's experiments are there, and each of the last pixels is counted."""
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=30) as http:
        for worker in workers:
            await worker.assert_nothing_lost(http)
        variants = (await get_experiment(http, uid))["variants"]
        assert sum(variant["impressions"] for variant in variants) == pixels
        page = (await http.get(API, params={"limit": 1})).json()
    known = sum(len(worker.known) for worker in workers)
    assert known <= page["total"] <= known + WORKERS * (CRASHES + 1)


def start_last_pixel(file: str) -> str:
    """Start an experiment for the last pixels in this file, and return its uid."""
    process, line = serve("--db", file)
    with httpx.Client(base_url=address(line), headers=HEADERS) as http:
        created = http.post(API, json=body(slug="last-pixel")).json()
        uid = str(created["experiment"]["uid"])
        http.post(f"{API}/{uid}/start")
    stop(process)
    return uid


def test_a_kill_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    """Fields, statuses, counters and deletions."""
    chance = Random(20260315)
    file = str(tmp_path / "state.db")
    uid = start_last_pixel(file)
    workers = [Worker(f"worker-{number}", Random(number)) for number in range(WORKERS)]
    for crash in range(CRASHES):
        process, line = serve("--db", file)
        asyncio.run(assert_nothing_lost(address(line), workers, uid, crash))
        writes = chance.randint(1, MOST_WRITES)
        asyncio.run(work_until_killed(address(line), process.pid, workers, writes))
        process.communicate(timeout=5)
        assert process.returncode == -signal.SIGKILL
    process, line = serve("--db", file)
    asyncio.run(assert_nothing_lost(address(line), workers, uid, CRASHES))
    assert stop(process) == (0, "", "")
    known = [experiment for worker in workers for experiment in worker.known.values()]
    assert any(variant["impressions"] for each in known for variant in each["variants"])
