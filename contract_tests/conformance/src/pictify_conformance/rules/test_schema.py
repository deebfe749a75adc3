"""Requests that schemathesis generates, for every operation at both levels."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from pictify_conformance import spec
from pictify_conformance.http.transport import RecordingTransport, requests_session
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner
from pictify_conformance.schemathesis_adapter.cases import cases, every_case
from pictify_conformance.testing import Team

pytestmark = pytest.mark.slow
effort = settings(
    max_examples=cases(15),
    deadline=None,
    database=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)
LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")


@pytest.fixture
def case_runner(team: Team, guard: Guard, transport: RecordingTransport) -> Iterator[CaseRunner]:
    """Sends generated requests about the run's own experiments."""
    with requests_session(transport) as session:
        case_runner = CaseRunner(team, guard, session)
        yield case_runner
        case_runner.clear()


@pytest.mark.parametrize(
    ("level", "operation_id"),
    [
        pytest.param(level, id_, marks=pytest.mark.rule(spec.schema_rule(id_, level)))
        for level in LEVELS
        for id_ in (operation["operationId"] for _, _, operation in spec.operations())
    ],
)
def test_schema(
    level: spec.Level, operation_id: str, case_runner: CaseRunner, pytestconfig: pytest.Config
) -> None:
    """At the documented level every response has a published form.

    At the assumed level valid input is accepted and broken input refused, too.
    """
    seed = str(pytestconfig.getoption("--hypothesis-seed"))
    every_case(
        level,
        operation_id,
        effort,
        seed,
        lambda case: case_runner.judge(level, case, case_runner.send(case)),
    )
