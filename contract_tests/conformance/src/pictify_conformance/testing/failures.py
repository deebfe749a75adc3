"""What a test raises, and what that says about the rules of the test."""

from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.outcomes import Failed

from pictify_conformance.http.errors import CONNECTION_ERRORS, error_message, leaf_errors
from pictify_conformance.http.write_guard import ForeignAnswer
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.testing.read_only import HeldBack


class Unexpected(Failed):
    """A server did not do what a test expected."""

    def __init__(self, *details: Detail) -> None:
        super().__init__("\n".join(map(str, details)), pytrace=False)
        self.details = details


class UnexpectedAnswer(AssertionError):
    """An answer to a generated request is not one that the spec allows."""

    def __init__(self, *details: Detail) -> None:
        super().__init__("\n".join(map(str, details)))
        self.details = details


class Blocked(AssertionError):
    """A rule could not be tried because another one is broken."""

    def __init__(self, rule: str, *needed: Detail) -> None:
        self.rule, self.details = rule, tuple(detail.within("needed first") for detail in needed)
        super().__init__("\n".join(map(str, self.details)))


class Said(NamedTuple):
    """What the end of a test says about its rules."""

    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    held_back: bool = False


def details_of(error: BaseException) -> tuple[Detail, ...]:
    """Return what an exception says, as data where it holds data."""
    if isinstance(error, (Unexpected, UnexpectedAnswer, Blocked)):
        return error.details
    return (Detail(error_message(error)),)


def said_by(excinfo: pytest.ExceptionInfo[BaseException] | None) -> Said:
    """Return what the end of a test says: that of the exception that it raised, if it raised one."""
    if excinfo is None:
        return Said(Outcome.passed)
    error = excinfo.value
    single = list(leaf_errors(error))
    details = tuple(detail for leaf in single for detail in details_of(leaf))
    if isinstance(error, pytest.skip.Exception):
        return Said(Outcome.skip, details, held_back=isinstance(error, HeldBack))
    if isinstance(error, Blocked):
        return Said(Outcome.fail, details, blocked_by=error.rule)
    if isinstance(error, ForeignAnswer):
        return Said(Outcome.fail, details, blocked_by="create.echo")
    if all(isinstance(leaf, (AssertionError, pytest.fail.Exception)) for leaf in single):
        return Said(Outcome.fail, details)
    if all(isinstance(leaf, CONNECTION_ERRORS) for leaf in single):
        return Said(Outcome.error, details)
    names = [f"{type(leaf).__name__}: {leaf}" for leaf in single]
    return Said(Outcome.error, (Detail("\n".join([*names, *_places(excinfo)])),))


def _places(excinfo: pytest.ExceptionInfo[BaseException]) -> list[str]:
    """The way through our own code to the error."""
    ours = (entry for entry in excinfo.traceback if "pictify_conformance" in Path(entry.path).parts)
    return [f"at {Path(entry.path).name}:{entry.lineno + 1} in {entry.name}" for entry in ours]
