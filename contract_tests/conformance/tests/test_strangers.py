"""The suite beside experiments of somebody else, and on servers that do not let it clean up."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from broken_servers.trial import silence
from hostile_servers import strangers, undeletable
from hostile_servers.experiments import Experiment, ExperimentsServer
from hostile_servers.server import HostileServer, Response, serving
from pictify_conformance import cli as command
from pictify_conformance.http.transport import Line, http_client
from pictify_conformance.http.write_guard import API, Guard, Trespass
from pictify_conformance.judge import Judge
from pictify_conformance.target import Target
from pictify_conformance.testing.cleanup import sweep
from pictify_conformance.testing.failures import Blocked
from pictify_conformance.testing.team import Team

RULES = ("create.echo", "create.draft", "delete.answer", "list.contains-created")
ODD_UIDS = ("", "../../x", "x?y", "%2e", "a\nb")


def judged(server: ExperimentsServer, folder: Path, rules: Iterable[str] = RULES) -> int:
    """Judge a few rules of a server and return the exit code."""
    with serving(server) as url:
        chosen = [part for rule in rules for part in ("--rule", rule)]
        options = [
            "--target",
            url,
            "--api-key",
            "the-key-of-a-team",
            "--settle",
            "0.2",
            "--quick",
            *chosen,
        ]
        return command.main([*options, "--report-dir", str(folder)])


@contextmanager
def lab_on(server: HostileServer) -> Iterator[tuple[Team, Guard]]:
    """A team on a server, with all that a run has between the two."""
    with serving(server) as url:
        target = Target(url, "the-key-of-a-team", template_uid="tmpl")
        guard = Guard(url, target.token)
        with http_client(Line(target, guard, Judge(target, [], silence))) as client:
            yield Team(target, client, guard, target.api_key), guard


@pytest.mark.parametrize(
    "make",
    [
        strangers.GetOrCreate,
        strangers.WrongRow,
        strangers.CopiedShortSlug,
        strangers.CopiedPrefix,
        *(
            lambda uid=uid: strangers.OddUid(uid)
            for uid in ("", "../exp_stranger", f"x/../{strangers.STRANGER}")
        ),
    ],
    ids=[
        "get-or-create",
        "wrong-row",
        "short-slug",
        "prefix",
        "empty-uid",
        "climbing-uid",
        "detour",
    ],
)
def test_nothing_of_somebody_else_is_changed(make: Callable[[], strangers.WithStranger]) -> None:
    """Whatever a server answers, no call that changes something leads to the experiment of somebody else."""
    server = make()
    with lab_on(server) as (lab, _):
        for fields in ({}, {"slug": "abc"}, {"slug": ...}, {"slug": ..., "name": "Sale"}):
            made = lab.api.create(lab.experiments.body(**fields)).json()["experiment"]
            for change in (lab.api.start, lab.api.pause, lab.api.complete, lab.api.delete):
                with suppress(Trespass):
                    change(made["uid"])
        with suppress(Blocked):
            lab.experiments.create("completed")
        lab.api.remove_created()
        sweep(lab.api)
    assert (server.harm, strangers.STRANGER in server.experiments) == ([], True)
    assert not [
        request for request in server.requests_with("DELETE") if request.path.rstrip("/") == API
    ]


def test_strangers_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that answers a create with something else breaks the rule of it; what it answers is only named."""
    server = strangers.GetOrCreate()
    assert judged(server, tmp_path) == 1
    printed = capsys.readouterr().out
    assert "NOT CONFORMING: create.echo" in printed
    assert "it may be somebody else's; look at it by hand: homepage-hero exp_stranger\n" in printed
    assert (server.harm, (tmp_path / "left-behind.txt").exists()) == ([], False)


@pytest.mark.parametrize(
    "make",
    [
        undeletable.RefusesDeletes,
        undeletable.DropsDeletes,
        undeletable.PretendsToDelete,
        *(lambda uid=uid: strangers.OddUid(uid) for uid in ODD_UIDS),
    ],
    ids=["refused", "dropped", "pretended", "empty", "climbing", "query", "dot", "newline"],
)
def test_everything_left_is_named(make: Callable[[], ExperimentsServer]) -> None:
    """What cannot be removed is named by slug and uid, each in one line."""
    server = make()
    with lab_on(server) as (lab, guard):
        slugs = [
            lab.api.create(lab.experiments.body()).json()["experiment"]["slug"] for _ in range(5)
        ]
        lab.api.remove_created()
        sweep(lab.api)
    uid = ascii(server.uid) if isinstance(server, strangers.OddUid) else None
    named = [line.split(" ", 1) for line in guard.left()]
    assert sorted(named) == sorted(
        [slug, uid or f"exp_{number}"] for number, slug in enumerate(slugs, 1)
    )


