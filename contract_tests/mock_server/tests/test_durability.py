"""What `--db` promises: the file has what was answered, and is never harmed."""

from __future__ import annotations

import asyncio
import io
import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
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
from pictify_mock.storage import serialization
from pictify_mock.storage.journal import Journal, JournalError
from pictify_mock.storage.sqlite import DurableStore

from .conftest import (
    API,
    CLICKED,
    KEYS,
    STATUSES,
    InProcess,
    StoppedClock,
    code,
    created,
    moved_to,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

TEAMS = [Team(key.encode(), (), PLANS["business"]) for key in KEYS]
PLAIN = {
    "name": "Hero",
    "type": "ab_test",
    "variants": [{"id": "a", "weight": 5000}, {"id": "b", "weight": 5000}],
}
NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@contextmanager
def serving(
    file: Path, teams: Sequence[Team] = TEAMS
) -> Iterator[tuple[httpx.Client, DurableStore]]:
    """The server in process on this file."""
    store = DurableStore(file, teams)
    app = create_app(teams, store=store, clock=StoppedClock(), chance=Random(7))
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0"}
    try:
        with httpx.Client(
            transport=InProcess(app), base_url="http://mock", headers=headers
        ) as http:
            yield http, store
    finally:
        store.close()


def everything(http: httpx.Client) -> list[Any]:
    """All that the two teams can see."""
    headers = [{"Authorization": f"Bearer {key}"} for key in KEYS]
    return [
        http.get(path, headers=own).json()
        for own in headers
        for path in (f"{API}?limit=100", f"{API}/quota")
    ]


def populate(http: httpx.Client, other_team: dict[str, str]) -> None:
    """Experiments of every status and both teams, with counters, edits and slugs that changed hands."""
    for number, status in enumerate(STATUSES * 2):
        experiment = moved_to(http, status, slug=f"slug-{number}", goalConfig=CLICKED)
        http.put(f"{API}/{experiment['uid']}", json={"name": f"Renamed {number}"})
        http.get(f"/s/slug-{number}/click")
        http.post(
            "/s/events",
            json=[{"event": "impression", "experiment": f"slug-{number}"}] * (number + 1),
        )
    for slug in ("slug-0", "slug-2"):
        uid = next(row["uid"] for row in http.get(API).json()["experiments"] if row["slug"] == slug)
        assert http.delete(f"{API}/{uid}").status_code == 200
    http.headers.update(other_team)
    moved_to(http, "running", slug="slug-0")
    http.headers["Authorization"] = f"Bearer {KEYS[0]}"


def test_a_restart_continues(file: Path, other_team: dict[str, str]) -> None:
    """After a restart every answer is what it was, and archived uids stay taken."""
    with serving(file) as (http, store):
        populate(http, other_team)
        before = everything(http)
        uids = {uid for uid in store._uids if store.is_known(uid)}
    with serving(file) as (http, store):
        assert everything(http) == before
        assert len(uids) == 9
        assert all(store.is_known(uid) for uid in uids)
        assert http.get("/s/slug-0/pixel.gif").status_code == 200
        assert http.get("/s/slug-2/click").status_code in (404, 410)
        assert created(http, slug="slug-2")["status"] == "draft"


def test_a_slug_that_changed_hands_is_what_it_was(file: Path) -> None:
    """Whether an image is gone is no other after a restart, though its slug was taken and left again."""
    with serving(file) as (http, _):
        for slug in ("left", "held", "deleted-twice"):
            http.delete(f"{API}/{created(http, slug=slug)['uid']}")
            taker = created(http, slug=slug)["uid"]
            if slug == "left":
                http.put(f"{API}/{taker}", json={"slug": "elsewhere"})
            elif slug == "deleted-twice":
                http.delete(f"{API}/{taker}")
        before = [
            http.get(f"/s/{slug}.png").status_code
            for slug in ("left", "held", "deleted-twice", "elsewhere")
        ]
        assert before == [410, 404, 410, 404]
    with serving(file) as (http, _):
        after = [
            http.get(f"/s/{slug}.png").status_code
            for slug in ("left", "held", "deleted-twice", "elsewhere")
        ]
        assert after == before


@pytest.mark.parametrize(("team", "left"), [(None, [0, 0]), (0, [0, 1])])
def test_what_is_cleared_is_gone(
    file: Path, other_team: dict[str, str], team: int | None, left: list[int]
) -> None:
    """A reset, of all or of one team, is in the file as soon as the next answer is."""
    with serving(file) as (http, store):
        populate(http, other_team)
        reset = http.post(
            "http://127.0.0.1/_mock/reset", json={} if team is None else {"team": team}
        )
        assert reset.status_code == 200, reset.text
        assert not store._changed
        before = everything(http)
        assert http.get("/s/slug-2.png").status_code == 404
    with serving(file) as (http, _):
        assert everything(http) == before
        assert http.get("/s/slug-2.png").status_code == 404
        assert [page["total"] for page in before if "total" in page] == left


def test_every_field_is_kept() -> None:
    """A document holds every field of the dataclasses, also those at another value than their default."""
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
    odd = {"text": "\U0001f600", "moment": moment + timedelta(milliseconds=1)}
    for field in fields(domain.Experiment):
        values.setdefault(field.name, odd["moment" if "datetime" in str(field.type) else "text"])
    experiment = domain.Experiment(**values)
    again = serialization.load(serialization.dump(experiment, TEAMS), TEAMS)
    assert again.team is TEAMS[1]
    assert repr(without_team(again)) == repr(without_team(experiment))


def without_team(experiment: domain.Experiment) -> dict[str, Any]:
    return {
        field.name: getattr(experiment, field.name)
        for field in fields(experiment)
        if field.name != "team"
    }


def test_no_key_is_in_the_file(file: Path, other_team: dict[str, str]) -> None:
    """Teams are known by their place, so that no key is in any of the files."""
    with serving(file) as (http, _):
        populate(http, other_team)
        content = b"".join(each.read_bytes() for each in file.parent.iterdir())
    assert b"slug-0" in content
    assert not [key for key in KEYS if key.encode() in content]


def test_other_keys_read_the_same_teams(file: Path) -> None:
    """A team is the place of its key: another key in this place sees its experiments."""
    with serving(file) as (http, _):
        uid = created(http)["uid"]
    renamed = [Team(b"pk_new", (), PLANS["business"])]
    with serving(file, renamed) as (http, _):
        http.headers["Authorization"] = "Bearer pk_new"
        assert read(http, uid)["uid"] == uid


def test_a_team_that_is_not_given(file: Path, other_team: dict[str, str]) -> None:
    """A file with experiments of more teams than there are keys is refused."""
    with serving(file) as (http, _):
        populate(http, other_team)
    assert refused(file) == (
        2,
        f"{file} has experiments of more teams than there are API keys; give them all",
    )


def foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE precious (x)")
        connection.commit()


def of_another_version(file: Path) -> None:
    Journal(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()


def damaged(file: Path) -> None:
    with serving(file) as (http, _):
        for number in range(30):
            created(http, slug=f"slug-{number}")
    content = bytearray(file.read_bytes())
    content[8192:16384] = b"\xa5" * 8192
    file.write_bytes(content)


def cut_short(file: Path) -> None:
    damaged(file)
    file.write_bytes(file.read_bytes()[:10_000])


def with_an_odd_document(file: Path) -> None:
    Journal(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            """INSERT INTO experiment VALUES ('exp_1', '{"team": 0, "uid": "exp_1", "surprise": 1}')"""
        )
        connection.commit()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda file: file.write_text("my notes\n" * 200), "not a file of this server"),
        (lambda file: file.write_bytes(b"\x00" * 100), "not a file of this server"),
        (lambda file: file.mkdir(), "cannot be opened"),
        (foreign, "not a file of this server"),
        (of_another_version, "is of version 99 and this server writes 1"),
        (damaged, "is damaged"),
        (cut_short, "is damaged"),
        (with_an_odd_document, "has a document that this server cannot read"),
    ],
    ids=["text", "zeros", "folder", "foreign", "version", "damaged", "cut", "document"],
)
def test_files_that_are_refused(make: Callable[[Path], object], words: str, file: Path) -> None:
    """A file that is not wholly ours is refused in one line, and stays as it was to the byte."""
    make(file)
    before = {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    exit_code, line = refused(file)
    assert exit_code == 2
    assert line.startswith(f"{file} ")
    assert words in line
    assert {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()} == before


def test_an_empty_file_is_a_new_one(file: Path) -> None:
    """An empty file, as mktemp makes it, is taken as new."""
    file.touch()
    with serving(file) as (http, _):
        created(http)
    with serving(file) as (http, _):
        assert http.get(API).json()["total"] == 1


def test_a_folder_that_does_not_exist(file: Path) -> None:
    """A file in a folder that is not there is refused, and the folder is not made."""
    assert "cannot be opened" in refused(file.parent / "nowhere" / "state.db")[1]
    assert not (file.parent / "nowhere").exists()


def test_a_file_in_use(file: Path) -> None:
    """A second server on the same file is refused, and the first goes on."""
    with serving(file) as (http, _):
        assert refused(file) == (
            2,
            f"{file} is in use by another server; stop that one or name another file",
        )
        created(http)


def test_a_file_that_may_not_be_written() -> None:
    """A read-only file is refused, and stays as it was."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "state.db")
        with serving(file) as (http, _):
            created(http)
        before = file.read_bytes()
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        try:
            with as_nobody():
                assert "may not be written" in refused(file)[1]
        finally:
            Path(folder).chmod(0o755)
        assert file.read_bytes() == before


@contextmanager
def as_nobody() -> Iterator[None]:
    """Permissions do not bind the superuser."""
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


def refused(file: Path) -> tuple[int, str]:
    """The exit code and the one line of a server that does not start on this file."""
    with redirect_stderr(io.StringIO()) as err, pytest.raises(SystemExit) as left:
        main(["--port", "0", "--db", str(file)])
    assert err.getvalue().count("\n") == 1
    return int(left.value.code or 0), err.getvalue().rstrip("\n").partition(": ")[2]


def test_an_answer_waits_for_its_commit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No write is answered before it is in the file, nor is a read of what is not there yet."""
    answered: list[list[bool]] = []
    calls: list[asyncio.Task[httpx.Response]] = []
    commit = Journal.commit

    def noted(journal: Journal, rows: Any) -> None:
        answered.append([call.done() for call in calls])
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient, store: DurableStore) -> None:
        calls.append(asyncio.create_task(http.post(API, json={**PLAIN, "slug": "waits"})))
        made = await calls[0]
        assert made.status_code == 201
        before = store.by_uid(made.json()["experiment"]["uid"])
        assert before is not None
        store.replace(before, replace(before, name="Renamed"))
        calls[:] = [asyncio.create_task(http.get(f"{API}/{before.uid}")) for _ in range(2)]
        assert [(await call).json()["experiment"]["name"] for call in calls] == [
            "Renamed",
            "Renamed",
        ]

    monkeypatch.setattr(Journal, "commit", noted)
    with closing(DurableStore(file, TEAMS)) as store:
        together(store, lambda http: scenario(http, store))
        assert answered == [[False], [False, False]]


