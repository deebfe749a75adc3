"""Generated bodies that would be valid but for one rule that a schema cannot say."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from pictify_conformance import spec
from pictify_conformance.results.findings import Outcome
from pictify_conformance.schemathesis_adapter import checks, constraints
from pictify_conformance.schemathesis_adapter.rule_mutations import PROBES, Probe
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
    rules = dict.fromkeys(probe.rule for probe in PROBES if probe.rule.startswith(f"{operation}."))
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
        for probe in probes(lab, operation):
            try:
                refused(lab, operation, body, probe)
            except pytest.fail.Exception as failure:
                judge.add_finding(
                    probe.rule, Outcome.fail, *details_of(failure), test=request.node.nodeid
                )
    finally:
        lab.clear()


def probes(lab: Lab, operation: str) -> Iterator[Probe]:
    """Those of this operation that the level asks for."""
    for probe in PROBES:
        rule = spec.rules()[probe.rule]
        if rule.area == operation and rule.is_judged_at(lab.target.level):
            yield probe


def refused(lab: Lab, operation: str, body: Json, probe: Probe) -> None:
    """Every body that the probe makes of this one is refused, and nothing comes of it."""
    if operation == "create":
        lab.all_refused(probe.broken(body))
        return
    before = lab.existing()
    for broken in probe.broken(body):
        changes = {name: broken[name] for name in EDITABLE if name in broken}
        assertions.refused(lab.update(before["uid"], changes))
        lab.unchanged(before)
