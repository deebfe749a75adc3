"""The file of `--db`: it has what was confirmed, and a file of somebody else is never harmed."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.cli import main
from pictify_mock.domain import experiment as domain
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.storage import serialization, sqlite
from pictify_mock.storage.durable import DurableStore
from pictify_mock.storage.sqlite import SqliteFile, SqliteFileError

from .conftest import (
    API,
    CLICK_THROUGH,
    KEYS,
    MOCK,
    STATUSES,
    TEAMS,
    StoppedClock,
    body,
    copy_database,
    create_experiment,
    create_in_status,
    get_experiment,
    in_process_client,
    problem_code,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

NOBODY = 65534
LARGE = [{"id": name, "weight": 5000, "variables": {"text": "x" * 50_000}} for name in "ab"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@contextmanager
def serving(
    file: Path, teams: Sequence[Team] = TEAMS
) -> Iterator[tuple[httpx.Client, DurableStore]]:
    """Serve in this process on the file. Yield a client and the store."""
    with closing(DurableStore(file, teams)) as store:
        app = create_app(teams, store=store, clock=StoppedClock(), chance=Random(7))
        with in_process_client(app) as http:
            yield http, store


def visible_state(http: httpx.Client) -> list[Any]:
    """Return everything that the two teams can see."""
    return [
        http.get(path, headers={"Authorization": f"Bearer {key}"}).json()
        for key in KEYS
        for path in (f"{API}?limit=100", f"{API}/quota")
    ]


def populate(http: httpx.Client, other_team: dict[str, str]) -> None:
    """Create experiments of both teams in every status, with counters, edits and freed slugs."""
    uids = []
    for number, status in enumerate(STATUSES * 2):
        slug = f"slug-{number}"
        uid = create_in_status(http, status, slug=slug, goalConfig=CLICK_THROUGH)["uid"]
        http.put(f"{API}/{uid}", json={"name": f"Renamed {number}"})
        http.get(f"/s/{slug}/click")
        event = {"event": "impression", "experiment": slug}
        http.post("/s/events", json=[event] * (number + 1))
        uids.append(uid)
    for uid in (uids[0], uids[2]):
        assert http.delete(f"{API}/{uid}").status_code == 200
    http.headers.update(other_team)
    create_in_status(http, "running", slug="slug-0")
    http.headers["Authorization"] = f"Bearer {KEYS[0]}"


def test_a_restart_changes_nothing(file: Path, other_team: dict[str, str]) -> None:
    """Archived uids stay taken."""
    with serving(file) as (http, store):
        populate(http, other_team)
        before = visible_state(http)
        archived, _ = store.archived_names()
    with serving(file) as (http, store):
        assert visible_state(http) == before
        assert len(archived) == 2
        assert all(store.is_known(uid) for uid in archived)
        assert http.get("/s/slug-2.png").status_code == 410
        assert create_experiment(http, slug="slug-2")["status"] == "draft"


def test_a_slug_that_changed_hands_is_what_it_was_before_a_restart(file: Path) -> None:
    slugs = ("left", "held", "deleted-twice", "elsewhere")

    def image_statuses(http: httpx.Client) -> list[int]:
        return [http.get(f"/s/{slug}.png").status_code for slug in slugs]

    with serving(file) as (http, _):
        for slug in slugs[:3]:
            http.delete(f"{API}/{create_experiment(http, slug=slug)['uid']}")
            taker = create_experiment(http, slug=slug)["uid"]
            if slug == "left":
                http.put(f"{API}/{taker}", json={"slug": "elsewhere"})
            elif slug == "deleted-twice":
                http.delete(f"{API}/{taker}")
        assert image_statuses(http) == [410, 404, 410, 404]
    with serving(file) as (http, _):
        assert image_statuses(http) == [410, 404, 410, 404]


@pytest.mark.parametrize(("reset", "left"), [({}, [0, 0]), ({"team": 0}, [0, 1])])
def test_a_reset_is_in_the_file_before_its_response(
    file: Path, other_team: dict[str, str], reset: dict[str, int], left: list[int]
) -> None:
    with serving(file) as (http, _):
        populate(http, other_team)
        assert http.post(f"{MOCK}/reset", json=reset).status_code == 200
        with closing(SqliteFile(copy_database(file))) as copy:
            assert len(list(copy.documents())) == sum(left)
        before = visible_state(http)
        assert http.get("/s/slug-2.png").status_code == 404
    with serving(file) as (http, _):
        assert visible_state(http) == before
        assert http.get("/s/slug-2.png").status_code == 404
        assert [page["total"] for page in before if "total" in page] == left


def test_a_document_holds_every_field() -> None:
    """Also where its value is not the default."""
    moment = datetime(2026, 3, 15, 9, 30, 15, 123000, tzinfo=UTC)
    free = {
        "": None,
        "deep": [{"x": 2**64 - 1, "y": -0.0, "z": 302.0}],
        "text": "\x00\u2028\U0001f600",
    }
    counter = domain.Counter(impressions=2**40, clicks=3)
    variant = domain.Variant("a", 1, "A", "tpl", free, True, free, free, counter)
    values: dict[str, Any] = {
        "uid": "exp_1",
        "team": TEAMS[1],
        "type": ExperimentType.SMART_LINK,
        "variants": (variant, domain.Variant("b", 9_999)),
        "status": Status.ARCHIVED,
        "goal": domain.GoalConfig("click_through", "https://example.com/"),
        "bandit": domain.BanditConfig(True, "epsilon_greedy", 1, 2),
        "output": domain.OutputConfig("webp", 1.5),
        "minimum_sample_size": 2**63 - 1,
        "confidence_threshold": 1e300,
        "minimum_run_days": -1,
    }
    for field in fields(domain.Experiment):
        values.setdefault(field.name, moment if "datetime" in str(field.type) else "\U0001f600")
    experiment = domain.Experiment(**values)
    again = serialization.load(serialization.dump(experiment, TEAMS), TEAMS)
    for field in fields(domain.Experiment):
        assert repr(getattr(again, field.name)) == repr(getattr(experiment, field.name))
    assert again.team is TEAMS[1]


def test_no_key_is_in_the_file(file: Path, other_team: dict[str, str]) -> None:
    """A team is known by its place."""
    with serving(file) as (http, _):
        populate(http, other_team)
        content = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert b"slug-0" in content
    assert not [key for key in KEYS if key.encode() in content]


def test_another_key_in_the_same_place_is_the_same_team(file: Path) -> None:
    with serving(file) as (http, _):
        uid = create_experiment(http)["uid"]
    with serving(file, [Team(b"pk_new", (), PLANS["business"])]) as (http, _):
        http.headers["Authorization"] = "Bearer pk_new"
        assert get_experiment(http, uid)["uid"] == uid


def make_text(file: Path) -> None:
    file.write_text("my notes\n" * 200)


def make_foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE precious (x)")
        connection.commit()


def make_version_99(file: Path) -> None:
    SqliteFile(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()


def make_damaged(file: Path) -> None:
    with serving(file) as (http, _):
        for number in range(30):
            create_experiment(http, slug=f"slug-{number}")
    content = bytearray(file.read_bytes())
    content[8192:16384] = b"\xa5" * 8192
    file.write_bytes(content)


def make_odd_document(file: Path) -> None:
    with closing(SqliteFile(file)) as opened:
        opened.commit([("exp_1", b'{"team": 0, "uid": "exp_1", "surprise": 1}')])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_text, "not a file of this server"),
        (Path.mkdir, "cannot be opened"),
        (make_foreign, "not a file of this server"),
        (make_version_99, "is of version 99 and this server writes 1"),
        (make_damaged, "is damaged"),
        (make_odd_document, "has a document that this server cannot read"),
    ],
)
def test_an_unusable_file_is_refused_and_stays_as_it_was(
    make: Callable[[Path], object], words: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(file)
    before = {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    assert words in refusal_of_start(file, capsys)
    assert {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()} == before


def test_a_file_with_more_teams_than_keys_is_refused(
    file: Path, other_team: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(file) as (http, _):
        populate(http, other_team)
    expected = "has experiments of more teams than there are API keys; give them all"
    assert refusal_of_start(file, capsys) == expected


def test_an_empty_file_is_a_new_one(file: Path) -> None:
    """`mktemp` makes such a file."""
    file.touch()
    with serving(file) as (http, _):
        create_experiment(http)
    with serving(file) as (http, _):
        assert http.get(API).json()["total"] == 1


def test_a_missing_folder_is_refused_and_not_made(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = file.parent / "nowhere"
    assert "cannot be opened" in refusal_of_start(folder / "state.db", capsys)
    assert not folder.exists()


def test_a_file_in_use_is_refused_and_its_server_goes_on(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(file) as (http, _):
        expected = "is in use by another server; stop that one or name another file"
        assert refusal_of_start(file, capsys) == expected
        create_experiment(http)


def test_a_read_only_file_is_refused_and_stays_as_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The superuser's tmp_path is closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "state.db")
        with serving(file) as (http, _):
            create_experiment(http)
        before = file.read_bytes()
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        try:
            with without_superuser():
                assert "may not be written" in refusal_of_start(file, capsys)
        finally:
            Path(folder).chmod(0o755)
        assert file.read_bytes() == before


@contextmanager
def without_superuser() -> Iterator[None]:
    """Run as another user if this is the superuser, whom permissions do not bind."""
    is_superuser = os.geteuid() == 0
    if is_superuser:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_superuser:
            os.seteuid(0)


def refusal_of_start(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the problem with the file in the one line of a server that does not start on it."""
    with pytest.raises(SystemExit) as exited:
        main(["--port", "0", "--db", str(file)])
    err = capsys.readouterr().err
    assert (exited.value.code, err.count("\n")) == (2, 1)
    return err.rstrip("\n").partition(f": {file} ")[2]


