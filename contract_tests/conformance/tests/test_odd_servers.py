"""Runs against servers that do less than the API, or do it oddly: each ends with a verdict."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from alternative_server.app import create_app
from alternative_server.behaviour import BEHAVIOURS
from alternative_server.partial import Partial
from alternative_server.state import Team
from broken_servers.server import serving as serving_app
from conformance.tests.helpers import KEY, Suite, create, team_on
from hostile_servers.closing import ClosesReused
from hostile_servers.odd_values import OddValues
from hostile_servers.server import serving
from pictify_conformance import judge
from pictify_conformance.results.operations import Operations

BIG = replace(BEHAVIOURS["unlike-again"], plan="unlimited", prefix="", templates="any")
MISSING = ("updateExperiment", "deleteExperiment", "startExperiment", "getExperimentQuota")
RULES = ("create.draft", "create.required", "list", "get", "quota", "auth.missing-key")
MEMBERS: tuple[str, ...] = (
    "name",
    "variants",
    "slug",
    "total",
    "status",
    "used",
    "createdAt",
    "id",
    "page",
    "type",
)
MEMBERS += ("weight", "limit", "experiments", "quota", "uid", "experiment", "title")


@pytest.mark.parametrize("value", [["x"], {"a": []}, None, 10**400, "\ud800"], ids=ascii)
def test_odd_values_are_no_error_of_the_suite(suite: Suite, value: Any) -> None:
    with serving(OddValues(MEMBERS, value)) as url:
        run = suite.judge(url, "--quick", rules=RULES)
    errors = [rule for rule in run.results["rules"] if rule["outcome"] == "error"]
    assert not errors, [(rule["id"], rule["reason"]) for rule in errors]


@pytest.mark.parametrize("member", ["name", "slug"])
@pytest.mark.parametrize("value", [["x"], {}, None, 1])
def test_rows_with_odd_names_are_compared(member: str, value: Any) -> None:
    with team_on(OddValues([member], value)) as (team, _):
        create(team)
        team.experiments.assert_not_created({"name": f"Refused {team.target.token}"})


def test_reused_connection_that_is_closed_is_replaced(suite: Suite) -> None:
    with serving(ClosesReused()) as url:
        run = suite.judge(url, "--quick", rules=("get", "delete.unknown"))
    assert "error" not in run.outcomes.values(), run.out
    assert run.outcomes["get.reads-created"] == "pass"


@contextmanager
def partial(*implemented: str) -> Iterator[str]:
    """Serve some operations of an account that is unlimited."""
    team = Team("team", KEY, "write-key", BIG.plan)
    with serving_app(Partial(create_app([team], BIG), implemented)) as url:
        yield url


def test_server_without_some_operations_is_judged_by_the_others(suite: Suite) -> None:
    """It offers no deletion either, so few experiments are made on it."""
    with partial("list", "create", "get") as url:
        run = suite.judge(url, "--quick")
    assert (run.code, "NOT CONFORMING: " in run.out) == (1, True), run.out
    assert set(MISSING) <= set(run.results["not_implemented"])
    assert f" operations judged, {len(run.results['not_implemented'])} not implemented" in run.out
    for path in ("PUT /experiments/api/{uid} (", "DELETE /experiments/api/{uid} ("):
        assert run.out.count(f"not implemented: {path}") == 1
    assert run.results["summary"]["fail"] == 0, run.out
    assert len(run.left_behind) < 200
    assert "is not implemented" not in run.out
    judged = {rule for rule, outcome in run.outcomes.items() if outcome == "pass"}
    assert judged >= {"auth.missing-key.refused", "get.reads-created", "list.paging"}


class Case(NamedTuple):
    """A case of a test, as pytest collects it."""

    nodeid: str

    def iter_markers(self, _: str) -> Iterator[pytest.Mark]:
        return iter(())


def test_first_cases_run_first_as_few_experiments_are_made_without_deletion() -> None:
    collected: Any = [Case(each) for each in ("a[1]", "a[2]", "b", "c[1]", "c[2]")]
    sorted_cases = [each.nodeid for each in judge.first_cases_first(collected)]
    assert sorted_cases == ["a[1]", "b", "c[1]", "a[2]", "c[2]"]


def test_operations_that_may_be_missing_are_not_judged(suite: Suite) -> None:
    left_out = [part for name in MISSING for part in ("--without", name)]
    with partial("list", "create", "get") as url:
        run = suite.judge(url, "--quick", *left_out, rules=("get.unknown", "list.unauthorised"))
    assert run.code == 0, run.out


def called(*calls: tuple[str, str, int]) -> Operations:
    """Return what is known after these calls about three drafts."""
    operations = Operations()
    for number in range(3):
        operations.note_created(f"exp_{number}", f"slug-{number}")
    for call in calls:
        operations.note_call(*call)
    return operations


ALL_404 = [("updateExperiment", f"exp_{number}", 404) for number in range(3)]
STARTED = ("startExperiment", "exp_0", 200)


@pytest.mark.parametrize(
    ("calls", "is_missing"),
    [
        (ALL_404, True),
        (ALL_404[:2], False),
        (ALL_404[:1] * 3, False),
        ([*ALL_404, ("updateExperiment", "exp_1", 200)], False),
        ([*ALL_404, ("updateExperiment", "exp_1", 401)], True),
        ([("updateExperiment", f"unknown_{number}", 404) for number in range(3)], False),
        ([*ALL_404, STARTED], False),
        ([STARTED, *ALL_404], True),
    ],
    ids=["all", "two", "one", "success", "no-key", "unknown", "one-status", "two-statuses"],
)
def test_operation_is_missing_after_three_calls(
    calls: list[tuple[str, str, int]], is_missing: bool
) -> None:
    assert called(*calls).is_missing("updateExperiment") == is_missing
