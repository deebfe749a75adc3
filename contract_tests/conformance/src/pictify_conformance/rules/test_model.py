"""Calls in any order: whatever was done before, each call does what a small model of the API says."""

import pytest

from pictify_conformance.model.search import play
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing.collector import COLLECTOR
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import Unexpected

pytestmark = [pytest.mark.slow, pytest.mark.alone]  # the quota is the account's
GAMES = cases(40)
GAMES_OF_TWO_TEAMS = cases(15)


def judged(request: pytest.FixtureRequest, games: int, *teams: Lab) -> None:
    """A breach counts against the rule of the call that it came with, too."""
    breach = play(teams, games)
    if breach:
        request.config.stash[COLLECTOR].add_finding(
            breach.rule, Outcome.fail, *breach.details, test=request.node.nodeid
        )
        raise Unexpected(*breach.details)


@pytest.mark.rule("lifecycle.any-order")
def test_any_order(lab: Lab, request: pytest.FixtureRequest) -> None:
    """In many orders of calls every answer and every later read is the model's."""
    judged(request, GAMES, lab)


@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_any_order(lab: Lab, other_lab: Lab, request: pytest.FixtureRequest) -> None:
    """While two teams work side by side, each has its own experiments and its own quota only."""
    judged(request, GAMES_OF_TWO_TEAMS, lab, other_lab)
