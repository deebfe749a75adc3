"""Generated requests: uids of the run stay, others are replaced; bodies are repaired."""

from types import SimpleNamespace
from typing import Any

import pytest
import requests

from pictify_conformance.http.write_guard import Guard
from pictify_conformance.schemathesis_adapter import constraints
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner

MARK = "0a1b2c3d"
OWN = "exp:7+v=="


@pytest.fixture
def case_runner() -> CaseRunner:
    """A runner whose run created one experiment."""
    guard = Guard("http://127.0.0.1", MARK)
    guard.uids.add(OWN)
    experiments = SimpleNamespace(
        unknown_uid=lambda: f"exp_{MARK}",
        new_slug=lambda: f"ct-{MARK}",
        templates=SimpleNamespace(required_fields={}),
    )
    team: Any = SimpleNamespace(target=SimpleNamespace(token=MARK), experiments=experiments)
    return CaseRunner(team, guard, requests.Session())


@pytest.mark.parametrize("drawn", [OWN, "exp%3A7%2Bv%3D%3D", f"exp_{MARK}_unknown"])
def test_own_uids_stay(case_runner: CaseRunner, drawn: str) -> None:
    """An own uid stays, as an answer has it and in the form that a link gives it for a path."""
    assert case_runner.uid(drawn, "getExperiment") == drawn


def test_foreign_uids_do_not(case_runner: CaseRunner) -> None:
    """A uid of somebody else is replaced."""
    assert case_runner.uid("exp", "getExperiment") == f"exp_{MARK}"


class CaseWithANumber:
    """A create body that is invalid only as long as its number is beyond 64 bits."""

    path_parameters = query = None
    operation = SimpleNamespace(definition=SimpleNamespace(raw={"operationId": "createExperiment"}))

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    @property
    def meta(self) -> Any:
        return SimpleNamespace(is_negative_at=lambda _: self.body["minimumRunDays"] >= 2**63)


def test_body_that_becomes_valid_is_repaired_like_a_valid_one(case_runner: CaseRunner) -> None:
    group = {"type": "group", "operator": "AND", "children": []}
    tree = {**group, "children": [group]}
    variants = [{"id": "a", "weight": 1}, {"id": "b", "weight": 2, "conditions": tree}]
    case = CaseWithANumber({"slug": "a-slug", "minimumRunDays": 2**63, "variants": variants})
    case_runner.rewrite_identifiers(case)
    assert case.body["minimumRunDays"] == constraints.MAX_SAFE_INTEGER
    assert case.body["variants"][1]["conditions"]["children"] == [constraints.RULE]
