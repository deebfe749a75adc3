"""The suite beside experiments of others, and on servers where it cannot clean up."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from conformance.tests.helpers import Suite, create, team_on
from hostile_servers import foreign_experiments, undeletable
from hostile_servers.experiments import Experiment, ExperimentsServer
from hostile_servers.server import Response, serving
from pictify_conformance.http.write_guard import API, ForbiddenRequest
from pictify_conformance.testing.cleanup import sweep
from pictify_conformance.testing.failures import Blocked
from pictify_conformance.testing.team import Team

ODD_UIDS = ("", "../../x", "x?y", "%2e", "a\nb")


def clean_up(team: Team) -> None:
    team.api.remove_created()
    sweep(team.api)


def odd_uid(uid: str) -> Any:
    return pytest.param(lambda: foreign_experiments.OddUid(uid), id=f"uid {uid!a}")


@pytest.mark.parametrize(
    "make",
    [
        foreign_experiments.GetOrCreate,
        foreign_experiments.WrongRow,
        foreign_experiments.CopiedShortSlug,
        foreign_experiments.CopiedPrefix,
        *map(odd_uid, ("", "../exp_foreign", f"x/../{foreign_experiments.FOREIGN_UID}")),
    ],
)
def test_experiments_of_others_are_not_changed(
    make: Callable[[], foreign_experiments.WithForeignExperiment],
) -> None:
    server = make()
    with team_on(server) as (team, _):
        for fields in ({}, {"slug": "abc"}, {"slug": ...}, {"slug": ..., "name": "Sale"}):
            shown = create(team, **fields)
            for change in (team.api.start, team.api.pause, team.api.complete, team.api.delete):
                with suppress(ForbiddenRequest):
                    change(shown["uid"])
        with suppress(Blocked):
            team.experiments.create("completed")
        clean_up(team)
    assert (server.harmful_requests, foreign_experiments.FOREIGN_UID in server.experiments) == (
        [],
        True,
    )
    deletes = [request.path.rstrip("/") for request in server.requests_with("DELETE")]
    assert API not in deletes


def test_create_answered_with_another_experiment_is_broken_and_reported(suite: Suite) -> None:
    server = foreign_experiments.GetOrCreate()
    with serving(server) as url:
        run = suite.judge(url, "--quick", rules=("create.echo",))
    assert run.code == 1
    assert "NOT CONFORMING: create.echo" in run.out
    assert "it may be somebody else's; look at it by hand: homepage-hero exp_foreign\n" in run.out
    assert (server.harmful_requests, run.left_behind) == ([], [])


@pytest.mark.parametrize(
    "make",
    [
        undeletable.RefusesDeletes,
        undeletable.DropsDeletes,
        undeletable.PretendsToDelete,
        *map(odd_uid, ODD_UIDS),
    ],
)
def test_what_cannot_be_removed_is_named_by_slug_and_uid(
    make: Callable[[], ExperimentsServer],
) -> None:
    server = make()
    with team_on(server) as (team, guard):
        slugs = [create(team)["slug"] for _ in range(5)]
        clean_up(team)
    uid = ascii(server.uid) if isinstance(server, foreign_experiments.OddUid) else None
    expected = [f"{slug} {uid or f'exp_{number}'}" for number, slug in enumerate(slugs, 1)]
    assert sorted(guard.left()) == sorted(expected)


class ShowsNoUid(ExperimentsServer):
    """A create shows no uid; the list shows what was created, or is replaced by a page."""

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
    ids=["no list", "no rows", "deep", "not text", "null"],
)
def test_what_no_list_shows_is_named_by_the_prefix_of_its_slug(page: bytes) -> None:
    with team_on(ShowsNoUid(page)) as (team, guard):
        create(team)
        clean_up(team)
    assert guard.left()
    prefix = f"experiments whose slug begins with {team.target.slug_prefix}"
    assert all(prefix in line for line in guard.left())


def test_what_only_the_list_shows_is_removed() -> None:
    server = ShowsNoUid()
    with team_on(server) as (team, guard):
        create(team)
        clean_up(team)
    assert (server.experiments, guard.left()) == ({}, [])


def test_file_of_what_is_left_is_removed_by_the_next_run(suite: Suite) -> None:
    server = undeletable.RefusesDeletes()
    with serving(server) as url:
        run = suite.judge(url, "--quick", rules=("create.draft", "delete.answer"))
    [line] = [line for line in run.out.splitlines() if "could not be removed" in line]
    assert line.endswith("; left-behind.txt names all")
    names = [f"{row['slug']} {uid}" for uid, row in server.experiments.items()]
    assert (run.code, sorted(run.left_behind)) == (1, sorted(names))
    with serving(ExperimentsServer()) as url:
        assert suite.judge(url, "--quick", rules=("create.draft",)).left_behind == []


@pytest.mark.parametrize(
    ("make", "code"),
    [(undeletable.RefusesDeletes, 3), (undeletable.OffersNoDelete, 0), (ExperimentsServer, 0)],
)
def test_leftovers_are_no_verdict_only_if_the_server_offers_deletion(
    suite: Suite, make: Callable[[], ExperimentsServer], code: int
) -> None:
    with serving(make()) as url:
        run = suite.judge(url, "--quick", rules=("get.reads-created",))
    assert (run.code, run.results["exit_code"]) == (code, code)
    assert bool(run.results["left_behind"]["experiments"]) == (make is not ExperimentsServer)


def test_one_failed_removal_does_not_stop_the_others() -> None:
    server = undeletable.DropsOneDelete()
    with team_on(server) as (team, _):
        for _ in range(3):
            create(team)
        clean_up(team)
    assert list(server.experiments) == ["exp_1"]


class LongList(ExperimentsServer):
    """Every page of the list has 500 rows of somebody else."""

    def page(self, _: dict[str, str]) -> Response:
        rows = [
            {"uid": f"exp_{number}", "slug": f"row-{number}", "variants": []}
            for number in range(500)
        ]
        return Response.of(200, {"experiments": rows, "total": 500})


def test_rows_of_a_list_that_ignores_its_limit_are_not_all_read(suite: Suite) -> None:
    server = LongList()
    with serving(server) as url:
        suite.judge(url, "--quick", rules=("create.draft", "list.contains-created"))
    reads = [request for request in server.requests_with("GET") if "/exp_" in request.path]
    assert len(reads) < 100
