"""The uids of generated requests: those of the run stay, others are replaced."""

from types import SimpleNamespace
from typing import Any

import pytest
import requests

from pictify_conformance.http.write_guard import Guard
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner

MARK = "0a1b2c3d"
OWN = "exp:7+v=="


@pytest.fixture
def case_runner() -> CaseRunner:
    """A runner whose run created one experiment."""
    guard = Guard("http://127.0.0.1", MARK)
    guard.uids.add(OWN)
    experiments = SimpleNamespace(unknown_uid=lambda: f"exp_{MARK}")
    team: Any = SimpleNamespace(target=SimpleNamespace(token=MARK), experiments=experiments)
    return CaseRunner(team, guard, requests.Session())


@pytest.mark.parametrize("drawn", [OWN, "exp%3A7%2Bv%3D%3D", f"exp_{MARK}_unknown"])
def test_own_uids_stay(case_runner: CaseRunner, drawn: str) -> None:
    """An own uid stays, as an answer has it and in the form that a link gives it for a path."""
    assert case_runner.uid(drawn, "getExperiment") == drawn


def test_foreign_uids_do_not(case_runner: CaseRunner) -> None:
    """A uid of somebody else is replaced."""
    assert case_runner.uid("exp", "getExperiment") == f"exp_{MARK}"
