"""The requests that schemathesis generates for an operation, made only when its test runs: that takes seconds."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from schemathesis.checks import load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test

from contract_tests import checks, spec

QUICK = "quick"
settings.register_profile(QUICK)


def is_quick() -> bool:
    """Whether few requests are to be generated."""
    return settings.get_current_profile_name() == QUICK


def cases(number: int) -> int:
    """How many of so many generated cases a run tries: all of them, or a few in a quick one."""
    return max(3, number // 5) if is_quick() else number


def every_case(level: spec.Level, operation_id: str, effort: settings, test: Callable[[Any], None]) -> None:
    """Call the test with every case that is generated for an operation at a level.

    A quick run leaves out the broken values that are derived from each keyword of the spec.
    """

    def generated_case(case: Any) -> None:
        test(case)

    load_all_checks()
    config = checks.schema(level).config
    config.phases.coverage.enabled = not is_quick()
    build_operation_test(
        config=config,
        operation=checks.operation(level, operation_id),
        test_func=effort(generated_case),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
