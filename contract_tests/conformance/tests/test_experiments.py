"""Experiments and counters on servers that lag, or whose plan has few slots."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from typing import Any

import httpx
import pytest

from alternative_server.behaviour import BEHAVIOURS
from broken_servers.full_suite import alternative_server
from pictify_conformance.http.transport import RecordingTransport, http_client
from pictify_conformance.http.write_guard import API, RESERVED_SLUGS, Guard
from pictify_conformance.target import Target
from pictify_conformance.testing.payloads import variants
from pictify_conformance.testing.team import Team


@contextmanager
def team_on(target: Target) -> Iterator[Team]:
    guard = Guard(target.base_url, target.token)
    with http_client(RecordingTransport(target, guard)) as client:
        yield Team(target, client, guard, target.api_key)


def team_with(handler: Any, settle: float = 0) -> Team:
    """Return a team's helper whose requests a function answers."""
    target = Target("http://server.test", "key", template_uid="tmpl", settle=settle)
    client = httpx.Client(base_url=target.base_url, transport=httpx.MockTransport(handler))
    return Team(target, client, Guard(target.base_url, target.token), target.api_key)


class Counting:
    """Answer with an experiment that shows these impressions in turn, the last ones for ever."""

    def __init__(self, *impressions: int) -> None:
        self.impressions, self.reads = list(impressions), 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        impressions = self.impressions[0]
        if (request.method, request.url.path) == ("POST", API):
            status, experiment = 201, json.loads(request.content)
        else:
            status, experiment = 200, {"slug": "a-slug", "variants": variants(10_000)}
            if request.method == "GET" and request.url.path.startswith(API):
                self.reads += 1
                if len(self.impressions) > 1:
                    impressions = self.impressions.pop(0)
        rows = [{**row, "impressions": impressions} for row in experiment["variants"]]
        shown = {**experiment, "uid": "a-uid", "variants": rows}
        return httpx.Response(status, json={"experiment": shown})


def test_shortest_slugs_are_all_but_the_reserved_words() -> None:
    """A run draws the same ones again, another run others."""
    team, other = team_with(Counting(0)), team_with(Counting(0))
    assert set(team.experiments.shortest_slugs(36**3 - 2)).isdisjoint(RESERVED_SLUGS)
    assert team.experiments.shortest_slugs(20) == team.experiments.shortest_slugs(20)
    assert team.experiments.shortest_slugs(20) != other.experiments.shortest_slugs(20)


def test_counters_that_never_move_are_waited_for_once() -> None:
    server = Counting(0)
    team = team_with(server, settle=0.3)
    for _ in range(2):
        server.reads = 0
        with pytest.raises(pytest.skip.Exception, match="no counter moved"):
            team.counters.assert_counts({"uid": "a-uid"}, {"v0": (1, 0)})
    assert server.reads == 1


def test_counters_that_lag_are_waited_for() -> None:
    """Also after other counters of the server did not move."""
    team_with(Counting(0, 0, 0, 1), settle=9).counters.assert_counts(
        {"uid": "a-uid"}, {"v0": (1, 0)}
    )
    server = Counting(0)
    team = team_with(server, settle=0.3)
    with pytest.raises(pytest.skip.Exception):
        team.counters.assert_counts({"uid": "a-uid"}, {"v0": (2, 0)})
    server.impressions = [1, 1, 2]
    team.counters.assert_counts({"uid": "a-uid"}, {"v0": (2, 0)})


@pytest.fixture
def one_slot() -> Iterator[Target]:
    """A server whose plan has one slot, which a draft takes."""
    with alternative_server(BEHAVIOURS["small"]) as target:
        yield target


def test_plan_is_too_small_if_the_run_itself_takes_all_slots(one_slot: Target) -> None:
    message = r"^needs 2 slots .*, and the plan has 1: use a larger"
    with team_on(one_slot) as team, team_on(one_slot) as of_another_process:
        made = team.experiments.create()
        for each in (team, of_another_process):
            with pytest.raises(pytest.skip.Exception, match=message):
                each.experiments.create()
        team.api.remove(made["uid"])
        team.experiments.create()


def test_slot_of_somebody_else_can_be_freed(one_slot: Target) -> None:
    other = replace(one_slot, token=token_hex(4))
    message = r"\(1 of 1 taken\): free one or use a larger plan$"
    with team_on(one_slot) as team, team_on(other) as of_another_run:
        of_another_run.experiments.create()
        with pytest.raises(pytest.skip.Exception, match=message):
            team.experiments.create()


def test_page_with_more_rows_than_the_limit_is_the_last() -> None:
    """A list that ignores its parameters is not read page by page."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        rows = [{"uid": f"exp_{number}"} for number in range(101)]
        return httpx.Response(200, json={"experiments": rows})

    assert len(list(team_with(answer).experiments.rows())) == 101
    assert len(requests) == 1
