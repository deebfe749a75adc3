"""What schemathesis finds with generated requests: every operation at both levels."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from pictify_conformance import spec
from pictify_conformance.http.transport import RecordingTransport, requests_session
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner
from pictify_conformance.schemathesis_adapter.cases import cases, every_case
from pictify_conformance.testing.experiments import Lab

pytestmark = pytest.mark.slow
effort = settings(
    max_examples=cases(15),
    deadline=None,
    database=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)


def rows(level: spec.Level) -> pytest.MarkDecorator:
    """Every operation, marked with its schema row at the level."""
    ids = [operation["operationId"] for _, _, operation in spec.operations()]
    marked = [
        pytest.param(id_, marks=pytest.mark.rule(spec.schema_rule(id_, level)), id=id_)
        for id_ in ids
    ]
    return pytest.mark.parametrize("operation_id", marked)


@pytest.fixture
def stage(lab: Lab, guard: Guard, line: RecordingTransport) -> Iterator[CaseRunner]:
    """Where generated requests meet own experiments."""
    with requests_session(line) as session:
        stage = CaseRunner(lab, guard, session)
        yield stage
        stage.clear()


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> str:
    """The seed of the run."""
    return str(pytestconfig.getoption("--hypothesis-seed"))


@rows("documented")
def test_documented(operation_id: str, stage: CaseRunner, seed: str) -> None:
    """Whatever is sent, the answer has a published form."""
    every_case(
        "documented",
        operation_id,
        effort,
        seed,
        lambda case: stage.judge("documented", case, stage.send(case)),
    )


@rows("assumed")
def test_assumed(operation_id: str, stage: CaseRunner, seed: str) -> None:
    """All valid input is taken, all broken input refused, and every answer is one that the spec names."""
    every_case(
        "assumed",
        operation_id,
        effort,
        seed,
        lambda case: stage.judge("assumed", case, stage.send(case)),
    )
