"""Long work in slices, between which other requests are answered."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.errors import Refusal
from pictify_mock.http import large_body, request_body
from pictify_mock.storage.durable import DurableStore
from pictify_mock.storage.memory import Store
from pictify_mock.storage.sqlite import SqliteFile

from .conftest import API, KEYS, MOCK, TEAMS, body, copy_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio
MANY = 60


@pytest.fixture(autouse=True)
def smallest_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every step a slice, every document a step, and every body a large one."""
    monkeypatch.setattr("pictify_mock.slices.SLICE", 0)
    monkeypatch.setattr("pictify_mock.storage.sqlite.STEP", 1)
    monkeypatch.setattr(request_body, "LARGEST_BODY", 1)


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield Store()
        return
    with closing(DurableStore(tmp_path / "state.db", TEAMS)) as store:
        yield store


@pytest.fixture
def http(store: Store) -> httpx.AsyncClient:
    return client_of(store)


def client_of(store: Store) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(TEAMS, store=store))
    headers = {"Authorization": f"Bearer {KEYS[0]}"}
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


def load_state(http: httpx.AsyncClient, count: int) -> asyncio.Task[httpx.Response]:
    """Begin to load a state of so many experiments."""
    experiments = [
        body(slug=f"slug-{number}", uid=f"exp_{count}_{number}") for number in range(count)
    ]
    state = {"version": 1, "experiments": experiments}
    return asyncio.create_task(http.put(f"{MOCK}/state", json=state))


async def get_total(http: httpx.AsyncClient) -> int:
    return int((await http.get(API)).json()["total"])


async def totals_meanwhile(
    http: httpx.AsyncClient, task: asyncio.Task[httpx.Response]
) -> list[int]:
    """Return the totals that others are shown until this request is answered."""
    totals = []
    while not task.done():
        totals.append(await get_total(http))
        await asyncio.sleep(0)
    assert task.result().status_code == 200, task.result().text
    return totals


async def test_while_a_state_is_loaded_others_see_the_old_one(http: httpx.AsyncClient) -> None:
    """All of it, until they see all of the new one."""
    await load_state(http, 3)
    totals = await totals_meanwhile(http, load_state(http, MANY))
    assert set(totals[:-1]) == {3}
    assert len(totals) >= MANY / 3
    assert await get_total(http) == MANY


async def test_others_are_answered_while_a_state_is_dumped(http: httpx.AsyncClient) -> None:
    await load_state(http, MANY)
    dump = asyncio.create_task(http.get(f"{MOCK}/state"))
    assert len(await totals_meanwhile(http, dump)) >= MANY / 10
    slugs = {row["slug"] for row in dump.result().json()["experiments"]}
    assert slugs == {f"slug-{number}" for number in range(MANY)}


async def test_others_are_answered_while_the_request_log_is_read(http: httpx.AsyncClient) -> None:
    for _ in range(MANY):
        await http.get("/nowhere")
    log = asyncio.create_task(http.get(f"{MOCK}/requests"))
    assert len(await totals_meanwhile(http, log)) >= MANY / 10
    assert len(log.result().json()["requests"]) >= MANY


async def test_a_change_while_a_state_is_loaded_goes_with_the_old_one(
    http: httpx.AsyncClient, store: Store, tmp_path: Path
) -> None:
    """Of two states that are loaded at once the later one stays, whole."""
    await load_state(http, 3)
    loads = [load_state(http, count) for count in (MANY, 5)]
    await asyncio.sleep(0)
    changes = [
        http.put(f"{API}/exp_3_1", json={"name": "Renamed"}),
        http.post(f"{API}/exp_3_2/start"),
        http.delete(f"{API}/exp_3_0"),
    ]
    responses = await asyncio.gather(*changes, *loads)
    assert {response.status_code for response in responses} == {200}
    kept = {(each.uid, each.name, each.status) for each in store.everything()}
    assert len(kept) in (MANY, 5)
    if isinstance(store, DurableStore):
        with closing(DurableStore(copy_database(tmp_path / "state.db"), TEAMS)) as copy:
            assert {(each.uid, each.name, each.status) for each in copy.everything()} == kept


@pytest.mark.parametrize("end", ["fails", "cancelled"])
async def test_a_load_that_does_not_end_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    steps = SqliteFile.commit_in_steps

    def stop_halfway(journal: SqliteFile, rows: Any) -> Iterator[None]:
        for number, step in enumerate(steps(journal, rows)):
            if number == MANY // 2:
                if end == "fails":
                    raise journal.error("is on a full disk")
                loads[-1].cancel()
            yield step

    with closing(DurableStore(tmp_path / "state.db", TEAMS)) as store:
        http = client_of(store)
        loads = [load_state(http, 3)]
        await loads[0]
        with monkeypatch.context() as patched:
            patched.setattr(SqliteFile, "commit_in_steps", stop_halfway)
            loads.append(load_state(http, MANY))
            await asyncio.wait(loads)
        assert loads[1].cancelled() or loads[1].result().status_code == 503
        assert await get_total(http) == 3
        assert (await http.post(API, json=body())).status_code == 201
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
    ids=range(5),
)
async def test_a_body_that_is_read_in_slices_is_the_same(text: str) -> None:
    found = await large_body.parse(text.encode(), 10)
    assert found == request_body.parse(text.encode(), 10) == orjson.loads(text)


BROKEN = [
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
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
async def test_a_broken_or_deep_body_is_refused_in_slices_too(raw: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        await large_body.parse(raw, 9)
    assert refused.value.code == "validation-error"
