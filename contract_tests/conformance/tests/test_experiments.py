"""The bench: what it tells where the server or the plan cannot do what a test needs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex

import httpx
import pytest

from alternative_server.habits import STRANGERS
from broken_servers.trial import silence
from broken_servers.whole import stranger
from pictify_conformance.http.transport import Line, http_client
from pictify_conformance.http.write_guard import API, RESERVED_SLUGS, Guard
from pictify_conformance.judge import Judge
from pictify_conformance.target import Target
from pictify_conformance.testing.payloads import Json, variants
from pictify_conformance.testing.team import Team


@contextmanager
def lab_on(target: Target) -> Iterator[Team]:
    """The first team's bench on a target."""
    guard = Guard(target.base_url, target.token)
    with http_client(Line(target, guard, Judge(target, [], silence))) as client:
        yield Team(target, client, guard, target.api_key)


class Counting:
    """A server whose one experiment shows these impressions, read by read, the last ones over and over."""

    def __init__(self, *impressions: int) -> None:
        self.impressions, self.reads = list(impressions), 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer anything with the experiment."""
        is_create = (request.method, request.url.path) == ("POST", API)
        sent: Json = (
            json.loads(request.content)
            if is_create
            else {"slug": "a-slug", "variants": variants(10_000)}
        )
        if is_read := request.method == "GET" and request.url.path.startswith(API):
            self.reads += 1
        seen = (
            self.impressions.pop(0)
            if is_read and len(self.impressions) > 1
            else self.impressions[0]
        )
        rows = [{**row, "impressions": seen} for row in sent["variants"]]
        return httpx.Response(
            201 if is_create else 200,
            json={"experiment": {**sent, "uid": "a-uid", "variants": rows}},
        )

    def lab(self, settle: float) -> Team:
        """A bench on it."""
        target = Target("http://server.test", "key", template_uid="tmpl", settle=settle)
        client = httpx.Client(base_url=target.base_url, transport=httpx.MockTransport(self))
        return Team(target, client, Guard(target.base_url, target.token), target.api_key)


def test_shortest_slugs() -> None:
    """The slugs of three characters are all but the reserved words, and a run draws its own again."""
    lab = Counting(0).lab(settle=0)
    slugs = lab.experiments.shortest_slugs(36**3 - 2)
    assert set(slugs).isdisjoint(RESERVED_SLUGS)
    assert lab.experiments.shortest_slugs(20) == lab.experiments.shortest_slugs(20)
    assert lab.experiments.shortest_slugs(20) != Counting(0).lab(
        settle=0
    ).experiments.shortest_slugs(20)


def test_counters_that_never_move_are_waited_for_once() -> None:
    """Once it is known that nothing moves a counter of a server, a test of counters is skipped after one look."""
    server = Counting(0)
    lab = server.lab(settle=0.3)
    for _ in range(2):
        server.reads = 0
        with pytest.raises(pytest.skip.Exception, match="no counter moved"):
            lab.counters.assert_counts({"uid": "a-uid"}, {"v0": (1, 0)})
    assert server.reads == 1


def test_counters_that_lag_are_waited_for() -> None:
    """Counters that come late come right, on a server of which nothing is known, and where some have come already."""
    Counting(0, 0, 0, 1).lab(settle=9).counters.assert_counts({"uid": "a-uid"}, {"v0": (1, 0)})
    server = Counting(0)
    lab = server.lab(settle=0.3)
    with pytest.raises(pytest.skip.Exception):
        lab.counters.assert_counts({"uid": "a-uid"}, {"v0": (2, 0)})
    server.impressions = [1, 1, 2]
    lab.counters.assert_counts({"uid": "a-uid"}, {"v0": (2, 0)})


@pytest.fixture
def one_slot() -> Iterator[Target]:
    """A server whose plan has one slot, which a draft takes."""
    with stranger(STRANGERS["small"]) as target:
        yield target


def test_slot_that_the_run_holds(one_slot: Target) -> None:
    """Where the run's own experiments take all slots, the plan is too small: there is nothing to free."""
    with lab_on(one_slot) as lab, lab_on(one_slot) as of_another_process:
        made = lab.experiments.create()
        for each in (lab, of_another_process):
            with pytest.raises(
                pytest.skip.Exception, match=r"^needs 2 slots .*, and the plan has 1: use a larger"
            ):
                each.experiments.create()
        lab.api.remove(made["uid"])
        lab.experiments.create()


def test_slot_that_somebody_holds(one_slot: Target) -> None:
    """Where others have taken the slots, one of theirs can be freed."""
    with lab_on(one_slot) as lab, lab_on(replace(one_slot, token=token_hex(4))) as of_another_run:
        of_another_run.experiments.create()
        with pytest.raises(
            pytest.skip.Exception, match=r"\(1 of 1 taken\): free one or use a larger plan$"
        ):
            lab.experiments.create()


def test_page_with_more_than_was_asked_for_is_the_last_one() -> None:
    """A list that ignores its parameters is not read 200 times over."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(
            200, json={"experiments": [{"uid": f"exp_{number}"} for number in range(101)]}
        )

    target = Target("http://server.test", "key")
    client = httpx.Client(base_url=target.base_url, transport=httpx.MockTransport(answer))
    lab = Team(target, client, Guard(target.base_url, target.token), target.api_key)
    assert len(list(lab.experiments.rows())) == 101
    assert len(asked) == 1
