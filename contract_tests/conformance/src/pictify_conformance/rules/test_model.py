"""Calls in random orders: each one does what a model of the API predicts."""

import pytest

from pictify_conformance.model.search import play
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing import Team
from pictify_conformance.testing.collector import Collector
from pictify_conformance.testing.failures import Unexpected

pytestmark = [pytest.mark.slow, pytest.mark.alone]  # the quota is the account's


def assert_as_modelled(
    collector: Collector, request: pytest.FixtureRequest, games: int, *teams: Team
) -> None:
    """Assert that no game differs from the model. A breach fails the rule of its call, too."""
    breach = play(teams, games)
    if breach:
        collector.find(breach.rule, Outcome.fail, *breach.details, test=request.node.nodeid)
        raise Unexpected(*breach.details)


@pytest.mark.rule("lifecycle.any-order")
def test_any_order(team: Team, collector: Collector, request: pytest.FixtureRequest) -> None:
    assert_as_modelled(collector, request, cases(40), team)


@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_any_order(
    team: Team, other_team: Team, collector: Collector, request: pytest.FixtureRequest
) -> None:
    assert_as_modelled(collector, request, cases(15), team, other_team)
