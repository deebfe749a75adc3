"""How much is generated, and what a full run on our mock has to have seen."""

import pytest
from hypothesis import HealthCheck, settings

from pictify_conformance import mock_process
from pictify_conformance.results.response_coverage import coverage, triples
from pictify_conformance.schemathesis_adapter import cases


@pytest.mark.parametrize(
    ("percent", "expected"), [(cases.QUICK, 8), (cases.USUAL, 40), (10_000, 4000)]
)
def test_effort_is_that_of_the_option(percent: int, expected: int) -> None:
    """The option scales how many cases a run tries, whatever the profile was."""
    assert cases.cases(40) == 40
    option = cases.as_hypothesis_option(percent)
    settings.load_profile(option.partition("=")[2])
    assert cases.cases(40) == expected
    assert cases.cases(1) >= cases.FEWEST


def bodies(operation_id: str, seed: str) -> list[str]:
    """What is generated for an operation, in order."""
    drawn: list[str] = []
    effort = settings(
        max_examples=5, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    cases.every_case(
        "assumed",
        operation_id,
        effort,
        seed,
        lambda case: drawn.append(f"{case.method} {case.body}"),
    )
    return drawn


def test_seed_decides_what_is_generated() -> None:
    """The same seed generates the same cases, whatever was generated before; another seed generates others."""
    first = bodies("completeExperiment", "1")
    assert bodies("pauseExperiment", "1") != first
    assert bodies("completeExperiment", "1") == first
    assert bodies("completeExperiment", "2") != first


def test_operations_of_one_path_are_probed_alike() -> None:
    """Each operation tries a method that its path does not have, after another of the same path too."""
    for operation_id in ("getExperiment", "deleteExperiment"):
        assert any("TRACE" in case for case in bodies(operation_id, "1"))


def test_gaps_are_what_the_mock_could_have_answered() -> None:
    """An answer that never came is a gap, unless our mock never gives it."""
    whole = set(triples("assumed"))
    never = {answer for answer in whole if answer[1] == "429"} - {
        ("createExperiment", "429", "application/json")
    }
    never |= {answer for answer in whole if answer[:2] == ("renderExperimentUrl", "200")}
    assert mock_process.gaps(coverage("assumed", whole - never)) == []
    [gap] = mock_process.gaps(
        coverage("assumed", whole - never - {("pauseExperiment", "409", "application/json")})
    )
    assert "pauseExperiment 409" in gap
