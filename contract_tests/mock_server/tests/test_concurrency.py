"""Many clients at once, over a real socket, in memory and with a file."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .conftest import API, CLICKED, HALVES, body
from .process import KEY, address, end, serve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

AGENT = "Mozilla/5.0"
MANY = 50
CLIENTS = 16


@pytest.fixture(scope="module", params=["memory", "db"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("state") / "state.db"
    process, line = serve(*(["--db", str(file)] if request.param == "db" else []))
    yield address(line)
    assert end(process) == (0, "", "")


def together(url: str, scenario: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    """Run the scenario with a client of many connections."""

    async def run() -> None:
        limits = httpx.Limits(max_connections=CLIENTS)
        headers = {"Authorization": f"Bearer {KEY}", "User-Agent": AGENT}
        async with httpx.AsyncClient(
            base_url=url, headers=headers, limits=limits, timeout=30
        ) as http:
            await scenario(http)

    asyncio.run(run())


async def running(http: httpx.AsyncClient, slug: str, **changes: Any) -> dict[str, Any]:
    made = (await http.post(API, json=body(slug=slug, **changes))).json()["experiment"]
    experiment: dict[str, Any] = (await http.post(f"{API}/{made['uid']}/start")).json()[
        "experiment"
    ]
    return experiment


async def read(http: httpx.AsyncClient, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = (await http.get(f"{API}/{uid}")).json()["experiment"]
    return experiment


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_parallel_events_are_all_counted(url: str) -> None:
    """N parallel events, single, in batches, as clicks and as pixels, are N counts."""

    async def scenario(http: httpx.AsyncClient) -> None:
        uid = (await running(http, "counted", goalConfig=CLICKED))["uid"]
        event = {"event": "impression", "experiment": "counted", "variantId": "control"}
        calls: list[Any] = []
        for _ in range(MANY):
            calls += [
                http.post("/s/events", json=event),
                http.post("/s/events", json=[{**event, "event": "click"}] * 3),
                http.get("/s/counted/click"),
                http.get("/s/counted/pixel.gif"),
            ]
        assert statuses(await asyncio.gather(*calls)) == {200: 3 * MANY, 302: MANY}
        variants = (await read(http, uid))["variants"]
        assert sum(variant["impressions"] for variant in variants) == 2 * MANY
        assert sum(variant["clicks"] for variant in variants) == 4 * MANY
        assert variants[0]["impressions"] >= MANY
        assert variants[0]["clicks"] >= 3 * MANY

    together(url, scenario)


def test_counts_survive_edits(url: str) -> None:
    """No event is lost to an edit of the experiment that runs beside it."""

    async def scenario(http: httpx.AsyncClient) -> None:
        uid = (await running(http, "edited"))["uid"]
        event = {"event": "click", "experiment": "edited", "variantId": "control"}
        calls: list[Any] = []
        for number in range(MANY):
            calls += [
                http.post("/s/events", json=event),
                http.put(f"{API}/{uid}", json={"name": f"Name {number}"}),
            ]
        assert statuses(await asyncio.gather(*calls)) == {200: 2 * MANY}
        assert (await read(http, uid))["variants"][0]["clicks"] == MANY

    together(url, scenario)


def test_a_slug_has_one_winner(url: str) -> None:
    """Of many that create the same slug at once one is answered 201, and the rest 409."""

    async def scenario(http: httpx.AsyncClient) -> None:
        for number in range(10):
            slug = f"wanted-{number}"
            answers = await asyncio.gather(
                *(http.post(API, json=body(slug=slug)) for _ in range(CLIENTS))
            )
            assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
            winner = next(answer for answer in answers if answer.status_code == 201).json()[
                "experiment"
            ]
            assert await read(http, winner["uid"]) == winner

    together(url, scenario)


def test_a_slug_that_is_moved_to_has_one_winner(url: str) -> None:
    """Of many that change to the same slug at once one succeeds."""

    async def scenario(http: httpx.AsyncClient) -> None:
        made = [
            (await http.post(API, json=body(slug=f"mover-{number}"))).json()["experiment"]
            for number in range(8)
        ]
        answers = await asyncio.gather(
            *(http.put(f"{API}/{one['uid']}", json={"slug": "goal"}) for one in made)
        )
        assert statuses(answers) == {200: 1, 409: 7}
        slugs = [(await read(http, one["uid"]))["slug"] for one in made]
        assert slugs.count("goal") == 1

    together(url, scenario)


LEGAL: dict[
    tuple[str, str, str], dict[tuple[int, int], str | None]
] = {  # which answers two at once may get, and the status that each pair leaves
    ("draft", "start", "start"): {(200, 409): "running"},
    ("running", "pause", "pause"): {(200, 409): "paused"},
    ("running", "complete", "complete"): {(200, 409): "completed"},
    ("running", "pause", "complete"): {(200, 200): "completed", (409, 200): "completed"},
    ("draft", "start", "pause"): {(200, 200): "paused", (200, 409): "running"},
    ("draft", "start", "delete"): {(200, 409): "running", (404, 200): None},
}


async def move(http: httpx.AsyncClient, uid: str, action: str) -> int:
    if action == "delete":
        return (await http.delete(f"{API}/{uid}")).status_code
    winner = {"winnerVariantId": "control"}
    return (await http.post(f"{API}/{uid}/{action}", json=winner)).status_code


@pytest.mark.parametrize(("status", "one", "other"), LEGAL)
def test_two_transitions_leave_one_history(url: str, status: str, one: str, other: str) -> None:
    """Two transitions at once get the answers, and leave the status, of one after the other."""
    expected = LEGAL[status, one, other]

    async def scenario(http: httpx.AsyncClient) -> None:
        for number in range(5):
            slug = f"{status}-{one}-{other}-{number}"
            uid = (await http.post(API, json=body(slug=slug))).json()["experiment"]["uid"]
            if status == "running":
                await move(http, uid, "start")
            moves = (one, other) if number % 2 else (other, one)
            answers = dict(
                zip(
                    moves,
                    await asyncio.gather(*(move(http, uid, each) for each in moves)),
                    strict=True,
                )
            )
            pair = (answers[one], answers[other]) if one != other else (200, 409)
            now = await http.get(f"{API}/{uid}")
            left = now.json()["experiment"]["status"] if now.status_code == 200 else None
            assert expected[pair] == left

    together(url, scenario)


def test_deleting_under_traffic(url: str) -> None:
    """Traffic on an experiment that is deleted meanwhile never breaks, nor reaches the slug's next holder."""

    async def scenario(http: httpx.AsyncClient) -> None:
        uid = (await running(http, "deleted", goalConfig=CLICKED))["uid"]

        async def traffic() -> set[int]:
            event = {"event": "click", "experiment": "deleted"}
            calls = [
                http.get(f"{API}/{uid}"),
                http.get("/s/deleted/click"),
                http.get("/s/deleted/pixel.gif"),
            ]
            return set(statuses(await asyncio.gather(*calls, http.post("/s/events", json=event))))

        async def removal() -> set[int]:
            return {await move(http, uid, "pause"), await move(http, uid, "delete")}

        seen = await asyncio.gather(
            *(traffic() for _ in range(CLIENTS)), removal(), *(traffic() for _ in range(MANY))
        )
        assert seen[CLIENTS] == {200}
        assert set().union(*seen) <= {200, 302, 404, 410}
        assert (await http.get(f"{API}/{uid}")).status_code == 404
        assert uid not in [
            row["uid"] for row in (await http.get(f"{API}?limit=100")).json()["experiments"]
        ]
        successor = await running(http, "deleted", variants=HALVES)
        assert all(variant["clicks"] == 0 for variant in successor["variants"])

    together(url, scenario)
