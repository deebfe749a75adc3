"""Experiments and viewers over the control paths, without a key."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import httpx
import pytest

from pictify_mock.app import create_app

from .conftest import (
    API,
    MOCK,
    TEAMS,
    StoppedClock,
    body,
    create_experiment,
    create_in_status,
    field_errors,
    get_experiment,
    in_process_client,
    problem_code,
)

TREE = {
    "type": "rule",
    "property": "device.type",
    "ruleOperator": "equals",
    "value": "mobile",
}


def test_experiments_are_made_changed_and_deleted_by_the_rules_of_the_api(
    http: httpx.Client, other_team: dict[str, str]
) -> None:
    created = http.post(f"{MOCK}/experiments", json={**body(), "team": 1})
    assert created.status_code == 201
    uid = created.json()["experiment"]["uid"]
    assert http.get(f"{API}/{uid}", headers=other_team).json() == created.json()
    taken = http.post(f"{MOCK}/experiments", json=body())
    assert (taken.status_code, problem_code(taken)) == (409, "slug-in-use")
    path = f"{MOCK}/experiments/{uid}"
    assert http.put(path, json={"name": "New"}).json()["experiment"]["name"] == "New"
    refused = http.put(path, json={"type": "smart_link"})
    assert problem_code(refused) == "field-not-editable"
    assert (http.delete(path).status_code, http.delete(path).status_code) == (204, 404)
    assert http.get(API, headers=other_team).json()["total"] == 0


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"team": 2}, "/team"),
        ({"name": 1}, "/name"),
        ([], ""),
        ({"nmae": "Hero"}, "/nmae"),
        ({"status": "running"}, "/status"),
        ({"goalConfig": {"typ": "click_through"}}, "/goalConfig/typ"),
        ({"variants": [{"id": "a", "weight": 10_000, "size": 1}] * 2}, "/variants/0/size"),
    ],
)
def test_an_invalid_create_names_the_field(http: httpx.Client, sent: Any, field: str) -> None:
    changed = {**body(), **sent} if isinstance(sent, dict) else sent
    response = http.post(f"{MOCK}/experiments", json=changed)
    assert (response.status_code, field_errors(response)[0][0]) == (400, field)


def test_an_update_may_repeat_what_is_read_only_but_not_change_it(http: httpx.Client) -> None:
    shown = create_experiment(http)
    path = f"{MOCK}/experiments/{shown['uid']}"
    assert http.put(path, json=shown | {"name": "New"}).json()["experiment"]["name"] == "New"
    for name, value in (("status", "running"), ("uid", "exp_OTHER"), ("nmae", "New")):
        refused = http.put(path, json={name: value})
        assert (refused.status_code, field_errors(refused)[0][0]) == (400, f"/{name}")


def play(http: httpx.Client, uid: str, viewers: int, **click_rates: float) -> httpx.Response:
    sent = {"uid": uid, "viewers": viewers, "clickRates": click_rates}
    return http.post(f"{MOCK}/traffic", json=sent)


def test_viewers_are_counted_once_each_and_click_at_the_given_rates(http: httpx.Client) -> None:
    uid = create_in_status(http, "running")["uid"]
    played = play(http, uid, 1000, control=1).json()
    assert (played["uid"], played["viewers"]) == (uid, 1000)
    control, other = played["variants"]
    assert control["impressions"] + other["impressions"] == 1000
    assert 400 < control["impressions"] < 600
    assert (control["clicks"], other["clicks"]) == (control["impressions"], 0)
    counted = get_experiment(http, uid)["variants"]
    assert [(each["impressions"], each["clicks"]) for each in counted] == [
        (each["impressions"], each["clicks"]) for each in played["variants"]
    ]


def test_viewers_have_different_devices(http: httpx.Client) -> None:
    halves = [
        {"id": "mobile", "weight": 10_000, "conditions": TREE},
        {"id": "rest", "weight": 0, "isDefault": True},
    ]
    uid = create_in_status(http, "running", type="smart_link", variants=halves)["uid"]
    assert all(each["impressions"] > 10 for each in play(http, uid, 100).json()["variants"])


def test_one_seed_gives_the_same_viewers_to_a_bandit_that_learns() -> None:
    weights = []
    for _ in range(2):
        with in_process_client(create_app(TEAMS, clock=StoppedClock(), chance=Random(7))) as http:
            bandit = {"enabled": True, "warmupImpressions": 50, "recomputeIntervalMinutes": 0}
            uid = create_in_status(http, "running", banditConfig=bandit)["uid"]
            play(http, uid, 500, control=0.1, **{"variant-b": 0.4})
            weights.append([each["weight"] for each in get_experiment(http, uid)["variants"]])
    assert weights[0] == weights[1]
    assert weights[0][1] > weights[0][0]


@pytest.mark.anyio
async def test_others_are_answered_while_viewers_are_played() -> None:
    """A pause then ends the traffic."""
    transport = httpx.ASGITransport(create_app(TEAMS))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://localhost{MOCK}") as http:
        uid = (await http.post("/experiments", json=body())).json()["experiment"]["uid"]
        await http.post(f"/experiments/{uid}/start")
        playing = asyncio.create_task(http.post("/traffic", json={"uid": uid, "viewers": 100_000}))
        while (await http.get(f"/experiments/{uid}")).json()["impressions"] == 0:
            await asyncio.sleep(0)
        await http.post(f"/experiments/{uid}/pause")
        played = (await playing).json()["viewers"]
        assert 0 < played < 100_000
        shown = (await http.get(f"/experiments/{uid}")).json()["impressions"]
        assert shown == played


def test_only_a_running_experiment_has_viewers(http: httpx.Client) -> None:
    uid = create_experiment(http)["uid"]
    refused = play(http, uid, 10)
    assert (refused.status_code, refused.json()["currentStatus"]) == (409, "draft")
    assert play(http, "exp_unknown", 10).status_code == 404


@pytest.mark.parametrize(
    ("viewers", "rates", "field"),
    [
        (0, {}, "/viewers"),
        (100_001, {}, "/viewers"),
        (1, {"control": 1.5}, "/clickRates/control"),
        (1, {"unknown": 0.5}, "/clickRates"),
    ],
)
def test_invalid_traffic_names_the_field(
    http: httpx.Client, viewers: int, rates: dict[str, float], field: str
) -> None:
    uid = create_in_status(http, "running")["uid"]
    response = play(http, uid, viewers, **rates)
    assert (response.status_code, field_errors(response)[0][0]) == (400, field)