def run_concurrently(
    store: DurableStore, scenario: Callable[[httpx.AsyncClient], Awaitable[None]]
) -> None:
    """Run the scenario on one event loop, with a client of a server on this store."""

    async def run() -> None:
        transport = httpx.ASGITransport(create_app(TEAMS, store=store))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            http.headers["Authorization"] = f"Bearer {KEYS[0]}"
            await scenario(http)

    asyncio.run(run())


def test_a_response_waits_for_its_commit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read of something that is not in the file yet waits too."""
    answered: list[list[bool]] = []
    calls: list[asyncio.Task[httpx.Response]] = []
    commit = SqliteFile.commit

    def noted(journal: SqliteFile, rows: Any) -> None:
        answered.append([call.done() for call in calls])
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient, store: DurableStore) -> None:
        calls.append(asyncio.create_task(http.post(API, json=body())))
        created = await calls[0]
        assert created.status_code == 201
        before = store.by_uid(created.json()["experiment"]["uid"])
        assert before is not None
        # A change that is not in the file yet when the reads arrive.
        store.replace(before, replace(before, name="Renamed"))
        calls[:] = [asyncio.create_task(http.get(f"{API}/{before.uid}")) for _ in range(2)]
        names = [(await call).json()["experiment"]["name"] for call in calls]
        assert names == ["Renamed", "Renamed"]

    monkeypatch.setattr(SqliteFile, "commit", noted)
    with closing(DurableStore(file, TEAMS)) as store:
        run_concurrently(store, partial(scenario, store=store))
        assert answered == [[False], [False, False]]


def test_writes_that_arrive_together_are_one_transaction(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    commit = SqliteFile.commit

    def noted(journal: SqliteFile, rows: Any) -> None:
        sizes.append(len(rows))
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient) -> None:
        writes = [http.post(API, json=body(slug=f"slug-{number}")) for number in range(50)]
        assert {response.status_code for response in await asyncio.gather(*writes)} == {201}

    monkeypatch.setattr(SqliteFile, "commit", noted)
    with closing(DurableStore(file, TEAMS)) as store:
        run_concurrently(store, scenario)
        assert sum(sizes) == 50
        assert len(sizes) < 10


def test_a_full_disk_refuses_the_write_and_the_server_goes_on(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Ten pages of 4 KiB hold small experiments, but not the large one.
    limit = "PRAGMA max_page_count = 10"
    monkeypatch.setattr(sqlite, "SETTINGS", (*sqlite.SETTINGS, limit))
    with serving(file) as (http, _):
        experiment = create_in_status(http, "running")
        refused = http.post(API, json=body(slug="too-large", variants=LARGE))
        assert (refused.status_code, problem_code(refused)) == (503, "storage-unavailable")
        assert http.get(API).json()["experiments"] == [experiment]
        create_experiment(http, slug="small-enough")
        before = visible_state(http)
    assert f"{file} cannot grow: the disk is full" in caplog.text
    with serving(file) as (http, _):
        assert visible_state(http) == before


CHANGES: dict[str, list[tuple[str, str, Any]]] = {
    "create": [("POST", API, body(slug="fresh"))],
    "edit": [("PUT", f"{API}/{{draft}}", {"name": "Renamed", "slug": "moved"})],
    "start": [("POST", f"{API}/{{draft}}/start", {})],
    "delete": [("DELETE", f"{API}/{{draft}}", None)],
    "delete in an old slug": [("DELETE", f"{API}/{{second}}", None)],
    "delete and take the slug": [
        ("DELETE", f"{API}/{{second}}", None),
        ("POST", API, body(slug="left")),
    ],
    "swap": [
        ("PUT", f"{API}/{{draft}}", {"slug": "moved"}),
        ("PUT", f"{API}/{{second}}", {"slug": "draft"}),
        ("PUT", f"{API}/{{draft}}", {"slug": "second"}),
    ],
    "count": [
        ("POST", "/s/events", {"event": "click", "experiment": "running", "variantId": "control"})
    ],
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_whose_commit_fails_never_happened(
    file: Path, monkeypatch: pytest.MonkeyPatch, changes: list[tuple[str, str, Any]]
) -> None:
    """Only the experiments that changed are read again."""
    slugs = ("left", "draft", "second", "moved", "fresh", "elsewhere")

    def seen(http: httpx.Client, store: DurableStore) -> list[Any]:
        images = [http.get(f"/s/{slug}.png").status_code for slug in slugs]
        return [visible_state(http), images, store.archived_names()]

    def fail(journal: SqliteFile, _: Any) -> None:
        raise journal.error("is on a full disk")

    async def send_changes(http: httpx.AsyncClient) -> None:
        calls = [
            http.request(method, path.format(**uids), json=sent) for method, path, sent in changes
        ]
        assert {response.status_code for response in await asyncio.gather(*calls)} == {503}

    with serving(file) as (http, store):
        http.delete(f"{API}/{create_experiment(http, slug='left')['uid']}")
        uids = {
            "draft": create_experiment(http, slug="draft")["uid"],
            "second": create_experiment(http, slug="left")["uid"],
        }
        http.put(f"{API}/{uids['second']}", json={"slug": "second"})
        create_in_status(http, "running", slug="running")
        http.put(f"{API}/{uids['second']}", json={"slug": "left"})
        before = seen(http, store)
        with monkeypatch.context() as broken:
            # Reading everything again would take seconds while all requests wait.
            broken.setattr(SqliteFile, "documents", lambda _: 1 / 0)
            broken.setattr(SqliteFile, "commit", fail)
            run_concurrently(store, send_changes)
        assert seen(http, store) == before
        http.put(f"{API}/{uids['second']}", json={"slug": "elsewhere"})
        last = seen(http, store)
    with serving(file) as (http, store):
        assert seen(http, store) == last


def test_a_bug_in_writing_a_document_refuses_the_write_and_is_logged(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(file) as (http, _):
        with monkeypatch.context() as patched:
            patched.setattr(serialization, "dump", lambda *_: 1 / 0)
            refused = http.post(API, json=body())
        assert (refused.status_code, problem_code(refused)) == (503, "storage-unavailable")
        assert "ZeroDivisionError" in caplog.text
        assert http.get(API).json()["total"] == 0
        create_experiment(http)


def test_a_failed_commit_fails_everything_that_was_built_upon_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A create that conflicts with a lost write is a 503, not a 409."""
    commit = SqliteFile.commit
    failures = iter([True])

    def fail_once(journal: SqliteFile, rows: Any) -> None:
        if next(failures, False):
            raise SqliteFileError("no room")
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient) -> None:
        creates = [http.post(API, json=body(slug=slug)) for slug in ("same", "same", "else")]
        responses = await asyncio.gather(*creates)
        assert [response.status_code for response in responses] == [503, 503, 503]
        assert (await http.get(API)).json()["total"] == 0
        assert (await http.post(API, json=body(slug="same"))).status_code == 201

    monkeypatch.setattr(SqliteFile, "commit", fail_once)
    with closing(DurableStore(file, TEAMS)) as store:
        run_concurrently(store, scenario)
