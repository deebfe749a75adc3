"""The requests that schemathesis generates for an operation, made only when its test runs: that takes seconds."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from schemathesis.checks import load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test

from contract_tests import checks, spec


def every_case(level: spec.Level, operation_id: str, effort: settings, test: Callable[[Any], None]) -> None:
    """Call the test with every case that is generated for an operation at a level."""

    def generated_case(case: Any) -> None:
        test(case)

    load_all_checks()
    build_operation_test(
        config=checks.schema(level).config,
        operation=checks.operation(level, operation_id),
        test_func=effort(generated_case),
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
