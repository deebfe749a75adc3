"""The number of generated cases, and the responses that a full run on our mock must get."""

import pytest
from hypothesis import HealthCheck, settings

from pictify_conformance import mock_process
from pictify_conformance.results.response_coverage import coverage, triples
from pictify_conformance.schemathesis_adapter import cases


@pytest.mark.parametrize(
    ("percent", "expected"), [(cases.QUICK, 8), (cases.USUAL, 40), (10_000, 4000)]
)
def test_option_scales_the_number_of_cases(percent: int, expected: int) -> None:
    assert cases.cases(40) == 40
    option = cases.as_hypothesis_option(percent)
    settings.load_profile(option.partition("=")[2])
    assert cases.cases(40) == expected
    assert cases.cases(1) >= cases.FEWEST


def generated(operation_id: str, seed: str) -> list[str]:
    """Return the requests that are generated for an operation."""
    drawn: list[str] = []
    effort = settings(
        max_examples=5, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )

    def keep(case: object) -> None:
        drawn.append(f"{case.method} {case.body}")  # type: ignore[attr-defined]

    cases.every_case("assumed", operation_id, effort, seed, keep)
    return drawn


def test_seed_alone_decides_what_is_generated() -> None:
    first = generated("completeExperiment", "1")
    assert generated("pauseExperiment", "1") != first
    assert generated("completeExperiment", "1") == first
    assert generated("completeExperiment", "2") != first


@pytest.mark.parametrize("operation_id", ["getExperiment", "deleteExperiment"])
def test_every_operation_of_a_path_tries_another_method(operation_id: str) -> None:
    assert any("TRACE" in request for request in generated(operation_id, "1"))


def test_response_that_the_mock_can_give_and_did_not_is_reported() -> None:
    every = set(triples("assumed"))
    never = {triple for triple in every if triple[1] == "429" and triple[0] != "createExperiment"}
    never |= {triple for triple in every if triple[:2] == ("renderExperimentUrl", "200")}
    assert mock_process.unseen_answers(coverage("assumed", every - never)) == []
    seen = every - never - {("pauseExperiment", "409", "application/json")}
    [line] = mock_process.unseen_answers(coverage("assumed", seen))
    assert line.startswith("no request produced pauseExperiment 409 application/json")
