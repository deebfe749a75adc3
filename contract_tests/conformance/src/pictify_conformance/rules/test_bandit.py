"""Auto-optimisation: who may have it, and how the weights follow the clicks."""

import time
from typing import Any

import pytest

from pictify_conformance.rules.optimised_weights import (
    SECOND_IS_BETTER,
    bandit,
    moved,
    near,
    running,
    weights,
)
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Counters, Lab
from pictify_conformance.testing.payloads import Json, event

ALGORITHMS = ("thompson_sampling", "epsilon_greedy")
SMALL_PLANS = ("starter", "basic")
ENABLED = "/banditConfig/enabled"
NUMBER_OF_POINTS = 10_000
A_WHILE = 0.3  # seconds in which weights would move if they did
FIRST_IS_BETTER: Counters = {"v0": (20, 12), "v1": (20, 0)}


def stay(lab: Lab, experiment: Json, expected: list[int]) -> None:
    """A while later the weights are still these."""
    time.sleep(A_WHILE)
    assertions.same(weights(lab, experiment), expected, "the weights")


def never_on(team: Lab, body: Json) -> None:
    """The create of this body is refused, or makes an experiment without auto-optimisation."""
    response = team.attempt(body, valid=False)
    if response.status_code != 201:
        assertions.refused(response)
        team.nothing_left(body)
        return
    made = team.read(assertions.experiment(response)["uid"])
    config = made.get("banditConfig")
    assertions.same(
        bool(isinstance(config, dict) and config.get("enabled")), False, "banditConfig.enabled"
    )


def refused_with_its_field(team: Lab, **fields: Any) -> None:
    """Enabled is refused by name, and switched off is accepted."""
    body = team.body(banditConfig={"enabled": True}, **fields)
    assertions.problem(team.create(body), 400, "validation-error", ENABLED)
    team.nothing_left(body)
    team.accepted(team.body(banditConfig={"enabled": False}, **fields))


@pytest.fixture
def small(request: pytest.FixtureRequest, lab: Lab) -> Lab:
    """A team whose plan is below standard."""
    teams = [lab, request.getfixturevalue("other_lab")] if lab.target.second_api_key else [lab]
    for team in teams:
        quota = assertions.json_of(assertions.status(team.quota(), 200))
        if isinstance(quota, dict) and quota.get("plan") in SMALL_PLANS:
            return team
    pytest.skip(f"needs a team whose plan is {' or '.join(SMALL_PLANS)}: --second-api-key")


@pytest.mark.rule("bandit.plan")
def test_plan(small: Lab) -> None:
    """A plan below standard has no auto-optimisation."""
    never_on(small, small.body(banditConfig={"enabled": True}))


@pytest.mark.rule("bandit.plan.status")
def test_plan_status(small: Lab) -> None:
    """The refusal names the field; switched off it is accepted."""
    refused_with_its_field(small)


@pytest.mark.rule("bandit.ab-test-only")
@pytest.mark.parametrize("kind", ["smart_link", "scheduled"])
def test_ab_test_only(lab: Lab, kind: str) -> None:
    """Nothing but an A/B test has auto-optimisation."""
    never_on(lab, lab.body(type=kind, banditConfig={"enabled": True}))


@pytest.mark.rule("bandit.ab-test-only.status")
@pytest.mark.parametrize("kind", ["smart_link", "scheduled"])
def test_ab_test_only_later(lab: Lab, kind: str) -> None:
    """What a create does not switch on, an update does not either."""
    before = lab.existing(type=kind)
    answer = lab.update(before["uid"], {"banditConfig": {"enabled": True}})
    assertions.problem(answer, 400, "validation-error", ENABLED)
    lab.unchanged(before)


@pytest.mark.rule("bandit.ab-test-only.status")
@pytest.mark.parametrize("kind", ["smart_link", "scheduled"])
def test_ab_test_only_status(lab: Lab, kind: str) -> None:
    """The refusal names the field; switched off it is accepted."""
    refused_with_its_field(lab, type=kind)


@pytest.mark.rule("bandit.off")
@pytest.mark.parametrize(
    "config", [None, bandit(warm_up=0, enabled=False)], ids=["absent", "disabled"]
)
def test_off(lab: Lab, config: Json | None) -> None:
    """Weights stay as they were sent unless auto-optimisation is asked for."""
    made = running(lab, config, 7000, 3000)
    lab.report(made, SECOND_IS_BETTER)
    stay(lab, made, [7000, 3000])


