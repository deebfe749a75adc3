"""Calls in random orders: each one does what a model of the API predicts."""

import pytest

from pictify_conformance.model.search import find_violation
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing import Team
from pictify_conformance.testing.collector import Collector
from pictify_conformance.testing.failures import Unexpected

pytestmark = [pytest.mark.slow, pytest.mark.alone]  # the quota is the account's


def assert_as_modelled(
    collector: Collector, request: pytest.FixtureRequest, sequences: int, *teams: Team
) -> None:
    """Assert that no sequence differs from the model. A violation fails its own rule, too."""
    seed = str(request.config.getoption("--hypothesis-seed"))
    violation = find_violation(teams, sequences, seed)
    if violation:
        test = request.node.nodeid
        collector.add_finding(violation.rule, Outcome.fail, *violation.details, test=test)
        raise Unexpected(*violation.details)


@pytest.mark.rule("lifecycle.any-order")
def test_any_order(team: Team, collector: Collector, request: pytest.FixtureRequest) -> None:
    assert_as_modelled(collector, request, cases(40), team)


@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_any_order(
    team: Team, other_team: Team, collector: Collector, request: pytest.FixtureRequest
) -> None:
    assert_as_modelled(collector, request, cases(15), team, other_team)
