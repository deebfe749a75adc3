"""The limits of the plan, and creates when they are reached."""

from typing import NamedTuple

import pytest

from pictify_conformance.rules.quotas import by_type, free_slots, missing_types, used_slots
from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_eventually,
    assert_problem,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import TYPES, Json
from pictify_conformance.testing.responses import json_object

pytestmark = pytest.mark.alone
MEMBERS = ("plan", "quota", "maxVariants", "analyticsRetentionDays")
PUBLISHED: dict[str, tuple[int | None, int | None, int | None, int, int]] = {
    # the plan's limits by type, its variants and its days
    "starter": (1, 0, 0, 2, 7),
    "standard": (5, 3, 3, 5, 90),
    "business": (None, None, None, 10, 365),
}
SLOTS_AT_MOST = 10
MANY = 21


class Limited(NamedTuple):
    """A team, a type that its plan limits, and the number of its free slots."""

    team: Team
    type: str
    slots: int


class Full(NamedTuple):
    """A team without a free slot of a type, and the experiments that filled the last ones."""

    team: Team
    type: str
    filled: list[Json]


@pytest.fixture
def limited(teams: list[Team]) -> Limited:
    """A team with few free slots."""
    for team in teams:
        for type_, slots in free_slots(team.api).items():
            if 0 <= slots <= SLOTS_AT_MOST:
                return Limited(team, type_, slots)
    needed = f"needs a team whose plan has a limit and at most {SLOTS_AT_MOST} free slots"
    pytest.skip(f"{needed}: --second-api-key")


@pytest.fixture
def full(limited: Limited) -> Full:
    """A team whose last slots the test has filled."""
    team, type_, slots = limited
    filled = [team.experiments.create("running", type=type_) for _ in range(slots)]
    return Full(team, type_, filled)


def missing_of(teams: list[Team]) -> list[tuple[Team, str]]:
    """Return each team with each type that its plan does not have, or skip the test."""
    found = [(team, type_) for team in teams for type_ in missing_types(team.api)]
    if not found:
        pytest.skip("needs a team whose plan has a limit of 0: --second-api-key")
    return found


@pytest.mark.rule("quota.literal-path")
def test_literal_path(api: ApiClient) -> None:
    response = api.get_quota()
    body = json_object(response)
    has_members = any(member in body for member in MEMBERS)
    is_quota = has_members and "experiment" not in body
    assert_that(is_quota, f"an object with {', '.join(MEMBERS)}", response)
    is_wrapped = isinstance(body.get("quota"), dict) and "quota" in body["quota"]
    assert_that(not is_wrapped, "the quota itself, without a wrapper", response)


@pytest.mark.rule("quota.plan-table")
def test_plan_table(teams: list[Team]) -> None:
    quotas = [json_object(team.api.get_quota()) for team in teams]
    published = [quota for quota in quotas if str(quota.get("plan")).lower() in PUBLISHED]
    if not published:
        pytest.skip(f"no team's plan is one of {', '.join(PUBLISHED)}, whose limits are published")
    for quota in published:
        plan = quota["plan"].lower()
        assert_equal(quota["plan"], plan, "the slug of the plan")
        *limits, variants, days = PUBLISHED[plan]
        expected = dict(zip(TYPES, limits, strict=True))
        assert_equal(by_type(quota, "limit"), expected, f"the limits of {plan}")
        assert_equal(quota.get("maxVariants"), variants, f"maxVariants of {plan}")
        found = quota.get("analyticsRetentionDays")
        assert_equal(found, days, f"analyticsRetentionDays of {plan}")


@pytest.mark.rule("quota.exceeded")
@pytest.mark.parametrize("status", ["draft", "running"])
def test_exceeded(limited: Limited, status: str) -> None:
    team, type_, slots = limited
    experiments = team.experiments
    filled = [experiments.create(status, type=type_)] if slots else []
    # The docs do not say whether a draft takes a slot.
    rest = range(free_slots(team.api)[type_])
    filled += [experiments.create("running", type=type_) for _ in rest]
    before = [experiments.read(experiment["uid"]) for experiment in filled]
    used, body = used_slots(team.api), experiments.body(type=type_)
    assert_status(team.api.create(body), 429)
    experiments.assert_not_created(body)
    assert_equal(used_slots(team.api), used, "used")
    for each in before:
        experiments.assert_unchanged(each)


