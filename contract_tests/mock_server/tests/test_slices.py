"""Long work, between the slices of which other requests are answered."""

from __future__ import annotations

import asyncio
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http import large_body, request_body
from pictify_mock.storage.journal import Journal
from pictify_mock.storage.memory import Store
from pictify_mock.storage.sqlite import DurableStore

from .conftest import API, KEYS, body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOCK = "http://localhost/_mock"
TEAMS = [Team(KEYS[0].encode(), (), PLANS["business"])]
MANY = 60


@pytest.fixture(autouse=True)
def smallest_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is a slice, every document a step, and every body a large one."""
    monkeypatch.setattr("pictify_mock.slices.SLICE", 0)
    monkeypatch.setattr("pictify_mock.storage.journal.STEP", 1)
    monkeypatch.setattr(request_body, "LARGEST_BODY", 1)


@pytest.fixture(params=["memory", "db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield Store()
        return
    with closing(DurableStore(tmp_path / "state.db", TEAMS)) as store:
        yield store


def state(count: int = MANY) -> dict[str, Any]:
    experiments = [
        body(slug=f"slug-{number}", uid=f"exp_{count}_{number}") for number in range(count)
    ]
    return {"version": 1, "experiments": experiments}


@contextmanager
def client_of(store: Store) -> Iterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(TEAMS, store=store))
    headers = {"Authorization": f"Bearer {KEYS[0]}"}
    yield httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


async def total(http: httpx.AsyncClient) -> int:
    return int((await http.get(API)).json()["total"])


async def meanwhile(http: httpx.AsyncClient, task: asyncio.Future[httpx.Response]) -> list[int]:
    """What others see while somebody waits for this answer."""
    seen = []
    while not task.done():
        seen.append(await total(http))
        await asyncio.sleep(0)
    assert task.result().status_code == 200, task.result().text
    return seen


def test_others_are_answered_while_a_state_is_loaded(store: Store) -> None:
    """Others are answered all the while, and see all of the old state or all of the new one."""

    async def scenario() -> None:
        with client_of(store) as http:
            await http.put(f"{MOCK}/state", json=state(3))
            seen = await meanwhile(
                http, asyncio.ensure_future(http.put(f"{MOCK}/state", json=state()))
            )
            assert set(seen[:-1]) == {3}
            assert len(seen) >= MANY / 3
            assert await total(http) == MANY

    asyncio.run(scenario())


def test_others_are_answered_while_a_state_is_dumped(store: Store) -> None:
    """A dump lets others be answered, and is what was loaded."""

    async def scenario() -> None:
        with client_of(store) as http:
            await http.put(f"{MOCK}/state", json=state())
            dump = asyncio.ensure_future(http.get(f"{MOCK}/state"))
            assert len(await meanwhile(http, dump)) >= MANY / 10
            assert {row["slug"] for row in dump.result().json()["experiments"]} == {
                f"slug-{n}" for n in range(MANY)
            }

    asyncio.run(scenario())


def test_others_are_answered_while_the_record_is_read(store: Store) -> None:
    """Reading the record lets others be answered."""

    async def scenario() -> None:
        with client_of(store) as http:
            for _ in range(MANY):
                await http.get("/nowhere")
            record = asyncio.ensure_future(http.get(f"{MOCK}/requests"))
            assert len(await meanwhile(http, record)) >= MANY / 10
            assert len(record.result().json()["requests"]) >= MANY

    asyncio.run(scenario())


def test_what_changes_while_a_state_is_loaded(store: Store) -> None:
    """A change of the old state is answered and then gone with it; of two states the later one stays, whole."""

    async def scenario() -> None:
        with client_of(store) as http:
            await http.put(f"{MOCK}/state", json=state(3))
            puts = [
                asyncio.ensure_future(http.put(f"{MOCK}/state", json=state(count)))
                for count in (MANY, 5)
            ]
            await asyncio.sleep(0)
            changes = [
                http.put(f"{API}/exp_3_1", json={"name": "Renamed"}),
                http.post(f"{API}/exp_3_2/start"),
                http.delete(f"{API}/exp_3_0"),
            ]
            answers = await asyncio.gather(*changes, *puts)
            assert {answer.status_code for answer in answers} == {200}
            assert await total(http) in (MANY, 5)

    asyncio.run(scenario())
    if isinstance(store, DurableStore):
        kept = {
            uid: (experiment.name, experiment.status) for uid, experiment in store._by_uid.items()
        }
        store._read()
        assert {
            uid: (experiment.name, experiment.status) for uid, experiment in store._by_uid.items()
        } == kept


@pytest.mark.parametrize("end", ["fails", "cancelled"])
def test_a_load_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """A load that fails or is given up on its way to the file leaves everything as it was."""
    steps = Journal.commit_in_steps

    def stopping(journal: Journal, rows: Any) -> Iterator[None]:
        for number, step in enumerate(steps(journal, rows)):
            if number == MANY // 2:
                if end == "fails":
                    raise journal.error("is on a full disk")
                loading[0].cancel()
            yield step

    async def scenario() -> None:
        with client_of(store) as http:
            await http.put(f"{MOCK}/state", json=state(3))
            with monkeypatch.context() as patched:
                patched.setattr(Journal, "commit_in_steps", stopping)
                loading.append(asyncio.ensure_future(http.put(f"{MOCK}/state", json=state())))
                await asyncio.wait(loading)
            assert loading[0].cancelled() or loading[0].result().status_code == 503
            assert await total(http) == 3
            assert (await http.post(API, json=body())).status_code == 201

    loading: list[asyncio.Future[httpx.Response]] = []
    with closing(DurableStore(tmp_path / "state.db", TEAMS)) as store:
        asyncio.run(scenario())
    with closing(DurableStore(tmp_path / "state.db", TEAMS)) as store:
        assert len(store.everything()) == 4


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        " { } ",
        '{"a": [], "b": {}, "c": [ ], "a": [1, "x", {"y": [null]}, [2]], "d": -1.5e3}',
        '\n{"a":[1,2\t,3] ,"b" : "\\u00e4\U0001f600"}\r\n',
        '{"a": 123456789012345678901234567890}',
    ],
)
def test_large_bodies_are_read_like_others(text: str) -> None:
    """An object that is read in slices is the same object."""
    assert (
        asyncio.run(large_body.parse(text.encode(), 10))
        == request_body.parse(text.encode(), 10)
        == orjson.loads(text)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"[1, 2]",
        b'"text"',
        b"{",
        b'{"a"',
        b'{"a":',
        b'{"a": [',
        b'{"a": [1',
        b'{"a": [1,',
        b'{"a": [1,]}',
        b'{"a": 1,}',
        b'{"a": 1 "b": 2}',
        b'{"a": [1 2]}',
        b'{"a": 1}}',
        b"{'a': 1}",
        b"{1: 2}",
        b'{"a": NaN}',
        b'{"a": [NaN]}',
        b'{"a": ["\\ud800"]}',
        b'{"\\ud800": 1}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": [1' + b"0" * 5000 + b"]}",
        b'{"a": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b'{"a": [[[[[[[[[[1]]]]]]]]]]}',
        b'{"a": {"b": [[[[[[[[1]]]]]]]]}}',
    ],
    ids=range(25),
)
def test_large_bodies_that_are_refused(raw: bytes) -> None:
    """What is no JSON object, cannot be written again or is nested too deeply is refused in slices too."""
    with pytest.raises(Refusal) as refused:
        asyncio.run(large_body.parse(raw, 9))
    assert refused.value.code == "validation-error"
