"""What schemathesis finds with generated requests: every operation at both levels."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from contract_tests import checks
from contract_tests.guard import Guard
from contract_tests.lab import Lab
from contract_tests.stage import Stage
from contract_tests.traffic import requests_session

generated = settings(
    max_examples=15, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def stage(team: Lab, guard: Guard) -> Iterator[Stage]:
    """Where generated requests meet own experiments."""
    with requests_session(guard) as session:
        stage = Stage(Lab(team.target, team.client, guard, team.target.api_key), guard, session)
        yield stage
        stage.clear()


@checks.schema("documented").parametrize()
@generated
def test_documented(case: Any, stage: Stage) -> None:
    """Whatever is sent, the answer has a published form."""
    stage.judge("documented", case, stage.send(case))


@checks.schema("assumed").parametrize()
@generated
def test_assumed(case: Any, stage: Stage) -> None:
    """All valid input is taken, all broken input refused, and every answer is one that the spec names."""
    stage.judge("assumed", case, stage.send(case))
