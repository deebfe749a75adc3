"""Auto-optimisation: the plans that have it, and how the weights follow the clicks."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_problem,
    assert_refused,
    assert_status,
)
from pictify_conformance.testing.chi_squared import OPTIMISED_SPLIT, assert_split
from pictify_conformance.testing.counters import Counts
from pictify_conformance.testing.failures import Unexpected
from pictify_conformance.testing.payloads import Json, event, variants
from pictify_conformance.testing.responses import experiment_of, json_object

SMALL_PLANS = ("starter", "basic")
ENABLED: Json = {"enabled": True}
A_WHILE = 0.3  # seconds in which weights would move if they did
FIRST_IS_BETTER: Counts = {"v0": (20, 12), "v1": (20, 0)}
SECOND_IS_BETTER: Counts = {"v0": (20, 0), "v1": (20, 18)}

each_algorithm = pytest.mark.parametrize("algorithm", ["thompson_sampling", "epsilon_greedy"])
each_other_type = pytest.mark.parametrize("type_", ["smart_link", "scheduled"])


def bandit(
    algorithm: str = "epsilon_greedy", warm_up: int = 20, minutes: int = 0, enabled: bool = True
) -> Json:
    """Return a `banditConfig`."""
    settings = {"warmupImpressions": warm_up, "recomputeIntervalMinutes": minutes}
    return {"enabled": enabled, "algorithm": algorithm, **settings}


def create_running(experiments: Experiments, config: Json | None, *weights: int) -> Json:
    return experiments.create("running", variants=variants(*weights), banditConfig=config or ...)


def weights_of(experiments: Experiments, experiment: Json) -> list[int]:
    return [variant["weight"] for variant in experiments.read(experiment["uid"])["variants"]]


def wait_for_weights(
    experiments: Experiments, experiment: Json, arrived: Callable[[list[int]], bool], expected: str
) -> list[int]:
    """Return the weights once they have arrived, which may take as long as counting."""
    settle = experiments.target.settle
    now, deadline = weights_of(experiments, experiment), time.monotonic() + settle
    while not arrived(now) and time.monotonic() < deadline:
        time.sleep(0.05)
        now = weights_of(experiments, experiment)
    if not arrived(now):
        raise Unexpected(Detail(expected=f"{expected} within {settle:g} s", actual=str(now)))
    return now


def assert_weights_become(experiments: Experiments, experiment: Json, *expected: int) -> list[int]:
    """Assert that the weights come to these, up to one point of rounding. Return them."""

    def arrived(now: list[int]) -> bool:
        return all(abs(one - other) <= 1 for one, other in zip(now, expected, strict=True))

    return wait_for_weights(experiments, experiment, arrived, f"the weights {expected}")


def assert_weights_stay(experiments: Experiments, experiment: Json, expected: list[int]) -> None:
    time.sleep(A_WHILE)
    assert_equal(weights_of(experiments, experiment), expected, "the weights")


def assert_not_optimised(team: Team, **fields: Any) -> None:
    """Assert that the create is refused, or that the weights do not follow the clicks.

    The docs do not say whether a server may show the setting that it ignores.
    """
    experiments = team.experiments
    body = experiments.body(banditConfig=bandit(), **fields)
    response = experiments.try_create(body, valid=False)
    if response.status_code != 201:
        assert_refused(response)
        experiments.assert_not_created(body)
        return
    experiment = experiments.read(experiment_of(response, 201)["uid"])
    config = experiment.get("banditConfig")
    if isinstance(config, dict) and config.get("enabled"):
        before = weights_of(experiments, experiment)
        experiments.start(experiment["uid"])
        team.counters.raise_to(experiment, SECOND_IS_BETTER)
        assert_weights_stay(experiments, experiment, before)


def assert_enabled_refused(team: Team, **fields: Any) -> None:
    """Assert that enabled auto-optimisation is refused by name, and disabled is accepted."""
    body = team.experiments.body(banditConfig=ENABLED, **fields)
    response = team.api.create(body)
    assert_problem(response, 400, "validation-error", "/banditConfig/enabled")
    team.experiments.assert_not_created(body)
    disabled = team.experiments.body(banditConfig={"enabled": False}, **fields)
    team.experiments.assert_created(disabled)


@pytest.fixture
def small_team(teams: list[Team]) -> Team:
    """A team whose plan is below standard."""
    for team in teams:
        if json_object(team.api.get_quota()).get("plan") in SMALL_PLANS:
            return team
    pytest.skip(f"needs a team whose plan is {' or '.join(SMALL_PLANS)}: --second-api-key")


@pytest.mark.rule("bandit.plan")
def test_plan(small_team: Team) -> None:
    assert_not_optimised(small_team)


@pytest.mark.rule("bandit.plan.status")
def test_plan_status(small_team: Team) -> None:
    assert_enabled_refused(small_team)


@pytest.mark.rule("bandit.ab-test-only")
@each_other_type
def test_ab_test_only(team: Team, type_: str) -> None:
    assert_not_optimised(team, type=type_)


@pytest.mark.rule("bandit.ab-test-only.status")
@each_other_type
def test_ab_test_only_status(team: Team, type_: str) -> None:
    assert_enabled_refused(team, type=type_)


@pytest.mark.rule("bandit.ab-test-only.status")
@each_other_type
def test_ab_test_only_in_an_update(api: ApiClient, experiments: Experiments, type_: str) -> None:
    before = experiments.create_and_read(type=type_)
    response = api.update(before["uid"], {"banditConfig": ENABLED})
    assert_problem(response, 400, "validation-error", "/banditConfig/enabled")
    experiments.assert_unchanged(before)


@pytest.mark.rule("bandit.off")
@pytest.mark.parametrize(
    "config", [None, bandit(warm_up=0, enabled=False)], ids=["absent", "disabled"]
)
def test_off(experiments: Experiments, counters: Counters, config: Json | None) -> None:
    experiment = create_running(experiments, config, 7000, 3000)
    counters.raise_to(experiment, SECOND_IS_BETTER)
    assert_weights_stay(experiments, experiment, [7000, 3000])


@pytest.mark.rule("bandit.warm-up")
@each_algorithm
@pytest.mark.parametrize("weights", [(9000, 1000), (0, 10000, 0)], ids=str)
def test_warm_up(
    experiments: Experiments, counters: Counters, algorithm: str, weights: tuple[int, ...]
) -> None:
    """The last variants lack one impression."""
    experiment = create_running(experiments, bandit(algorithm, warm_up=11), *weights)
    equal = [10_000 // len(weights)] * len(weights)
    assert_weights_become(experiments, experiment, *equal)
    lacking = {f"v{index}": (10, 0) for index in range(1, len(weights))}
    counters.raise_to(experiment, {"v0": (20, 20), **lacking})
    time.sleep(A_WHILE)
    assert_weights_become(experiments, experiment, *equal)


@pytest.mark.rule("bandit.better-variant")
@each_algorithm
@pytest.mark.parametrize("better", [0, 1])
def test_better_variant(
    experiments: Experiments, counters: Counters, algorithm: str, better: int
) -> None:
    experiment = create_running(experiments, bandit(algorithm), 5000, 5000)
    counters.raise_to(experiment, [FIRST_IS_BETTER, SECOND_IS_BETTER][better])
    wait_for_weights(
        experiments,
        experiment,
        lambda now: now[better] > 8000,
        f"most of the traffic for v{better}",
    )


@pytest.mark.rule("bandit.weights-sum")
@each_algorithm
def test_weights_sum(experiments: Experiments, counters: Counters, algorithm: str) -> None:
    experiment = create_running(experiments, bandit(algorithm, warm_up=7), 3333, 3333, 3334)
    counters.raise_to(experiment, {"v0": (17, 3), "v1": (17, 9), "v2": (17, 2)})
    found = wait_for_weights(
        experiments, experiment, lambda now: now[1] > 5000, "most of the traffic for v1"
    )
    are_whole = all(isinstance(weight, int) and 0 <= weight <= 10_000 for weight in found)
    sum_ = sum(found)
    assert_equal((are_whole, sum_), (True, 10_000), f"whole weights and their sum in {found}")


@pytest.mark.rule("bandit.epsilon-greedy")
def test_epsilon_greedy(experiments: Experiments, counters: Counters) -> None:
    experiment = create_running(experiments, bandit(), 5000, 5000)
    counters.raise_to(experiment, SECOND_IS_BETTER)
    assert_weights_become(experiments, experiment, 500, 9500)


@pytest.mark.rule("bandit.epsilon-greedy")
def test_epsilon_greedy_tied(experiments: Experiments, counters: Counters) -> None:
    experiment = create_running(experiments, bandit(warm_up=8), 3333, 3333, 3334)
    counters.raise_to(experiment, {"v0": (8, 4), "v1": (8, 0), "v2": (16, 8)})
    assert_weights_become(experiments, experiment, 4833, 333, 4833)


@pytest.mark.rule("bandit.clicks-capped")
def test_clicks_capped(experiments: Experiments, counters: Counters) -> None:
    experiment = create_running(experiments, bandit(warm_up=10), 3333, 3333, 3334)
    counters.raise_to(experiment, {"v0": (10, 30), "v1": (10, 10), "v2": (10, 0)})
    assert_weights_become(experiments, experiment, 4833, 4833, 333)


@pytest.mark.rule("bandit.interval")
def test_interval(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = create_running(experiments, bandit(minutes=60), 5000, 5000)
    counters.raise_to(experiment, FIRST_IS_BETTER)
    found = assert_weights_become(experiments, experiment, 9500, 500)
    api.send_events([event(experiment, "click", "v1")] * 20)
    counters.assert_counts(experiment, {**FIRST_IS_BETTER, "v1": (20, 20)})
    assert_weights_stay(experiments, experiment, found)


@pytest.mark.rule("bandit.outside-running")
@pytest.mark.parametrize("status", ["paused", "completed"])
def test_outside_running(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = create_running(experiments, bandit(), 5000, 5000)
    counters.raise_to(experiment, FIRST_IS_BETTER)
    found = assert_weights_become(experiments, experiment, 9500, 500)
    move = api.pause if status == "paused" else api.complete
    assert_status(move(experiment["uid"]), 200)
    api.send_events([event(experiment, "click", "v1")] * 20)
    assert_weights_stay(experiments, experiment, found)


@pytest.mark.rule("bandit.updated-at")
def test_updated_at(experiments: Experiments, counters: Counters) -> None:
    experiment = create_running(experiments, bandit(), 5000, 5000)
    before = experiments.read(experiment["uid"])["updatedAt"]
    counters.raise_to(experiment, SECOND_IS_BETTER)
    assert_weights_become(experiments, experiment, 500, 9500)
    assert_equal(experiments.read(experiment["uid"])["updatedAt"], before, "updatedAt")


@pytest.mark.rule("bandit.traffic")
def test_traffic(team: Team) -> None:
    experiment = create_running(team.experiments, bandit(), 5000, 5000)
    team.counters.raise_to(experiment, SECOND_IS_BETTER)
    assert_weights_become(team.experiments, experiment, *OPTIMISED_SPLIT)
    assert_split(team, experiment, OPTIMISED_SPLIT)
