"""What schemathesis finds by following the spec's links from one answer to the next request."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from contract_tests import checks, spec
from contract_tests.guard import Guard
from contract_tests.lab import Lab
from contract_tests.plugin import WITNESS, Judge
from contract_tests.stage import Stage
from contract_tests.traffic import Line, requests_session
from contract_tests.verdict import Outcome

OPERATIONS = [operation["operationId"] for _, _, operation in spec.operations()]
pytestmark = pytest.mark.slow
LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")
SCENARIOS = (40, 160)  # more only if the first walk left an operation out
walks = settings(stateful_step_count=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def every_operation(level: spec.Level) -> Any:
    """The level, marked with the schema rows of all operations."""
    rows = [spec.schema_rule(operation_id, level) for operation_id in OPERATIONS]
    return pytest.param(level, marks=[pytest.mark.rule(row) for row in rows], id=level)


@pytest.mark.parametrize("level", map(every_operation, LEVELS))
def test_walk(level: spec.Level, team: Lab, guard: Guard, line: Line, request: pytest.FixtureRequest) -> None:
    """Along the links every operation is reached, and answers as the spec says."""
    judge = request.config.stash[WITNESS]
    reached: Counter[str] = Counter()
    with requests_session(line) as session:
        new_stage = lambda: Stage(Lab(team.target, team.client, guard, team.target.api_key), guard, session)  # noqa: E731
        machine = _machine(level, new_stage, judge, reached, request.node.nodeid)
        for scenarios in SCENARIOS:
            run_state_machine_as_test(machine, settings=settings(walks, max_examples=scenarios))
            missed = [operation_id for operation_id in OPERATIONS if not reached[operation_id]]
            if not missed:
                return
    for operation_id in missed:
        reason = "the walk along the links never came to this operation"
        judge.find(spec.schema_rule(operation_id, level), Outcome.error, reason)


def _machine(
    level: spec.Level, new_stage: Callable[[], Stage], judge: Judge, reached: Counter[str], test: str
) -> type[Any]:
    """A state machine that goes on after a breach and notes it for the operation that it came from."""

    class Walk(checks.schema(level).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.stage = new_stage()

        def teardown(self) -> None:
            self.stage.clear()

        def call(self, case: Any, **_: Any) -> Any:
            reached[case.operation.definition.raw["operationId"]] += 1
            return self.stage.send(case)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            try:
                self.stage.judge(level, case, response, recorder=self.recorder)
            except AssertionError as breach:
                row = spec.schema_rule(case.operation.definition.raw["operationId"], level)
                judge.find(row, Outcome.fail, str(breach), test=test)

    return Walk
