"""The requests that schemathesis generates for an operation, made only when its test runs: that takes seconds."""

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
    """The option of pytest that makes a run try so much of what it usually tries."""
    settings.register_profile(PROFILE, max_examples=percent)
    return f"--hypothesis-profile={PROFILE}"


def cases(number: int) -> int:
    """How many generated cases a run tries where it usually tries so many."""
    return max(FEWEST, number * _effort() // USUAL)


def _effort() -> int:
    profile = settings.get_current_profile_name()
    return settings.get_profile(profile).max_examples if profile == PROFILE else USUAL


def every_case(
    level: spec.Level,
    operation_id: str,
    effort: settings,
    run_seed: str,
    test: Callable[[Any], None],
) -> None:
    """Call the test with every case that is generated for an operation at a level, the same ones for the same seed.

    A quick run leaves out the broken values that are derived from each keyword of the spec.
    """

    @seed(f"{run_seed} {level} {operation_id}")
    def generated_case(case: Any) -> None:
        test(case)

    load_all_checks()
    schema = checks.schema(level)
    schema.coverage_unexpected_methods_seen.clear()  # else only the first operation of a path tries the other methods
    config = schema.config
    config.phases.coverage.enabled = _effort() >= USUAL
    build_operation_test(
        config=config,
        operation=checks.operation(level, operation_id),
        test_func=effort(generated_case),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
