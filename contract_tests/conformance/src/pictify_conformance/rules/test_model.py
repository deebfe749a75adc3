"""Whatever was done before, each call does what a small model of the API says."""

import pytest

from pictify_conformance.model.search import find_violation
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing.collector import COLLECTOR
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import Unexpected

pytestmark = [pytest.mark.slow, pytest.mark.alone]  # the quota is the account's
SEQUENCES = cases(40)
SEQUENCES_OF_TWO_TEAMS = cases(15)


def find(request: pytest.FixtureRequest, sequences: int, *teams: Lab) -> None:
    """Fail for a violation. It counts against the rule of the call that showed it, too."""
    violation = find_violation(teams, sequences, str(request.config.getoption("--hypothesis-seed")))
    if violation:
        request.config.stash[COLLECTOR].add_finding(
            violation.rule, Outcome.fail, *violation.details, test=request.node.nodeid
        )
        raise Unexpected(*violation.details)


@pytest.mark.rule("lifecycle.any-order")
def test_any_order(lab: Lab, request: pytest.FixtureRequest) -> None:
    """In many orders of calls every answer and every later read is the model's."""
    find(request, SEQUENCES, lab)


@pytest.mark.rule("auth.team-scope.any-order")
def test_team_scope_any_order(lab: Lab, other_lab: Lab, request: pytest.FixtureRequest) -> None:
    """While two teams work side by side, each has its own experiments and its own quota only."""
    find(request, SEQUENCES_OF_TWO_TEAMS, lab, other_lab)