class TellsNoUid(ExperimentsServer):
    """What is created is shown in the list alone, or instead of the list comes something else."""

    def __init__(self, page: bytes | None = None) -> None:
        super().__init__()
        self._page = page

    def create(self, body: Experiment) -> Response:
        self.add(**body)
        return Response.of(201, {"created": True})

    def page(self, query: dict[str, str]) -> Response:
        if self._page is None:
            return super().page(query)
        return Response(200, self._page, {"content-type": "application/json"})


@pytest.mark.parametrize(
    "page",
    [b'{"data": []}', b'{"experiments": [NaN, 1]}', b"[" * 200_000, b"\xff", b"null"],
    ids=["no list", "no rows", "deep", "no text", "null"],
)
def test_what_may_be_left_is_named_where_the_list_does_not_show_it(page: bytes) -> None:
    """What was made and cannot be found is told by what all slugs of the run begin with."""
    with lab_on(TellsNoUid(page)) as (lab, guard):
        lab.api.create(lab.experiments.body())
        sweep(lab.api)
    assert guard.left()
    assert all(
        f"whatever has a slug that begins with {lab.target.slug_prefix}" in named
        for named in guard.left()
    )


def test_what_a_list_shows_is_removed_without_a_word() -> None:
    """A create that tells no uid leaves nothing if the list has what it made."""
    server = TellsNoUid()
    with lab_on(server) as (lab, guard):
        lab.api.create(lab.experiments.body())
        sweep(lab.api)
    assert (server.experiments, guard.left()) == ({}, [])


def test_what_is_left_stands_in_a_line_and_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run names what it could not remove in one line, and all of it in a file, which the next run takes away."""
    server = undeletable.RefusesDeletes()
    assert judged(server, tmp_path) == 1
    [told] = [
        line for line in capsys.readouterr().out.splitlines() if "could not be removed" in line
    ]
    assert told.endswith("; left-behind.txt names all")
    named = (tmp_path / "left-behind.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(named) == sorted(
        f"{row['slug']} {uid}" for uid, row in server.experiments.items()
    )
    judged(ExperimentsServer(), tmp_path)
    assert not (tmp_path / "left-behind.txt").exists()


@pytest.mark.parametrize(
    ("make", "code"),
    [(undeletable.RefusesDeletes, 3), (undeletable.OffersNoDelete, 0), (ExperimentsServer, 0)],
)
def test_what_is_left_counts_where_the_server_offers_to_delete(
    make: Callable[[], ExperimentsServer], code: int, tmp_path: Path
) -> None:
    """A run without a broken rule ends with 3 if something is left, but for a server that offers no deletion."""
    assert judged(make(), tmp_path, ["get.reads-created"]) == code
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["exit_code"] == code
    assert bool(results["left_behind"]["experiments"]) == (make is not ExperimentsServer)


def test_one_that_cannot_be_removed_keeps_no_other() -> None:
    """An exception in one removal does not end the removal of the others."""
    server = undeletable.DropsOneDelete()
    with lab_on(server) as (lab, _):
        for _ in range(3):
            lab.api.create(lab.experiments.body())
        lab.api.remove_created()
        sweep(lab.api)
    assert list(server.experiments) == ["exp_1"]


class LongList(ExperimentsServer):
    """Every page of the list has 500 rows of somebody else."""

    def page(self, query: dict[str, str]) -> Response:  # noqa: ARG002 - it is not read
        rows = [
            {"uid": f"exp_{number}", "slug": f"row-{number}", "variants": []}
            for number in range(500)
        ]
        return Response.of(200, {"experiments": rows, "total": 500})


def test_not_every_row_of_a_long_list_is_read(tmp_path: Path) -> None:
    """A list that ignores its limit makes no request for each of its rows."""
    server = LongList()
    judged(server, tmp_path)
    read = [request.path for request in server.requests_with("GET") if "/exp_" in request.path]
    assert len(read) < 100
