"""The requests that schemathesis generates for an operation."""

from collections.abc import Callable
from typing import Any

from hypothesis import seed, settings
from schemathesis.checks import load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test

from pictify_conformance import spec
from pictify_conformance.schemathesis_adapter import checks

PROFILE = "effort"
USUAL, QUICK = 100, 20  # percent
FEWEST = 3


def as_hypothesis_option(percent: int) -> str:
    """Return the pytest option that scales how many cases a run generates."""
    # The profile's max_examples holds the percentage: pytest-xdist hands the option to its workers.
    settings.register_profile(PROFILE, max_examples=percent)
    return f"--hypothesis-profile={PROFILE}"


def cases(number: int) -> int:
    """Scale a number of cases by the run's percentage."""
    return max(FEWEST, number * _percent() // USUAL)


def _percent() -> int:
    profile = settings.get_current_profile_name()
    return settings.get_profile(profile).max_examples if profile == PROFILE else USUAL


def every_case(
    level: spec.Level,
    operation_id: str,
    effort: settings,
    run_seed: str,
    test: Callable[[Any], None],
) -> None:
    """Call the test with every case of an operation, the same ones for the same seed.

    A quick run leaves out the broken values that are derived from each keyword of the spec.
    """

    @seed(f"{run_seed} {level} {operation_id}")
    def generated_case(case: Any) -> None:
        test(case)

    load_all_checks()
    schema = checks.schema(level)
    # Otherwise only the first operation of a path tries the methods that the path does not have.
    schema.coverage_unexpected_methods_seen.clear()
    config = schema.config
    config.phases.coverage.enabled = _percent() >= USUAL
    build_operation_test(
        config=config,
        operation=checks.operation(level, operation_id),
        test_func=effort(generated_case),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
