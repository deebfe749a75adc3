"""What the dashboard shows of the experiments: the list, results, words and visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.control import wording
from pictify_mock.control.results import chances_to_be_best, interval, results
from pictify_mock.domain.bandit import DRAWS, Arm, thompson_sampling
from pictify_mock.domain.enums import Status
from pictify_mock.domain.experiment import Counter, Variant
from pictify_mock.storage.weight_history import EXPERIMENTS, KEPT, WeightHistory

from .conftest import API, HALVES, MOCK, create_experiment, field_errors
from .factories import NOW, make_experiment

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

GERMAN = {"type": "rule", "property": "country", "ruleOperator": "equals", "value": ["DE", "AT"]}
PRO = {
    "type": "rule",
    "property": "url.param",
    "paramName": "plan",
    "ruleOperator": "not_equals",
    "value": "pro",
}
TREE = {"type": "group", "operator": "OR", "children": [GERMAN, PRO]}
NINE_TO_FIVE = {"startAt": "2026-03-02T08:00:00Z", "endAt": "2026-03-02T16:00:00Z"}
DAILY = {"type": "daily", "timezone": "Europe/Berlin"}
CRON = {"type": "cron", "cronExpression": "0 9 * * 1-5"}


def overview(http: httpx.Client, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = http.get(f"{MOCK}/experiments", params=query).raise_for_status().json()
    return found


def test_the_list_is_filtered_and_read_in_pages(http: httpx.Client) -> None:
    for number in range(3):
        create_experiment(http, name=f"Hero {number}", slug=f"hero-{number}")
    link = create_experiment(http, type="smart_link", slug="a-link", name="Link")
    assert [each["uid"] for each in overview(http, type="smart_link")["experiments"]] == [
        link["uid"]
    ]
    assert overview(http, status="running")["found"] == 0
    assert overview(http, q="HERO 1")["experiments"][0]["slug"] == "hero-1"
    assert overview(http, q=link["uid"][-6:])["found"] == 1
    page = overview(http, limit=2, offset=1)
    assert page["experiments"] == overview(http)["experiments"][1:3]
    assert (page["total"], page["found"], page["statuses"]) == (4, 4, {"draft": 4})
    refused = http.get(f"{MOCK}/experiments", params={"limit": "many", "size": 3})
    assert [fault[0] for fault in field_errors(refused)] == ["query.limit", "query.size"]


@pytest.mark.parametrize(
    "arms",
    [
        [(0, 0), (0, 0)],
        [(720, 50), (721, 65)],
        [(10, 10), (1_000_000, 1), (50, 25)],
        [(2**53, 2**52), (0, 0), (2**53, 2**53)],
    ],
)
def test_chances_agree_with_draws_of_the_same_posteriors(arms: list[tuple[int, int]]) -> None:
    """The bandit's weights are those draws."""
    chances = chances_to_be_best(tuple(Arm(*arm) for arm in arms))
    draws = [wins / DRAWS for wins in drawn([Arm(*arm) for arm in arms])]
    assert chances == pytest.approx(draws, abs=0.02)
    assert sum(chances) == pytest.approx(1)


@pytest.mark.parametrize(
    ("arms", "chance"),
    [
        ([(50_000, 3_000), (50_000, 3_100)], 0.0932),
        ([(1_000, 50), (1_000, 70)], 0.0302),
        ([(56, 11), (44, 1)], 0.9963),
    ],
)
def test_chances_have_three_decimals(arms: list[tuple[int, int]], chance: float) -> None:
    """The expected ones are integrals over the posteriors, computed with much smaller steps."""
    assert chances_to_be_best(tuple(Arm(*arm) for arm in arms))[0] == pytest.approx(
        chance, abs=5e-4
    )


def drawn(arms: Sequence[Arm]) -> list[int]:
    slices = thompson_sampling(arms, Random(7))
    while True:
        try:
            next(slices)
        except StopIteration as done:
            wins: list[int] = done.value
            return wins


@pytest.mark.parametrize(
    ("arm", "low", "high"),
    [((0, 0), 0, 1), ((10, 0), 0, 0.2775), ((10, 10), 0.7225, 1), ((1000, 100), 0.0829, 0.1201)],
)
def test_the_interval_of_a_click_rate_is_wilsons(
    arm: tuple[int, int], low: float, high: float
) -> None:
    assert interval(Arm(*arm)) == pytest.approx((low, high), abs=0.0001)


def test_results_have_lift_and_say_if_there_is_enough_to_decide() -> None:
    variants = [
        Variant(name, 5000, counter=Counter(500, clicks)) for name, clicks in (("a", 20), ("b", 50))
    ]
    experiment = make_experiment(*variants, status=Status.RUNNING)
    found = results(experiment, NOW + timedelta(days=6))
    assert [row["lift"] for row in found["variants"]] == [None, pytest.approx(1.5)]
    checks = {each["field"]: (each["reached"], each["met"]) for each in found["checks"]}
    assert checks == {
        "minimumSampleSize": (1000, True),
        "minimumRunDays": (6, False),
        "confidenceThreshold": (pytest.approx(1, abs=0.01), True),
    }