@pytest.mark.rule("bandit.warm-up")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("sent", [(9000, 1000), (0, 10000, 0)], ids=str)
def test_warm_up(lab: Lab, algorithm: str, sent: tuple[int, ...]) -> None:
    """The weights are equal while one variant still lacks an impression."""
    made = running(lab, bandit(algorithm, warm_up=11), *sent)
    even = near(*[NUMBER_OF_POINTS // len(sent)] * len(sent))
    moved(lab, made, even, "equal weights")
    lab.report(
        made, {f"v{index}": (20, 20) if index == 0 else (10, 0) for index in range(len(sent))}
    )
    time.sleep(A_WHILE)
    moved(lab, made, even, "equal weights")


@pytest.mark.rule("bandit.better-variant")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("better", [0, 1])
def test_better_variant(lab: Lab, algorithm: str, better: int) -> None:
    """Most of the traffic goes to the variant that is clicked."""
    made = running(lab, bandit(algorithm), 5000, 5000)
    lab.report(made, [FIRST_IS_BETTER, SECOND_IS_BETTER][better])
    moved(
        lab,
        made,
        lambda now: now[better] > NUMBER_OF_POINTS * 0.8,
        f"most of the traffic for v{better}",
    )


@pytest.mark.rule("bandit.weights-sum")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_weights_sum(lab: Lab, algorithm: str) -> None:
    """The weights that are found are whole and add up."""
    made = running(lab, bandit(algorithm, warm_up=7), 3333, 3333, 3334)
    lab.report(made, {"v0": (17, 3), "v1": (17, 9), "v2": (17, 2)})
    found = moved(
        lab, made, lambda now: now[1] > NUMBER_OF_POINTS // 2, "most of the traffic for v1"
    )
    whole = all(isinstance(weight, int) and 0 <= weight <= NUMBER_OF_POINTS for weight in found)
    assertions.same(
        (whole, sum(found)), (True, NUMBER_OF_POINTS), f"whole weights and their sum in {found}"
    )


@pytest.mark.rule("bandit.epsilon-greedy")
def test_epsilon_greedy(lab: Lab) -> None:
    """A tenth goes to all alike and the rest to the best."""
    made = running(lab, bandit(), 5000, 5000)
    lab.report(made, SECOND_IS_BETTER)
    moved(lab, made, near(500, 9500), "the weights 500 and 9500")


@pytest.mark.rule("bandit.epsilon-greedy")
def test_epsilon_greedy_tied(lab: Lab) -> None:
    """Those with the same best click rate share the rest."""
    made = running(lab, bandit(warm_up=8), 3333, 3333, 3334)
    lab.report(made, {"v0": (8, 4), "v1": (8, 0), "v2": (16, 8)})
    moved(lab, made, near(4833, 333, 4833), "the weights 4833, 333 and 4833")


@pytest.mark.rule("bandit.clicks-capped")
def test_clicks_capped(lab: Lab) -> None:
    """A variant clicked more often than shown is no better than one clicked each time."""
    made = running(lab, bandit(warm_up=10), 3333, 3333, 3334)
    lab.report(made, {"v0": (10, 30), "v1": (10, 10), "v2": (10, 0)})
    moved(lab, made, near(4833, 4833, 333), "the weights 4833, 4833 and 333")


@pytest.mark.rule("bandit.interval")
def test_interval(lab: Lab) -> None:
    """What turns out within the interval moves nothing yet."""
    made = running(lab, bandit(minutes=60), 5000, 5000)
    lab.report(made, FIRST_IS_BETTER)
    found = moved(lab, made, near(9500, 500), "the weights 9500 and 500")
    lab.events([event(made, "click", "v1")] * 20)
    lab.counted(made["uid"], {**FIRST_IS_BETTER, "v1": (20, 20)})
    stay(lab, made, found)


@pytest.mark.rule("bandit.outside-running")
@pytest.mark.parametrize("status", ["paused", "completed"])
def test_outside_running(lab: Lab, status: str) -> None:
    """An experiment that runs no more keeps its weights."""
    made = running(lab, bandit(), 5000, 5000)
    lab.report(made, FIRST_IS_BETTER)
    found = moved(lab, made, near(9500, 500), "the weights 9500 and 500")
    assertions.status(
        lab.pause(made["uid"]) if status == "paused" else lab.complete(made["uid"]), 200
    )
    lab.events([event(made, "click", "v1")] * 20)
    stay(lab, made, found)


@pytest.mark.rule("bandit.updated-at")
def test_updated_at(lab: Lab) -> None:
    """An experiment whose weights were found is no later version of itself."""
    made = running(lab, bandit(), 5000, 5000)
    before = lab.read(made["uid"])["updatedAt"]
    lab.report(made, SECOND_IS_BETTER)
    moved(lab, made, near(500, 9500), "the weights 500 and 9500")
    assertions.same(lab.read(made["uid"])["updatedAt"], before, "updatedAt")