@pytest.mark.rule("quota.exceeded")
def test_exceeded_where_the_plan_has_none(teams: list[Team]) -> None:
    """The docs do not define the status of this refusal."""
    for team, type_ in missing_of(teams):
        body = team.experiments.body(type=type_)
        assert_status(team.api.create(body), *range(400, 500))
        team.experiments.assert_not_created(body)


@pytest.mark.rule("quota.exceeded.problem")
def test_exceeded_problem(full: Full) -> None:
    response = full.team.api.create(full.team.experiments.body(type=full.type))
    assert_problem(response, 429, "quota-exceeded")


@pytest.mark.rule("quota.zero-limit")
def test_zero_limit(teams: list[Team]) -> None:
    for team, type_ in missing_of(teams):
        body = team.experiments.body(type=type_)
        assert_problem(team.api.create(body), 429, "quota-exceeded")
        team.experiments.assert_not_created(body)


@pytest.mark.rule("quota.counts-running")
@pytest.mark.parametrize("type_", TYPES)
def test_counts_running(api: ApiClient, experiments: Experiments, type_: str) -> None:
    before = used_slots(api)
    if type_ not in before:
        pytest.skip(f"the quota of this server does not name the used {type_} experiments")
    experiments.create("running", type=type_)
    expected = {**before, type_: before[type_] + 1}
    settle = api.target.settle
    assert_eventually(lambda: assert_equal(used_slots(api), expected, "used"), settle)


@pytest.mark.rule("quota.counts-running")
def test_counts_running_of_many(api: ApiClient, experiments: Experiments) -> None:
    """They are more than a page of the list, if the plan has room for so many."""
    before = used_slots(api).get("ab_test")
    if before is None:
        pytest.skip("the quota of this server does not name the used ab_test experiments")
    many = min(MANY, free_slots(api).get("ab_test", MANY))
    for _ in range(many):
        experiments.create("running")
    settle, expected = api.target.settle, before + many
    assert_eventually(lambda: assert_equal(used_slots(api)["ab_test"], expected, "used"), settle)


@pytest.mark.rule("quota.counts-running")
def test_counts_running_of_one_team(api: ApiClient, other_team: Team) -> None:
    before = used_slots(api)
    other_team.experiments.create("running")
    assert_equal(used_slots(api), before, "used")


@pytest.mark.rule("quota.used")
@pytest.mark.parametrize(
    ("status", "slots"),
    [("draft", 1), ("running", 1), ("paused", 1), ("completed", 0), ("deleted", 0)],
)
def test_used(api: ApiClient, experiments: Experiments, status: str, slots: int) -> None:
    before = used_slots(api)
    if status == "deleted":
        assert_status(api.delete(experiments.create()["uid"]), 200)
    else:
        experiments.create(status)
    expected = {**before, "ab_test": before.get("ab_test", 0) + slots}
    assert_equal(used_slots(api), expected, "used")


@pytest.mark.rule("quota.used")
@pytest.mark.parametrize("type_", TYPES)
def test_used_by_type(api: ApiClient, experiments: Experiments, type_: str) -> None:
    before = used_slots(api)
    experiments.create(type=type_)
    assert_equal(used_slots(api), {**before, type_: before.get(type_, 0) + 1}, "used")


@pytest.mark.rule("quota.used")
def test_used_until_completed(full: Full) -> None:
    team, type_, filled = full
    if not filled:
        pytest.skip("needs a team whose last slot is free")
    assert_status(team.api.complete(filled[0]["uid"]), 200)
    assert_status(team.api.create(team.experiments.body(type=type_)), 201)
    assert_status(team.api.create(team.experiments.body(type=type_)), 429)
