"""The exceptions of a test, and the result that they give its rules."""

from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.outcomes import Failed

from pictify_conformance.http.errors import CONNECTION_ERRORS, error_message, leaf_errors
from pictify_conformance.http.write_guard import ForeignAnswer
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.testing.read_only import ReadOnlySkip


class Unexpected(Failed):
    """A server did not do what a test expected."""

    def __init__(self, *details: Detail) -> None:
        super().__init__("\n".join(map(str, details)), pytrace=False)
        self.details = details


class UnexpectedAnswer(AssertionError):
    """The spec does not allow the answer to a generated request."""

    def __init__(self, *details: Detail) -> None:
        super().__init__("\n".join(map(str, details)))
        self.details = details


class Blocked(AssertionError):
    """A rule could not be tested because another one is broken."""

    def __init__(self, rule: str, *needed: Detail) -> None:
        self.rule, self.details = rule, tuple(detail.within("needed first") for detail in needed)
        super().__init__("\n".join(map(str, self.details)))


class Result(NamedTuple):
    """The outcome of a test, which holds for each of its rules."""

    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    skipped_read_only: bool = False
    is_suite_error: bool = False
    """True if neither an assertion nor the connection failed."""


def details_of(error: BaseException) -> tuple[Detail, ...]:
    """Return the details that an exception holds, or its message as one."""
    if isinstance(error, (Unexpected, UnexpectedAnswer, Blocked)):
        return error.details
    return (Detail(error_message(error)),)


def result_of(excinfo: pytest.ExceptionInfo[BaseException] | None) -> Result:
    """Return the result of a test from the exception that it raised, if any."""
    if excinfo is None:
        return Result(Outcome.passed)
    error = excinfo.value
    single = list(leaf_errors(error))
    details = tuple(detail for leaf in single for detail in details_of(leaf))
    if isinstance(error, pytest.skip.Exception):
        return Result(Outcome.skip, details, skipped_read_only=isinstance(error, ReadOnlySkip))
    if isinstance(error, Blocked):
        return Result(Outcome.fail, details, blocked_by=error.rule)
    if isinstance(error, ForeignAnswer):
        return Result(Outcome.fail, details, blocked_by="create.echo")
    if all(isinstance(leaf, (AssertionError, pytest.fail.Exception)) for leaf in single):
        return Result(Outcome.fail, details)
    if all(isinstance(leaf, CONNECTION_ERRORS) for leaf in single):
        return Result(Outcome.error, details)
    names = [f"{type(leaf).__name__}: {leaf}" for leaf in single]
    detail = Detail("\n".join([*names, *_own_frames(excinfo)]))
    return Result(Outcome.error, (detail,), is_suite_error=True)


def _own_frames(excinfo: pytest.ExceptionInfo[BaseException]) -> list[str]:
    """Return the places in our own code, outermost first."""
    ours = (entry for entry in excinfo.traceback if "pictify_conformance" in Path(entry.path).parts)
    return [f"at {Path(entry.path).name}:{entry.lineno + 1} in {entry.name}" for entry in ours]
