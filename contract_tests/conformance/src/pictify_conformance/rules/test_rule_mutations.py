"""Generated bodies that break one rule that a schema cannot express."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from pictify_conformance import spec
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter import checks, constraints
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.schemathesis_adapter.rule_mutations import RULES, rule_mutations
from pictify_conformance.testing import Team
from pictify_conformance.testing.assertions import assert_refused
from pictify_conformance.testing.collector import Collector
from pictify_conformance.testing.failures import details_of
from pictify_conformance.testing.payloads import Json

MIN_MEMBERS = 4  # members of a body
VALID = (
    checks.operation("assumed", "createExperiment")
    .as_strategy(generation_mode=GenerationMode.POSITIVE)
    .filter(lambda case: len(case.body) > MIN_MEMBERS + 2)
)
EDITABLE = ("name", "slug", "hypothesis", "variants", "goalConfig")
few_examples = settings(
    max_examples=cases(8),
    phases=[Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def judging(operation: str) -> Any:
    """Return the operation, marked with the rules that its bodies break."""
    rules = [rule for rule in RULES if spec.rules()[rule].area == operation]
    return pytest.param(operation, marks=[pytest.mark.rule(rule) for rule in rules], id=operation)


@pytest.mark.parametrize("operation", [judging("create"), judging("update")])
@few_examples
@given(case=VALID)
def test_rule_mutations_are_refused(
    operation: str,
    case: Any,
    team: Team,
    collector: Collector,
    request: pytest.FixtureRequest,
) -> None:
    new_slug = team.experiments.new_slug
    body = constraints.experiment(case.body, new_slug, valid=True)
    body["name"] = f"Contract test {new_slug()}"
    try:
        for id_, bodies in rule_mutations(body).items():
            rule = spec.rules()[id_]
            if rule.area == operation and rule.is_judged_at(team.target.level):
                try:
                    assert_mutations_refused(team, operation, bodies)
                except pytest.fail.Exception as failure:
                    details, test = details_of(failure), request.node.nodeid
                    collector.add_finding(id_, Outcome.fail, *details, test=test)
    finally:
        team.api.remove_created()


def assert_mutations_refused(team: Team, operation: str, bodies: list[Json]) -> None:
    """Assert that every body is refused and changes nothing."""
    if operation == "create":
        team.experiments.assert_creates_refused(bodies)
        return
    before = team.experiments.create_and_read()
    for body in bodies:
        changes = {name: body[name] for name in EDITABLE if name in body}
        assert_refused(team.api.update(before["uid"], changes))
        team.experiments.assert_unchanged(before)
