"""What the plan allows, and what happens when it is used up."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from pictify_conformance.rules.slots import error_message, free_slots, quota, usage
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import TYPES, Json

pytestmark = pytest.mark.alone
MEMBERS = ("plan", "quota", "maxVariants", "analyticsRetentionDays")
PUBLISHED: dict[str, tuple[int | None, int | None, int | None, int, int]] = {
    # the plan's limits by type, its variants and its days
    "starter": (1, 0, 0, 2, 7),
    "standard": (5, 3, 3, 5, 90),
    "business": (None, None, None, 10, 365),
}
SLOTS_AT_MOST = 10


class Limited(NamedTuple):
    """A team, a type that its plan limits, and how many slots of it are left."""

    team: Lab
    type: str
    slots: int


class Full(NamedTuple):
    """A team without a slot left for a type, and those of them that the test filled."""

    team: Lab
    type: str
    filled: list[Json]


@pytest.fixture
def limited(teams: list[Lab]) -> Limited:
    """A team with few slots left."""
    for team in teams:
        for name, slots in free_slots(team).items():
            if 0 <= slots <= SLOTS_AT_MOST:
                return Limited(team, name, slots)
    pytest.skip(
        f"needs a team whose plan has a limit and at most {SLOTS_AT_MOST} free slots: --second-api-key"
    )


@pytest.fixture
def full(limited: Limited) -> Full:
    """A team without a slot left, after its last ones were filled."""
    team, name, slots = limited
    return Full(team, name, [team.experiment("running", type=name) for _ in range(slots)])


def without_any(teams: list[Lab]) -> list[tuple[Lab, str]]:
    """Each team with each type that its plan does not have at all."""
    return [
        (team, name) for team in teams for name, limit in usage(team, "limit").items() if limit == 0
    ]


@pytest.mark.rule("quota.literal-path")
def test_literal_path(lab: Lab) -> None:
    """The path quota is the quota, unwrapped."""
    response = assertions.status(lab.quota(), 200)
    body = assertions.json_of(response)
    if (
        not isinstance(body, dict)
        or "experiment" in body
        or not any(member in body for member in MEMBERS)
    ):
        assertions.fail(f"an object with {', '.join(MEMBERS)}", response)
    if isinstance(body.get("quota"), dict) and "quota" in body["quota"]:
        assertions.fail("the quota itself, without a wrapper", response)


@pytest.mark.rule("quota.plan-table")
def test_plan_table(teams: list[Lab]) -> None:
    """Every team has what its plan promises."""
    published = [body for body in map(quota, teams) if body.get("plan") in PUBLISHED]
    if not published:
        pytest.skip(f"no team's plan is one of {', '.join(PUBLISHED)}, whose limits are published")
    for body in published:
        *limits, variants, days = PUBLISHED[body["plan"]]
        assertions.same(
            error_message(body, "limit"),
            dict(zip(TYPES, limits, strict=True)),
            f"the limits of {body['plan']}",
        )
        assertions.same(body.get("maxVariants"), variants, f"maxVariants of {body['plan']}")
        assertions.same(
            body.get("analyticsRetentionDays"), days, f"analyticsRetentionDays of {body['plan']}"
        )


@pytest.mark.rule("quota.exceeded")
@pytest.mark.parametrize("status", ["draft", "running"])
def test_exceeded(limited: Limited, status: str) -> None:
    """A create without a slot is refused, leaves nothing behind and changes nothing that is there."""
    team, name, slots = limited
    first = [team.experiment(status, type=name)] if slots else []
    rest = [
        team.experiment("running", type=name) for _ in range(free_slots(team)[name])
    ]  # a draft may take no slot
    there = [team.read(each["uid"]) for each in (*first, *rest)]
    used, body = usage(team, "used"), team.body(type=name)
    assertions.status(team.create(body), 429)
    team.nothing_left(body)
    assertions.same(usage(team, "used"), used, "used")
    for each in there:
        team.unchanged(each)


@pytest.mark.rule("quota.exceeded")
def test_exceeded_where_the_plan_has_none(teams: list[Lab]) -> None:
    """A type that the plan does not have is refused, whatever the status, and leaves nothing behind."""
    for team, name in without_any(teams):
        body = team.body(type=name)
        assertions.status(team.create(body), *range(400, 500))
        team.nothing_left(body)


@pytest.mark.rule("quota.exceeded.problem")
def test_exceeded_problem(full: Full) -> None:
    """The refusal is quota-exceeded."""
    team, name, _ = full
    assertions.problem(team.create(team.body(type=name)), 429, "quota-exceeded")


@pytest.mark.rule("quota.zero-limit")
def test_zero_limit(teams: list[Lab]) -> None:
    """A type that the plan does not have is refused at the first."""
    none_at_all = without_any(teams)
    if not none_at_all:
        pytest.skip("needs a team whose plan has a limit of 0: --second-api-key")
    for team, name in none_at_all:
        body = team.body(type=name)
        assertions.problem(team.create(body), 429, "quota-exceeded")
        team.nothing_left(body)


def deleted(lab: Lab) -> None:
    """An experiment that is no more."""
    assertions.status(lab.delete(lab.experiment()["uid"]), 200)


USES: dict[str, tuple[int, Callable[[Lab], object]]] = {
    "draft": (1, lambda lab: lab.experiment("draft")),
    "running": (1, lambda lab: lab.experiment("running")),
    "paused": (1, lambda lab: lab.experiment("paused")),
    "completed": (0, lambda lab: lab.experiment("completed")),
    "deleted": (0, deleted),
}


@pytest.mark.alone
@pytest.mark.rule("quota.counts-running")
@pytest.mark.parametrize("name", TYPES)
def test_counts_running(lab: Lab, name: str) -> None:
    """What runs takes a slot of its own type and of no other."""
    before = usage(lab, "used")
    if name not in before:
        pytest.skip(f"the quota of this server does not tell how many {name} experiments are used")
    lab.experiment("running", type=name)
    lab.eventually(
        lambda: assertions.same(usage(lab, "used"), {**before, name: before[name] + 1}, "used")
    )


@pytest.mark.alone
@pytest.mark.rule("quota.counts-running")
def test_counts_running_of_one_team(lab: Lab, other_lab: Lab) -> None:
    """What another team runs takes no slot."""
    before = usage(lab, "used")
    other_lab.experiment("running")
    assertions.same(usage(lab, "used"), before, "used")


@pytest.mark.rule("quota.used")
@pytest.mark.parametrize("status", USES)
def test_used(lab: Lab, status: str) -> None:
    """Draft, running and paused take a slot; completed and deleted do not."""
    before = usage(lab, "used")
    added, make = USES[status]
    make(lab)
    assertions.same(
        usage(lab, "used"), {**before, "ab_test": before.get("ab_test", 0) + added}, "used"
    )


@pytest.mark.rule("quota.used")
@pytest.mark.parametrize("name", TYPES)
def test_used_by_type(lab: Lab, name: str) -> None:
    """An experiment takes a slot of its own type and of no other."""
    before = usage(lab, "used")
    lab.experiment(type=name)
    assertions.same(usage(lab, "used"), {**before, name: before.get(name, 0) + 1}, "used")


@pytest.mark.rule("quota.used")
def test_used_frees_slots(full: Full) -> None:
    """A completed experiment leaves its slot to another."""
    team, name, filled = full
    if not filled:
        pytest.skip("needs a team whose last slot is free")
    assertions.status(team.complete(filled[0]["uid"]), 200)
    assertions.status(team.create(team.body(type=name)), 201)
    assertions.status(team.create(team.body(type=name)), 429)