def test_writes_are_committed_in_groups(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrives together is one transaction."""
    sizes: list[int] = []
    commit = Journal.commit

    def noted(journal: Journal, rows: Any) -> None:
        sizes.append(len(rows))
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient) -> None:
        writes = [http.post(API, json={**PLAIN, "slug": f"slug-{number}"}) for number in range(50)]
        assert {answer.status_code for answer in await asyncio.gather(*writes)} == {201}

    monkeypatch.setattr(Journal, "commit", noted)
    with closing(DurableStore(file, TEAMS)) as store:
        together(store, scenario)
        assert sum(sizes) == 50
        assert len(sizes) < 10


def test_a_full_disk_changes_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be committed is a 503 and never happened; once there is room again, the server goes on."""
    with serving(file) as (http, store):
        experiment = moved_to(http, "running")
        store._journal._connection.execute("PRAGMA max_page_count = 1")
        large = {
            **PLAIN,
            "slug": "too-large",
            "hypothesis": "x" * 500,
            "variants": large_variants(),
        }
        refusal = http.post(API, json=large)
        assert (refusal.status_code, code(refusal)) == (503, "storage-unavailable")
        assert http.get(API).json()["experiments"] == [experiment]
        store._journal._connection.execute("PRAGMA max_page_count = 1000000")
        assert http.post(API, json=large).status_code == 201
        before = everything(http)
    assert f"{file} cannot grow: the disk is full" in caplog.text
    with serving(file) as (http, _):
        assert everything(http) == before


CHANGES: dict[str, list[tuple[str, str, Any]]] = {
    "create": [("POST", "", {**PLAIN, "slug": "fresh"})],
    "edit": [("PUT", "/{draft}", {"name": "Renamed", "slug": "moved"})],
    "start": [("POST", "/{draft}/start", {})],
    "delete": [("DELETE", "/{draft}", None)],
    "delete in an old slug": [("DELETE", "/{second}", None)],
    "delete and take the slug": [
        ("DELETE", "/{second}", None),
        ("POST", "", {**PLAIN, "slug": "left"}),
    ],
    "swap": [
        ("PUT", "/{draft}", {"slug": "moved"}),
        ("PUT", "/{second}", {"slug": "draft"}),
        ("PUT", "/{draft}", {"slug": "second"}),
    ],
    "count": [
        ("POST", "/../../s/events", {"event": "click", "experiment": "running", "variantId": "a"})
    ],
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_what_failed_is_taken_back(
    file: Path, monkeypatch: pytest.MonkeyPatch, changes: list[tuple[str, str, Any]]
) -> None:
    """After a commit that failed everything is as before, and nothing is read that was not to be written."""
    slugs = ("left", "draft", "second", "moved", "fresh", "elsewhere")

    def seen(http: httpx.Client) -> list[Any]:
        return [everything(http), [http.get(f"/s/{slug}.png").status_code for slug in slugs]]

    with serving(file) as (http, store):
        http.delete(f"{API}/{created(http, slug='left')['uid']}")
        uids = {
            "draft": created(http, slug="draft")["uid"],
            "second": created(http, slug="left")["uid"],
        }
        http.put(f"{API}/{uids['second']}", json={"slug": "second"})
        moved_to(http, "running", variants=PLAIN["variants"], slug="running")
        http.put(f"{API}/{uids['second']}", json={"slug": "left"})
        before, known = seen(http), set(store._uids)
        with monkeypatch.context() as broken:
            broken.setattr(Journal, "documents", lambda _: 1 / 0)
            broken.setattr(Journal, "commit", refuse)
            together(store, partial(all_refused, [(m, p.format(**uids), b) for m, p, b in changes]))
        assert (seen(http), store._uids) == (before, known)
        moved = http.put(f"{API}/{uids['second']}", json={"slug": "elsewhere"})
        assert moved.status_code == 200
        last = seen(http)
    with serving(file) as (http, _):
        assert seen(http) == last


def refuse(journal: Journal, _: Any) -> None:
    raise journal.error("is on a full disk")


async def all_refused(changes: list[tuple[str, str, Any]], http: httpx.AsyncClient) -> None:
    answers = [
        http.request(method, httpx.URL(f"{API}{path}"), json=body) for method, path, body in changes
    ]
    assert {answer.status_code for answer in await asyncio.gather(*answers)} == {503}


def test_what_no_document_can_hold_changes_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake on the way to the file is told like a full disk, with its traceback in the log, and ends nothing."""
    with serving(file) as (http, _):
        with monkeypatch.context() as patched:
            patched.setattr(serialization, "dump", lambda *_: 1 / 0)
            refusal = http.post(API, json={**PLAIN, "slug": "no-document"})
        assert (refusal.status_code, code(refusal)) == (503, "storage-unavailable")
        assert "ZeroDivisionError" in caplog.text
        assert http.get(API).json()["total"] == 0
        assert http.post(API, json={**PLAIN, "slug": "no-document"}).status_code == 201


def large_variants() -> list[dict[str, Any]]:
    return [{"id": name, "weight": 5000, "variables": {"text": "x" * 50_000}} for name in "ab"]


def test_a_failed_commit_fails_what_was_built_upon_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes that come with one that is lost are lost with it, and each is told, a refusal for its sake included."""
    commit = Journal.commit
    failures = iter([True])

    def fails_once(journal: Journal, rows: Any) -> None:
        if next(failures, False):
            raise JournalError("no room")
        commit(journal, rows)

    async def scenario(http: httpx.AsyncClient) -> None:
        answers = await asyncio.gather(
            *(http.post(API, json={**PLAIN, "slug": slug}) for slug in ("same", "same", "else"))
        )
        assert [answer.status_code for answer in answers] == [503, 503, 503]
        assert (await http.get(API)).json()["total"] == 0
        assert (await http.post(API, json={**PLAIN, "slug": "same"})).status_code == 201

    with closing(DurableStore(file, TEAMS)) as store:
        monkeypatch.setattr(Journal, "commit", fails_once)
        together(store, scenario)


def together(store: DurableStore, scenario: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    """Run the scenario on one event loop, with a client of a server on this store."""

    async def run() -> None:
        transport = httpx.ASGITransport(create_app(TEAMS, store=store))
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as http:
            http.headers["Authorization"] = f"Bearer {KEYS[0]}"
            await scenario(http)

    asyncio.run(run())
