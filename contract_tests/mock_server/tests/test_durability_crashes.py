"""Kills the server in the middle of its work, again and again, and asks for everything that it had confirmed.

Every worker has experiments of its own and waits for each answer, so that at a kill exactly one write of each worker
is open: it may have happened or not. All others must have. The last write before a kill comes from a bare socket, which
kills as soon as the answer begins to come. `PICTIFY_CRASHES` sets the number of kills.
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

from .conftest import API, CLICKED, body
from .process import KEY, address, end, serve

if TYPE_CHECKING:
    from pathlib import Path

CRASHES = int(os.environ.get("PICTIFY_CRASHES", "10"))
WORKERS = 8
MOST_WRITES = 250  # until a kill
HEADERS = {"Authorization": f"Bearer {KEY}", "User-Agent": "Mozilla/5.0"}
ACTIONS = (
    "create",
    "rename",
    "start",
    "pause",
    "complete",
    "delete",
    *["event", "batch", "click"] * 5,
)


@dataclass
class Worker:
    """Its experiments as the last answers told them, and the uid or slug of the write that is open."""

    name: str
    chance: Random
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    made: int = 0
    open: str | None = None

    async def work(self, http: httpx.AsyncClient, confirmed: asyncio.Semaphore) -> None:
        while True:
            await self.act(http, self.chance.choice(ACTIONS))
            self.open = None
            confirmed.release()

    async def act(self, http: httpx.AsyncClient, action: str) -> None:
        if action == "create" or not self.known:
            self.made += 1
            self.open = f"{self.name}-{self.made}"
            self.learn(await http.post(API, json=body(slug=self.open, goalConfig=CLICKED)))
            return
        uid = self.open = self.chance.choice(sorted(self.known))
        if action == "rename":
            self.learn(
                await http.put(f"{API}/{uid}", json={"name": f"Name {self.chance.random()}"})
            )
        elif action == "delete":
            if (await http.delete(f"{API}/{uid}")).status_code == 200:
                del self.known[uid]
                self.gone.add(uid)
        elif action in ("start", "pause", "complete"):
            self.learn(
                await http.post(f"{API}/{uid}/{action}", json={"winnerVariantId": "control"})
            )
        else:
            await self.count(http, action, self.known[uid])

    def learn(self, answer: httpx.Response) -> None:
        if answer.status_code < 400:
            experiment = answer.json()["experiment"]
            self.known[experiment["uid"]] = experiment
        else:
            assert answer.status_code == 409, answer.text

    async def count(self, http: httpx.AsyncClient, action: str, experiment: dict[str, Any]) -> None:
        variants = {variant["id"]: variant for variant in experiment["variants"]}
        event = {
            "event": "impression",
            "experiment": experiment["slug"],
            "variantId": self.chance.choice([*variants]),
        }
        if action == "click":
            answer = await http.get(f"/s/{experiment['slug']}/pixel.gif")
            assert answer.status_code == 200
            self.known[experiment["uid"]] = await read(http, experiment["uid"])
        else:
            answer = await http.post("/s/events", json=[event] * 5 if action == "batch" else event)
            variants[event["variantId"]]["impressions"] += answer.json()["processed"]

    async def check(self, http: httpx.AsyncClient) -> None:
        """Compare all, and take what the open write left as the new state."""
        for uid, experiment in list(self.known.items()):
            answer = await http.get(f"{API}/{uid}")
            if self.open == uid:
                self.adopt(uid, answer)
            else:
                assert answer.status_code == 200
                assert answer.json()["experiment"] == experiment
        for uid in self.gone:
            assert (await http.get(f"{API}/{uid}")).status_code == 404
        self.open = None

    def adopt(self, uid: str, answer: httpx.Response) -> None:
        if answer.status_code == 404:
            del self.known[uid]
            self.gone.add(uid)
            return
        before, now = self.known[uid], answer.json()["experiment"]
        more = [
            new["impressions"] - old["impressions"]
            for old, new in zip(before["variants"], now["variants"], strict=True)
        ]
        assert sum(more) in (0, 1, 5)
        assert min(more) == 0
        self.known[uid] = now


async def read(http: httpx.AsyncClient, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = (await http.get(f"{API}/{uid}")).json()["experiment"]
    return experiment


async def work_until_killed(url: str, pid: int, workers: list[Worker], writes: int) -> None:
    confirmed = asyncio.Semaphore(0)
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=30) as http:
        running = [asyncio.create_task(worker.work(http, confirmed)) for worker in workers]
        for _ in range(writes):
            await confirmed.acquire()
        last_word(url, pid)
        ends = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(each, httpx.TransportError) for each in ends), ends


def last_word(url: str, pid: int) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"GET /s/last-word/pixel.gif HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0\r\n\r\n"
        )
        answer = connection.recv(65536)
        os.kill(pid, signal.SIGKILL)
    assert answer.startswith(b"HTTP/1.1 200")


async def check(url: str, workers: list[Worker]) -> None:
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=30) as http:
        for worker in workers:
            await worker.check(http)
        page = (await http.get(API, params={"limit": 1})).json()
    known = sum(len(worker.known) for worker in workers)
    assert known <= page["total"] <= known + WORKERS * (CRASHES + 1)


async def prepared(file: str) -> str:
    """The uid of a running experiment in this file."""
    process, line = serve("--db", file)
    async with httpx.AsyncClient(base_url=address(line), headers=HEADERS) as http:
        uid = str((await http.post(API, json=body(slug="last-word"))).json()["experiment"]["uid"])
        await http.post(f"{API}/{uid}/start")
    end(process)
    return uid


async def impressions(url: str, uid: str) -> int:
    async with httpx.AsyncClient(base_url=url, headers=HEADERS) as http:
        return sum(variant["impressions"] for variant in (await read(http, uid))["variants"])


def test_kills_lose_nothing_that_was_confirmed(tmp_path: Path) -> None:
    """After every SIGKILL the file opens, and each confirmed write is there: fields, statuses, counters, deletions."""
    chance = Random(20260315)
    file = str(tmp_path / "state.db")
    uid = asyncio.run(prepared(file))
    workers = [Worker(f"worker-{number}", Random(number)) for number in range(WORKERS)]
    for crash in range(CRASHES):
        process, line = serve("--db", file)
        asyncio.run(check(address(line), workers))
        assert asyncio.run(impressions(address(line), uid)) == crash
        asyncio.run(
            work_until_killed(address(line), process.pid, workers, chance.randint(1, MOST_WRITES))
        )
        process.communicate(timeout=5)
        assert process.returncode == -signal.SIGKILL
    process, line = serve("--db", file)
    asyncio.run(check(address(line), workers))
    assert asyncio.run(impressions(address(line), uid)) == CRASHES
    assert end(process) == (0, "", "")
    assert sum(
        variant["impressions"]
        for worker in workers
        for one in worker.known.values()
        for variant in one["variants"]
    )
