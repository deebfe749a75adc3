"""Edits and deletions beside traffic, over a real socket, in memory and with a file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .conftest import API, CLICK_THROUGH, body
from .process import KEY, address, serve, stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

CONNECTIONS = 16
MANY = 50


@pytest.fixture(scope="module", params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("state") / "state.db"
    process, line = serve(*(["--db", str(file)] if request.param == "file" else []))
    yield address(line)
    assert stop(process) == (0, "", "")


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {KEY}", "User-Agent": "Mozilla/5.0"}
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=30
    ) as client:
        yield client


async def start_experiment(http: httpx.AsyncClient, slug: str) -> str:
    created = await http.post(API, json=body(slug=slug, goalConfig=CLICK_THROUGH))
    uid = str(created.json()["experiment"]["uid"])
    assert (await http.post(f"{API}/{uid}/start")).status_code == 200
    return uid


async def clicks(http: httpx.AsyncClient, uid: str) -> list[int]:
    experiment = (await http.get(f"{API}/{uid}")).json()["experiment"]
    return [variant["clicks"] for variant in experiment["variants"]]


@pytest.mark.anyio
async def test_no_event_is_lost_to_an_edit(http: httpx.AsyncClient) -> None:
    uid = await start_experiment(http, "edited")
    event = {"event": "click", "experiment": "edited", "variantId": "control"}
    calls: list[Any] = []
    for number in range(MANY):
        calls.append(http.post("/s/events", json=event))
        calls.append(http.put(f"{API}/{uid}", json={"name": f"Name {number}"}))
    assert {response.status_code for response in await asyncio.gather(*calls)} == {200}
    assert await clicks(http, uid) == [MANY, 0]


@pytest.mark.anyio
async def test_a_slug_that_many_change_to_is_given_once(http: httpx.AsyncClient) -> None:
    uids = [await start_experiment(http, f"mover-{number}") for number in range(8)]
    for uid in uids:
        await http.post(f"{API}/{uid}/pause")
    calls = [http.put(f"{API}/{uid}", json={"slug": "goal"}) for uid in uids]
    statuses = [response.status_code for response in await asyncio.gather(*calls)]
    assert sorted(statuses) == [200] + [409] * 7


@pytest.mark.anyio
async def test_traffic_on_a_deleted_experiment_does_not_reach_the_next_one(
    http: httpx.AsyncClient,
) -> None:
    uid = await start_experiment(http, "deleted")
    event = {"event": "click", "experiment": "deleted"}

    async def send_traffic() -> set[int]:
        calls = [http.get(f"/s/deleted/{path}") for path in ("click", "pixel.gif")]
        calls += [http.get(f"{API}/{uid}"), http.post("/s/events", json=event)]
        return {response.status_code for response in await asyncio.gather(*calls)}

    async def delete() -> set[int]:
        paused = await http.post(f"{API}/{uid}/pause")
        return {paused.status_code, (await http.delete(f"{API}/{uid}")).status_code}

    # Traffic is under way before the deletion, during it and after it.
    before, after = [send_traffic() for _ in range(10)], [send_traffic() for _ in range(MANY)]
    deleted, *statuses = await asyncio.gather(delete(), *before, *after)
    assert deleted == {200}
    assert set().union(*statuses) <= {200, 302, 404}
    assert (await http.get(f"{API}/{uid}")).status_code == 404
    assert await clicks(http, await start_experiment(http, "deleted")) == [0, 0]