def test_weights_over_time_are_bounded_and_belong_to_one_experiment() -> None:
    history, before = WeightHistory(), make_experiment()
    for minute in range(2 * KEPT):
        history.add(before, before, NOW + timedelta(minutes=minute))
    kept = history.of(before)
    assert (len(kept), kept[-1].weights) == (KEPT, {"a": 5000, "b": 5000})
    again = make_experiment(Variant("a", 5000), Variant("b", 5000))
    assert history.of(again) == ()  # another one with the same uid
    for number in range(EXPERIMENTS):
        history.add(replace(again, uid=f"exp_{number}x"), again, NOW)
    assert history.of(before) == ()


def test_a_bandit_shows_its_weights_over_time(http: httpx.Client) -> None:
    bandit = {"enabled": True, "warmupImpressions": 0}
    uid = create_experiment(http, banditConfig=bandit)["uid"]
    http.post(f"{API}/{uid}/start")
    http.post(
        "/s/events", json={"event": "click", "experiment": "hero-test", "variantId": "control"}
    )
    http.post(f"{MOCK}/recompute", json={"uid": uid})
    weights = http.get(f"{MOCK}/experiments/{uid}").json()["weights"]
    assert weights[0]["weights"] == {"control": 5000, "variant-b": 5000}
    assert weights[-1]["weights"].keys() == {"control", "variant-b"}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (GERMAN, "country is DE or AT"),
        (TREE, "country is DE or AT or query parameter plan is not pro"),
        (
            {"type": "group", "operator": "AND", "children": [GERMAN, TREE]},
            "country is DE or AT and (country is DE or AT or query parameter plan is not pro)",
        ),
        (
            GERMAN | {"property": "custom.tier", "value": [3, None]},
            "query parameter tier is 3 or null",
        ),
        (
            GERMAN | {"property": "device.os", "ruleOperator": "gte"},
            "operating system is at least DE or AT",
        ),
    ],
)
def test_conditions_in_words(tree: dict[str, Any], words: str) -> None:
    assert wording.conditions(tree) == words


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({}, "always"),
        (NINE_TO_FIVE, "2026-03-02 08:00 to 2026-03-02 16:00 UTC"),
        ({"endAt": "2026-03-02T16:00:00Z"}, "until 2026-03-02 16:00 UTC"),
        ({"startAt": "2026-03-02T08:00:00Z"}, "from 2026-03-02 08:00 on UTC"),
        (
            NINE_TO_FIVE | {"recurrence": DAILY},
            "every day, 09:00 to 17:00 Europe/Berlin, from 2026-03-02 on",
        ),
        (
            {"startAt": "2026-03-02T08:00:00Z", "recurrence": {"type": "weekly"}},
            "every Monday, 08:00 to midnight UTC, from 2026-03-02 on",
        ),
        ({"recurrence": CRON}, "cron 0 9 * * 1-5 UTC"),
        (
            NINE_TO_FIVE | {"recurrence": CRON},
            "cron 0 9 * * 1-5 UTC, 480 min each time, from 2026-03-02 08:00 on",
        ),
    ],
)
def test_schedules_in_words(schedule: dict[str, Any], words: str) -> None:
    assert wording.schedule(schedule) == words


@pytest.mark.parametrize(
    ("query", "shown", "because"),
    [
        ({"country": "at"}, "control", "the first variant whose conditions hold"),
        ({"query": "?plan=pro"}, "variant-b", "No conditions hold"),
        ({"device": "crawler", "country": "DE"}, "variant-b", "A crawler"),
    ],
)
def test_a_visitor_of_a_smart_link(
    http: httpx.Client, query: dict[str, str], shown: str, because: str
) -> None:
    variants = [HALVES[0] | {"conditions": TREE}, HALVES[1] | {"isDefault": True}]
    uid = create_experiment(http, type="smart_link", variants=variants)["uid"]
    visit = http.get(f"{MOCK}/experiments/{uid}/visit", params=query).json()
    assert visit["shown"] == shown
    assert because in visit["because"]
    assert visit["variants"][0]["reasons"][0]["words"] == "country is DE or AT"


def test_a_schedule_shows_the_variant_of_a_time(http: httpx.Client) -> None:
    variants = [HALVES[0], HALVES[1] | {"schedule": NINE_TO_FIVE | {"recurrence": DAILY}}]
    uid = create_experiment(http, type="scheduled", variants=variants)["uid"]
    path = f"{MOCK}/experiments/{uid}"
    assert http.get(path).json()["shown"] == "variant-b"  # the clock says 9:00
    night = http.get(f"{path}/visit", params={"time": "2026-03-15T22:00:00Z"}).json()
    assert (night["shown"], night["variants"][1]["holds"]) == ("control", False)
    assert http.get(f"{path}/visit", params={"time": "late"}).status_code == 400


def test_links_say_why_they_do_not_work_yet(http: httpx.Client) -> None:
    uid = create_experiment(http)["uid"]

    def problems() -> dict[str, str | None]:
        links = http.get(f"{MOCK}/experiments/{uid}").json()["links"]
        return {link["name"]: link["problem"] for link in links}

    draft = problems()
    assert "start it" in str(draft["image"])
    assert "destinationUrl" in str(draft["click"])
    http.post(f"{API}/{uid}/start")
    assert problems() == draft | {"image": None}
