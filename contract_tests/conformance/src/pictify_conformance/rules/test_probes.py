"""Generated bodies that would be valid but for one rule that a schema cannot say."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from pictify_conformance import spec
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter import checks, constraints
from pictify_conformance.schemathesis_adapter.rule_mutations import RULES, rule_mutations
from pictify_conformance.testing import assertions
from pictify_conformance.testing.collector import COLLECTOR
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import details_of
from pictify_conformance.testing.payloads import Json

SMALLEST = 4  # members of a body
VALID = (
    checks.operation("assumed", "createExperiment")
    .as_strategy(generation_mode=GenerationMode.POSITIVE)
    .filter(lambda case: len(case.body) > SMALLEST + 2)
)
EDITABLE = ("name", "slug", "hypothesis", "variants", "goalConfig")
planted = settings(
    max_examples=8,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def marked(operation: str) -> Any:
    """The operation, marked with the rules that are broken in its bodies."""
    rules = [rule for rule in RULES if spec.rules()[rule].area == operation]
    return pytest.param(operation, marks=[pytest.mark.rule(rule) for rule in rules], id=operation)


@pytest.mark.parametrize("operation", [marked("create"), marked("update")])
@planted
@given(case=VALID)
def test_planted(operation: str, case: Any, lab: Lab, request: pytest.FixtureRequest) -> None:
    """Whatever else is in it, a body that breaks such a rule is refused and changes nothing."""
    judge = request.config.stash[COLLECTOR]
    body = constraints.experiment(case.body, lab.new_slug, valid=True) | {
        "name": f"Contract test {lab.new_slug()}"
    }
    try:
        for rule, bodies in rule_mutations(body).items():
            definition = spec.rules()[rule]
            if definition.area != operation or not definition.is_judged_at(lab.target.level):
                continue
            try:
                assert_refused(lab, operation, bodies)
            except pytest.fail.Exception as failure:
                judge.add_finding(
                    rule, Outcome.fail, *details_of(failure), test=request.node.nodeid
                )
    finally:
        lab.clear()


def assert_refused(lab: Lab, operation: str, bodies: list[Json]) -> None:
    """Send each body. It must be refused and change nothing."""
    if operation == "create":
        lab.all_refused(bodies)
        return
    before = lab.existing()
    for body in bodies:
        changes = {name: body[name] for name in EDITABLE if name in body}
        assertions.refused(lab.update(before["uid"], changes))
        lab.unchanged(before)
